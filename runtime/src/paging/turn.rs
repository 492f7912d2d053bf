//! From one page to the next. In: the request of a page, and facts of its response. Out: the cursor of the next page, or the request
//! at a cursor. It sends nothing.

use bytes::Bytes;
use http::HeaderMap;

use super::link;
use super::source::{NextPage, Paging, Progress};
use crate::client::{Core, next_query};
use crate::json::{self, JsonValue};
use crate::refusal::Refusal;
use crate::request::{Request, RequestContent};
use crate::value::Number;

const NO_CURSOR: &str = "there are more pages, but the server returned no cursor";
const NO_ITEMS: &str = "the page is empty, but the server announces more";

/// How a list finds its next page.
#[derive(Debug, Clone, Copy)]
pub(super) struct NextPageRule {
    pub(super) paging: &'static Paging,
    pub(super) next: NextPage,
}

/// The facts of a page about the next one.
pub(super) struct Facts<'p> {
    pub(super) next: Option<String>,
    pub(super) progress: Progress,
    pub(super) headers: &'p HeaderMap,
    pub(super) body: &'p Bytes,
    pub(super) before: Option<&'p PreviousPage>,
}

/// A page that the list read.
pub(super) struct PreviousPage {
    pub(super) body: Bytes,
    pub(super) is_first: bool,
}

impl PreviousPage {
    /// Returns `true` if a page has the same lists. Other members may differ: a server repeats the offset, or adds the time.
    pub(super) fn repeats(&self, body: &Bytes) -> bool {
        fn lists(value: JsonValue, found: &mut Vec<JsonValue>) {
            match value {
                JsonValue::Array(_) => found.push(value),
                JsonValue::Object(object) => object.into_iter().for_each(|(_, value)| lists(value, found)),
                _ => {}
            }
        }
        let read = |body: &Bytes| {
            let mut found = Vec::new();
            lists(json::from_slice(body).ok()?, &mut found);
            Some(found).filter(|found| !found.is_empty())
        };
        self.body == *body || read(&self.body).is_some_and(|lists| read(body) == Some(lists))
    }
}

/// The step after a page.
pub(super) enum Turn {
    /// To the page at this cursor.
    To(String),
    /// The page is the last one.
    End,
    /// The page repeats the last one.
    Repeated,
}

impl NextPageRule {
    /// Returns the step after a page, or the reason why there is none.
    pub(super) fn follow(self, core: &Core, request: &Request, facts: &Facts<'_>) -> Result<Turn, &'static str> {
        let more = facts.progress.more;
        let found = match self.next {
            NextPage::Value | NextPage::Url => facts.next.clone(),
            NextPage::Header(_) | NextPage::Link(_) | NextPage::Offset(_) | NextPage::Page(_)
                if more == Some(false) =>
            {
                return Ok(Turn::End);
            }
            NextPage::Header(name) => header(facts.headers, name)?.filter(|text| !text.is_empty()),
            NextPage::Link(relation) => link::target(facts.headers, relation)?,
            NextPage::Offset(first) => return self.count(request, first, facts, facts.progress.items),
            NextPage::Page(first) => return self.count(request, first, facts, 1),
        };
        let cursor = match (found, self.next) {
            (Some(text), _) if text.is_empty() => return Err(NO_CURSOR),
            (Some(url), NextPage::Url | NextPage::Link(_)) => next_query(core, request, &url)?,
            (Some(text), _) => text,
            (None, _) if more == Some(true) => return Err(NO_CURSOR),
            (None, _) => return Ok(Turn::End),
        };
        if cursor.is_empty() {
            return Err("the URL of the next page has no query");
        }
        Ok(Turn::To(cursor))
    }

    /// Returns the number of the next page, or of the items before it. A total that is smaller than what arrived is not used,
    /// because an incomplete list must not look complete.
    fn count(self, request: &Request, first: u64, facts: &Facts<'_>, step: usize) -> Result<Turn, &'static str> {
        const FAULT: &str = "the request names its page by a text that is not a number";
        let Progress { more, items, total } = &facts.progress;
        let current = match written(request, self.paging.cursor) {
            Some(text) => text.parse().map_err(|_| FAULT)?,
            None => first,
        };
        let step = u64::try_from(step).map_err(|_| FAULT)?;
        let next = current.checked_add(step).ok_or(FAULT)?;
        let total = total.as_deref().and_then(|total| total.parse::<u64>().ok());
        if let Some(before) = facts.before.filter(|before| *items > 0 && before.repeats(facts.body)) {
            let has_more = *more == Some(true) || total.is_some_and(|total| total > current.saturating_sub(first));
            if has_more || !self.is_last(request, before, *items) {
                return Err("the server returned the same page twice");
            }
            return Ok(Turn::Repeated);
        }
        let arrived = next.saturating_sub(first);
        let is_empty = *items == 0;
        let is_complete = total == Some(arrived);
        if is_complete || is_empty && *more != Some(true) && total.is_none_or(|total| total < arrived) {
            return Ok(Turn::End);
        }
        if is_empty {
            Err(NO_ITEMS)
        } else {
            Ok(Turn::To(next.to_string()))
        }
    }

    /// Returns true if a page of so many items, which repeats the one before, shows that there are no others. Otherwise the server
    /// may ignore the place of the page, and have more items.
    fn is_last(self, request: &Request, before: &PreviousPage, items: usize) -> bool {
        let size = self.paging.limit.and_then(|name| written(request, name)?.parse().ok());
        !before.is_first || size.is_some_and(|size: usize| items < size)
    }

    /// Returns the request at a cursor.
    pub(super) fn at(self, mut request: Request, cursor: &str) -> Request {
        let name = self.paging.cursor;
        match self.next {
            NextPage::Url | NextPage::Link(_) => {
                let pairs = cursor.split('&').filter(|pair| !pair.is_empty());
                let named = pairs.map(|pair| (pair.split('=').next().unwrap_or_default().to_owned(), pair.to_owned()));
                request.query = named.collect();
                request
            }
            _ if !name.starts_with('/') => request.query(name, cursor),
            next => {
                let number = cursor.parse::<Number>().ok();
                let is_count = matches!(next, NextPage::Offset(_) | NextPage::Page(_));
                let value = number.filter(|_| is_count).map(JsonValue::Number);
                let value = value.unwrap_or_else(|| JsonValue::String(cursor.to_owned()));
                match with_member(&request.content, name, value) {
                    Ok(body) if matches!(request.content, RequestContent::Nothing) => {
                        request.json_bytes("application/json", body)
                    }
                    Ok(body) => {
                        request.content = RequestContent::Json(body);
                        request
                    }
                    Err(refusal) => {
                        request.refuse(refusal);
                        request
                    }
                }
            }
        }
    }
}

/// Returns the value that a request has at a place of paging.
fn written(request: &Request, name: &str) -> Option<String> {
    if !name.starts_with('/') {
        let (_, pair) = request.query.iter().find(|(known, _)| known == name)?;
        return pair.split_once('=').map(|(_, value)| value.to_owned());
    }
    let RequestContent::Json(body) = &request.content else {
        return None;
    };
    let body: JsonValue = json::from_slice(body).ok()?;
    match body.pointer(name)? {
        JsonValue::Null => None,
        JsonValue::String(text) => Some(text.clone()),
        value => Some(value.to_string()),
    }
}

/// Returns a JSON body with the cursor at a pointer. Creates objects on its way.
fn with_member(content: &RequestContent, pointer: &str, value: JsonValue) -> Result<Bytes, Refusal> {
    let fault = || Refusal::Paging("the body has no place for a cursor");
    let mut body: JsonValue = match content {
        RequestContent::Nothing => JsonValue::Object(json::Object::new()),
        RequestContent::Json(bytes) => json::from_slice(bytes).map_err(|_| fault())?,
        _ => return Err(fault()),
    };
    let mut place = &mut body;
    for token in pointer.split('/').skip(1) {
        let name = token.replace("~1", "/").replace("~0", "~");
        if place.is_null() {
            *place = JsonValue::Object(json::Object::new());
        }
        let JsonValue::Object(object) = place else {
            return Err(fault());
        };
        if !object.contains_key(&name) {
            object.insert(name.as_str(), JsonValue::Null);
        }
        place = object.get_mut(&name).ok_or_else(fault)?;
    }
    *place = value;
    json::to_vec(&body).map(Bytes::from).map_err(Refusal::Encode)
}

/// Returns a header. Two different values are an error.
fn header(headers: &HeaderMap, name: &str) -> Result<Option<String>, &'static str> {
    let mut values = headers.get_all(name).iter();
    let Some(first) = values.next() else { return Ok(None) };
    if values.any(|other| other != first) {
        return Err("the response has several cursors");
    }
    let text = first.to_str().map_err(|_| "the cursor in the header is not text")?;
    Ok(Some(text.to_owned()))
}
