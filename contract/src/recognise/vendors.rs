//! Paging that the owner of a contract describes for another generator: `x-speakeasy-pagination` and `x-fern-pagination`.
//!
//! In: the extension of an operation. Out: how to request its pages, if request and response have the places that it names.

use super::names::first_page;
use super::parts::{self, OptionalInput};
use crate::ir::{self, Operation, PageInput, PageSource, Pagination, Pointer, Shape, UnsealedApi};
use crate::source::Node;

/// Names of the extensions.
pub(super) const WORDS: [&str; 2] = ["x-speakeasy-pagination", "x-fern-pagination"];

/// A description of pages, in the terms of either extension.
#[derive(Debug, Default)]
struct VendorPaging {
    /// Name of the cursor, the offset or the page in the request.
    input: Option<String>,
    /// Name of the number of items in the request.
    limit: Option<String>,
    items: Option<Pointer>,
    next: Option<Pointer>,
    url: Option<Pointer>,
    pages: Option<Pointer>,
    more: Option<Pointer>,
    /// True if the input counts items and not pages.
    is_offset: bool,
}

/// Returns the paging that an extension describes. `root` is the same extension of the whole contract.
pub(super) fn paging(
    api: &UnsealedApi,
    operation: &Operation,
    word: Node<'_>,
    root: Option<Node<'_>>,
) -> Option<Pagination> {
    let word = if word.as_bool() == Some(true) { root? } else { word };
    let stated = if word.get("type").is_some() && word.get("outputs").is_some() {
        speakeasy(word)?
    } else {
        fern(word)
    };
    let (_, page) = parts::page(operation)?;
    let mut inputs = parts::query(api, operation);
    inputs.extend(parts::body(api, operation));
    let find = |name: &Option<String>| -> Option<&OptionalInput<'_>> {
        let name = name.as_deref()?;
        inputs.iter().find(|input| match &input.place {
            PageInput::Query(own) => own == name,
            PageInput::Body(own) => own.join(".") == name,
        })
    };
    let is_there = |pointer: &Pointer| at(api, page, pointer).is_some();
    let items = match stated.items {
        Some(items) => items,
        None => parts::items(api, page, &operation.path)?.pointer,
    };
    let Shape::Array(array) = parts::shape(api, at(api, page, &items)?) else {
        return None;
    };
    let input = find(&stated.input);
    let next = match (stated.url, stated.next, input) {
        (Some(url), ..) if is_there(&url) => PageSource::Url(url),
        (_, Some(next), Some(_)) => match last(&next, &items) {
            Some(member) if at(api, array.items, &member).is_some() => PageSource::Last(member),
            None if is_there(&next) => PageSource::Value(next),
            _ => return None,
        },
        (_, None, Some(_)) if stated.is_offset => PageSource::Offset { first: 0, total: None },
        (_, None, Some(input)) => PageSource::Page {
            first: first_page(input).unwrap_or(1),
            pages: stated.pages.filter(|pages| is_there(pages)),
        },
        _ => return None,
    };
    let is_url = matches!(next, PageSource::Url(_));
    Some(Pagination {
        cursor: input.filter(|_| !is_url).map(|input| input.place.clone()),
        limit: find(&stated.limit).map(|input| input.place.clone()),
        items,
        next,
        more: stated.more.filter(is_there).map(|at| ir::More { at, end: false }),
    })
}

fn speakeasy(word: Node<'_>) -> Option<VendorPaging> {
    let kind = word.get("type")?.as_str()?;
    let outputs = word.get("outputs")?;
    let inputs: Vec<Node<'_>> = word.get("inputs").into_iter().flat_map(Node::items).collect();
    let input = |kinds: &[&str]| {
        let of_kind = |input: &&Node<'_>| {
            input
                .get("type")
                .and_then(Node::as_str)
                .is_some_and(|kind| kinds.contains(&kind))
        };
        inputs.iter().find(of_kind)?.get("name")?.as_str().map(str::to_owned)
    };
    let output = |name: &str| {
        path(
            outputs
                .members()
                .find(|own| own.key.eq_ignore_ascii_case(name))?
                .value
                .as_str()?,
        )
    };
    let is_cursor = kind == "cursor";
    Some(VendorPaging {
        input: input(if is_cursor { &["cursor"] } else { &["page", "offset"] }),
        limit: input(&["limit"]),
        items: output("results"),
        next: output("nextcursor").filter(|_| is_cursor),
        url: output("nexturl").filter(|_| kind == "url"),
        pages: output("numpages"),
        more: None,
        is_offset: input(&["page"]).is_none(),
    })
}

fn fern(word: Node<'_>) -> VendorPaging {
    let text = |name: &str| word.get(name).and_then(Node::as_str);
    let input = |name: &str| {
        let place = text(name)?.strip_prefix("$request.")?;
        Some(place.strip_prefix("body.").unwrap_or(place).to_owned())
    };
    let output = |name: &str| path(text(name)?);
    let step = input("step");
    VendorPaging {
        input: input("cursor").or_else(|| input("offset")),
        is_offset: step.is_some(),
        limit: step,
        items: output("results"),
        next: output("next_cursor"),
        url: output("next_uri"),
        pages: None,
        more: output("has-next-page"),
    }
}

/// Returns the steps of a path of members: `$.data.items`, `$response.data.items`, `$.data[-1].id`.
fn path(text: &str) -> Option<Pointer> {
    let rest = text.strip_prefix("$response.").or_else(|| text.strip_prefix("$."))?;
    let steps: Pointer = rest.split('.').map(str::to_owned).collect();
    let is_plain = |step: &String| !step.is_empty() && !step.trim_end_matches("[-1]").contains(['[', '*', '(', '@']);
    steps.iter().all(is_plain).then_some(steps)
}

/// Returns the member of the last item that a path names.
fn last(next: &Pointer, items: &Pointer) -> Option<Pointer> {
    let at = next.iter().position(|step| step.ends_with("[-1]"))?;
    let list: Pointer = next[..=at]
        .iter()
        .map(|step| step.trim_end_matches("[-1]").to_owned())
        .collect();
    (list == *items).then(|| next[at + 1..].to_vec())
}

/// Returns the type of a member.
fn at(api: &UnsealedApi, from: ir::TypeId, pointer: &Pointer) -> Option<ir::TypeId> {
    pointer.iter().try_fold(from, |id, name| {
        let mut members = parts::members(api, id).iter();
        members.find(|member| member.name == *name).map(|member| member.ty)
    })
}
