//! Names of the parts of a list, and their meaning: which input and output belong together, and where a count starts. The same of paging
//! that the owner of a contract describes for another generator (`x-speakeasy-pagination`, `x-fern-pagination`).

use super::parts::{self, OptionalInput, PlainKind, PlainOutput};
use crate::ir::{self, Operation, PageInput, PageSource, Pagination, Pointer, Shape, UnsealedApi};
use crate::source::Node;

/// How sure it is that an operation is a list, and that it pages in this way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// The names agree, but a fact is missing.
    Medium,
    /// Names and types agree: the list works without an extension.
    High,
}

impl Confidence {
    /// Returns the name for messages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// Names of an input that takes an opaque cursor.
#[rustfmt::skip]
pub(super) const CURSORS: &[&str] = &[
    "cursor", "page_cursor", "next_cursor", "after_cursor", "page_token", "next_page_token", "next_token", "continuation_token",
    "continue", "continuation", "marker", "next_marker", "iterator", "after", "starting_after", "page", "offset", "next_page",
    "next_page_pointer", "next_page_cursor", "pagination_token", "pagination_cursor", "page_after", "start_cursor", "scroll_id",
];
/// Names of an output that is the next cursor, whatever the name of its input.
#[rustfmt::skip]
const NEXT: &[&str] = &[
    "next", "next_cursor", "next_page", "next_page_token", "next_token", "next_page_cursor", "end_cursor", "next_starting_after",
    "next_after",
];
/// Inputs for a generic next cursor.
#[rustfmt::skip]
const GENERIC: &[&str] = &[
    "cursor", "page_cursor", "page_token", "after", "starting_after", "after_cursor", "marker", "page", "page_after", "pagination_token",
    "pagination_cursor", "start_cursor", "next_page_token", "continuation_token",
];
/// Words in the text of a cursor that has the same name in request and response.
const RETURNED: &[&str] = &[
    "next",
    "previous",
    "subsequent",
    "following",
    "returned",
    "more results",
    "retrieving more",
];
pub(super) const MORE: &[&str] = &[
    "has_more",
    "more",
    "has_next",
    "has_next_page",
    "has_more_items",
    "has_more_results",
];
pub(super) const DONE: &[&str] = &["done", "is_done", "is_last", "is_last_page", "last_page"];
#[rustfmt::skip]
pub(super) const SIZES: &[&str] = &[
    "limit", "per_page", "page_size", "size", "count", "max_results", "items_per_page", "page_length", "display_size", "take", "top",
    "page_limit", "limit_per_page", "results_per_page", "records_per_page", "max_items", "max_page_size", "page_items", "rows",
];
#[rustfmt::skip]
pub(super) const PAGES: &[&str] = &[
    "page", "page_number", "page_no", "page_index", "current_page", "current", "page_num", "skip_pages",
];
pub(super) const TOTAL_PAGES: &[&str] = &[
    "total_pages",
    "pages_total",
    "total_page_count",
    "page_count",
    "number_of_pages",
    "page_total",
    "pages",
];
pub(super) const OFFSETS: &[&str] = &["offset", "skip", "start_at"];
/// Names of an input that takes a member of the last item, of any response.
pub(super) const LAST: &[&str] = &[
    "starting_after",
    "after",
    "after_id",
    "from_id",
    "page_after",
    "start_after",
    "last_id",
];
/// Members of an item that identify it, the usual one first.
pub(super) const IDS: &[&str] = &["id", "token", "uuid", "sid", "guid", "uid"];
/// Words in the text of an offset that counts items.
#[rustfmt::skip]
pub(super) const COUNTED: &[&str] = &[
    "skip", "item", "record", "result", "entries", "rows", "elements", "number of",
];
/// Phrases by which pages depend on something else: another end, or another parameter.
pub(super) const CONDITIONS: &[&str] = &[
    "query parameter is provided",
    "limit parameter is provided",
    "even when there are no more",
    "even if there are no more",
    "do not combine",
];
/// Phrases that require a flag of the same request.
pub(super) const WITH_FLAG: &[&str] = &["to be set to `true`", "to be set to true"];
/// Phrases by which an offset counts more than the items of the pages.
pub(super) const GAPS: &[&str] = &["may be less than", "may be fewer than", "may be lower than"];
/// Phrases by which a number does not count items or pages.
pub(super) const NO_COUNT: &[&str] = &["identifier", "id of", "client state"];
/// Names of a URL of the next page.
const URLS: &[&str] = &[
    "next_page_url",
    "next_page_uri",
    "next_url",
    "next_uri",
    "next_link",
    "next_href",
];
/// Words before the number of the first page.
#[rustfmt::skip]
const FIRST: &[&str] = &[
    "start from", "starts from", "starting from", "start at", "starts at", "starting at", "starts with", "default", "defaults to",
    "default is", "default value is", "default value:", "default =", "starting with", "begins at", "begins with", "beginning at",
    "beginning with", "first page is", "first page has the number", "minimum is", "minimum value is", "counted from", "counting from",
    "indexed from", "numbered from",
];
/// Texts of a page number that name its base, with the first page.
const BASES: &[(&str, u32)] = &[
    ("1-based", 1),
    ("one-based", 1),
    ("1-indexed", 1),
    ("0-based", 0),
    ("zero-based", 0),
    ("0-indexed", 0),
    ("zero-indexed", 0),
    ("zero based", 0),
    ("1 based", 1),
    ("0 based", 0),
    ("positive integer", 1),
];
/// Verbs of a `POST` that only reads.
const READS: &[&str] = &[
    "search", "list", "query", "find", "get", "sync", "filter", "lookup", "read",
];

/// Returns true for an operation whose path or id shows that it reads.
pub(super) fn is_read(operation: &Operation) -> bool {
    let end = operation.path.rsplit('/').next().unwrap_or_default();
    let words = [parts::snake(end), parts::snake(&operation.id)];
    words
        .iter()
        .any(|words| words.split('_').any(|word| READS.contains(&word)))
}

/// Verbs that change nothing, whatever the method.
#[rustfmt::skip]
const HARMLESS: &[&str] = &[
    "calculate", "count", "estimate", "filter", "find", "list", "lookup", "preview", "query", "search", "validate",
];
/// Verbs that change something, although another word reads.
const CHANGES: &[&str] = &[
    "add", "create", "delete", "put", "remove", "replace", "run", "save", "set", "start", "update",
];

/// Returns true for a `POST` whose id begins with a verb that reads, or whose path ends in one.
pub fn reads(path: &str, id: &str) -> bool {
    let first = |text: &str| parts::snake(text).split('_').next().unwrap_or_default().to_owned();
    let (verb, end) = (first(id), first(path.rsplit(['/', ':']).next().unwrap_or_default()));
    HARMLESS.contains(&verb.as_str()) || HARMLESS.contains(&end.as_str()) && !CHANGES.contains(&verb.as_str())
}

/// Returns how sure it is that an output is the next value of an input.
pub(super) fn match_of(input: &OptionalInput<'_>, output: &PlainOutput) -> Option<Confidence> {
    let (from, to) = (input.name.as_str(), output.name.as_str());
    if input.kind == PlainKind::Text && is_url(output) {
        return None;
    }
    let is_next = |name: &str| name == "next" || name.starts_with("next_");
    // A count that the response repeats is no cursor.
    let is_count = input.kind == PlainKind::Whole;
    let named = to == format!("next_{from}")
        || is_next(&output.parent) && (to == from || to == "cursor")
        || output.parent == from && to == "next"
        || NEXT.contains(&to) && GENERIC.contains(&from)
        || from == "after" && (output.parent == "cursors" && to == "after" || to == "last_id")
        || is_next(from) && to == from;
    if named && (!is_count || is_next(to) || is_next(&output.parent)) {
        return Some(Confidence::High);
    }
    if to != from || is_count || matches!(from, "page" | "offset" | "after" | "starting_after") {
        return None;
    }
    let is_said = RETURNED
        .iter()
        .any(|word| input.text.contains(word) || output.text.contains(word));
    Some(if is_said { Confidence::High } else { Confidence::Medium })
}

/// Returns true for the URL of the next page.
pub(super) fn is_url(output: &PlainOutput) -> bool {
    let (name, parent) = (output.name.as_str(), output.parent.as_str());
    let says_so = ["url", "uri", "link", "path"]
        .iter()
        .any(|word| output.text.contains(word));
    let in_links = |at: usize| {
        output
            .pointer
            .iter()
            .rev()
            .nth(at)
            .is_some_and(|name| matches!(parts::snake(name).as_str(), "links" | "link"))
    };
    output.is_url && (name.starts_with("next") || parent.starts_with("next"))
        || URLS.contains(&name)
        || matches!(name, "next" | "next_page") && (in_links(1) || parent == "pages" && in_links(2))
        || name == "href" && matches!(parent, "next" | "next_page") && in_links(2)
        || name == "next" && parent.is_empty() && says_so
}

/// Returns true for a text that begins with this number.
fn begins_with(text: &str, number: &str) -> bool {
    let rest = text.trim_start_matches([' ', ':', '`', '=']).strip_prefix(number);
    rest.is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_digit()))
}

/// Returns the number of the first page, if the contract states it: by a default, a minimum or the text.
pub(super) fn first_page(input: &OptionalInput<'_>) -> Option<u32> {
    let number = |text: &str| text.parse::<u32>().ok().filter(|number| *number < 2);
    if let Some(default) = input.default {
        return number(default);
    }
    if let Some((minimum, false)) = input.limits.and_then(|limits| limits.minimum.as_ref()) {
        return number(minimum);
    }
    let mut bases = BASES.iter().filter(|(text, _)| input.text.contains(text));
    if let Some((_, base)) = bases.next() {
        return bases.all(|(_, other)| other == base).then_some(*base);
    }
    let said = |wanted: &str| {
        let after = |form: &&str| input.text.split(*form).skip(1).any(|after| begins_with(after, wanted));
        FIRST.iter().any(after)
    };
    match (said("0"), said("1")) {
        (true, false) => Some(0),
        (false, true) => Some(1),
        _ => None,
    }
}

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
pub(super) fn vendor_paging(
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
