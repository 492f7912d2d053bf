//! Lenient reading of a list: a page that does not match the contract comes in, the page without its unreadable items goes out, with the
//! place of each. It never changes an item, and never makes up a value.

use bytes::Bytes;

use crate::answer::{Answer, Response};
use crate::client::{self, Core};
use crate::error::Error;
use crate::json::{self, DecodeError, Json, JsonValue, Limits};

/// An item that a lenient list left out.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LeftOut {
    /// Cursor of its page; `None` on the first one.
    pub cursor: Option<String>,
    /// Place of the item in its page, as a JSON Pointer.
    pub pointer: String,
    /// The difference to the contract, with its place in the item. It shows no value.
    pub error: DecodeError,
}

/// A page of a list.
pub(super) struct PagePlace<'p> {
    pub(super) operation: &'static str,
    /// Place of the items in the page.
    pub(super) items: &'static str,
    pub(super) cursor: Option<&'p str>,
}

/// Reads a page again without its unreadable items. Returns the error as it was if anything else is wrong.
pub(super) fn read_page<T: Answer, I: Json>(
    core: &Core,
    error: Error,
    place: &PagePlace<'_>,
) -> Result<(Response<T>, Vec<LeftOut>), Error> {
    let mut left_out = Vec::new();
    let page = client::read_again(core, error, |body, limits| {
        let (body, unreadable) = without_unreadable::<I>(body, limits, place.items)?;
        left_out = unreadable;
        Some(body)
    })?;
    for one in &mut left_out {
        one.cursor = place.cursor.map(str::to_owned);
        tracing::warn!(
            operation = place.operation,
            item = one.pointer,
            reason = %one.error,
            "an item of a list does not match the contract and is left out"
        );
    }
    Ok((page, left_out))
}

/// Returns the page without the items that are not of this type; `None` if all are.
fn without_unreadable<T: Json>(body: &[u8], limits: &Limits, items: &str) -> Option<(Bytes, Vec<LeftOut>)> {
    let mut page: JsonValue = json::from_slice_within(body, limits).ok()?;
    let mut place = &mut page;
    for token in items.split('/').skip(1) {
        let JsonValue::Object(object) = place else { return None };
        place = object.get_mut(&token.replace("~1", "/").replace("~0", "~"))?;
    }
    let JsonValue::Array(list) = place else { return None };
    let mut left_out = Vec::new();
    for (index, item) in std::mem::take(list).into_iter().enumerate() {
        let written = json::to_vec(&item).ok()?;
        match json::from_slice_within::<T>(&written, limits) {
            Ok(_) => list.push(item),
            Err(error) => left_out.push(LeftOut {
                cursor: None,
                pointer: format!("{items}/{index}"),
                error,
            }),
        }
    }
    let body = json::to_vec(&page).ok().filter(|_| !left_out.is_empty())?;
    Some((body.into(), left_out))
}
