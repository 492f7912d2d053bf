//! From one page to the next. In: the request of a page, and facts of its response (a cursor, a `Link` header, the URL of the next page).
//! Out: the cursor of the next page, or the request at a cursor. It sends nothing.

use bytes::Bytes;
use http::HeaderMap;
use http::header::LINK;

use crate::client::Core;
use crate::json::{self, JsonValue};
use crate::parameter::whole;
use crate::refusal::Refusal;
use crate::request::{Request, RequestContent};
use crate::scheme::SchemeKind;
use crate::server::{fill_target, raw_target};
use crate::signing::SignaturePlace;
use crate::value::Number;

/// Places of a request for paging: names of query parameters, or JSON Pointers into its body, which begin with `/`.
#[derive(Debug)]
pub struct Paging {
    /// Place of the cursor; empty if the query of the next request comes from a URL.
    pub cursor: &'static str,
    /// Place of the page size.
    pub limit: Option<&'static str>,
}

/// Source of the next page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextPage {
    /// The cursor in the response ([`Paged::next`](crate::paging::Paged::next)).
    Value,
    /// The URL in the response ([`Paged::next`](crate::paging::Paged::next)): the client uses its query alone.
    Url,
    /// The cursor in this header.
    Header(&'static str),
    /// The URL with this relation in the `Link` header: the client uses its query alone.
    Link(&'static str),
    /// The number of items before the page; that of the first page.
    Offset(u64),
    /// The number of the page; that of the first page.
    Page(u64),
}

/// The progress of a list, as its response shows it.
#[derive(Debug, Default)]
pub struct Progress {
    /// Whether the list continues; `None` if the response does not show it.
    pub more: Option<bool>,
    /// Number of items of the page, for counted pages.
    pub items: usize,
    /// Number of all items or pages, for counted pages.
    pub total: Option<String>,
}

const UNREADABLE: &str = "a `Link` header of the response is not valid";
const NO_URL: &str = "the URL of the next page is not valid";
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
            NextPage::Link(relation) => link_target(facts.headers, relation)?,
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

/// Returns the target of the `Link` headers (RFC 8288) with this relation; `None` if there is none. Two different ones are an error.
/// Ignores links of another context (`anchor`).
fn link_target(headers: &HeaderMap, relation: &str) -> Result<Option<String>, &'static str> {
    let mut found: Option<String> = None;
    for line in headers.get_all(LINK) {
        let mut rest = line.to_str().map_err(|_| UNREADABLE)?;
        loop {
            rest = rest.trim_start_matches([' ', '\t', ',']);
            if rest.is_empty() {
                break;
            }
            let (link, after) = Link::read(rest).ok_or(UNREADABLE)?;
            rest = after;
            if !link.has(relation) {
                continue;
            }
            if found.as_deref().is_some_and(|known| known != link.target) {
                return Err("the response has several links to the next page");
            }
            found = Some(link.target.to_owned());
        }
    }
    Ok(found)
}

/// One link of a header.
struct Link<'l> {
    target: &'l str,
    /// Its relations: the first `rel` alone counts (section 3.3).
    rel: Option<String>,
    has_anchor: bool,
}

impl<'l> Link<'l> {
    fn has(&self, relation: &str) -> bool {
        let relations = self.rel.iter().flat_map(|rel| rel.split([' ', '\t']));
        !self.has_anchor && relations.into_iter().any(|known| known.eq_ignore_ascii_case(relation))
    }

    /// Reads a link and its parameters; returns the rest after its comma.
    fn read(text: &'l str) -> Option<(Self, &'l str)> {
        let (target, mut rest) = text.strip_prefix('<')?.split_once('>')?;
        let mut link = Self {
            target: target.trim(),
            rel: None,
            has_anchor: false,
        };
        loop {
            rest = blank(rest);
            let Some(parameter) = rest.strip_prefix(';') else { break };
            let parameter = blank(parameter);
            let end = parameter.find([';', ',', '=', ' ', '\t']).unwrap_or(parameter.len());
            let (name, after) = parameter.split_at(end);
            let (value, after) = match blank(after).strip_prefix('=') {
                Some(after) => value(blank(after))?,
                None => (String::new(), after),
            };
            rest = after;
            if name.eq_ignore_ascii_case("rel") {
                link.rel.get_or_insert(value);
            } else if name.eq_ignore_ascii_case("anchor") {
                link.has_anchor = true;
            }
        }
        match rest.strip_prefix(',') {
            Some(after) => Some((link, after)),
            None => rest.is_empty().then_some((link, rest)),
        }
    }
}

fn blank(text: &str) -> &str {
    text.trim_start_matches([' ', '\t'])
}

/// Reads a token or a quoted string (RFC 9110, 5.6.4).
fn value(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([';', ',', ' ', '\t']).unwrap_or(text.len());
        let (token, rest) = text.split_at(end);
        return Some((token.to_owned(), rest));
    };
    let mut out = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, letter)) = chars.next() {
        match letter {
            '"' => return Some((out, &quoted[at + 1..])),
            '\\' => out.push(chars.next()?.1),
            _ => out.push(letter),
        }
    }
    None
}

/// Returns the query of the URL (RFC 3986), which may be relative; without pairs that the client writes itself.
///
/// The client uses nothing else of the URL, so no credential follows it. Scheme, host and prefix may be those of a server that a proxy
/// hides. The path must be that of the call, so that a list never changes its place.
fn next_query(core: &Core, request: &Request, url: &str) -> Result<String, &'static str> {
    let (_, target) = request.aim(core).map_err(|_| NO_URL)?;
    let url = url.split('#').next().unwrap_or_default();
    let (address, query) = url.split_once('?').unwrap_or((url, ""));
    let (path, fixed) = target.split_once('?').unwrap_or((&target, ""));
    let (template, template_query) = request
        .description
        .path
        .split_once('?')
        .unwrap_or((request.description.path, ""));
    let next = path_of(address, path).ok_or(NO_URL)?;
    let own = fill_target("", template, &request.path).map_err(|_| NO_URL)?;
    if !is_same_place(&next, &own, template) {
        return Err("the URL of the next page has another path");
    }
    let fixed: Vec<&str> = fixed.split('&').take(template_query.split('&').count()).collect();
    let is_fixed = |pair: &str| !template_query.is_empty() && fixed.contains(&pair);
    let query = whole(query);
    let pairs = query.split('&');
    let kept: Vec<&str> = pairs
        .filter(|pair| !pair.is_empty() && !is_fixed(pair) && !is_added(core, pair))
        .collect();
    Ok(kept.join("&"))
}

/// Returns true for a parameter that each attempt adds again: a key of a security scheme, or a part of the signature. A server may repeat it
/// in its URLs.
fn is_added(core: &Core, pair: &str) -> bool {
    let name = bytes(pair.split('=').next().unwrap_or_default());
    let keys = core.api().schemes.iter().filter_map(|scheme| match scheme.kind {
        SchemeKind::QueryKey(key) => Some(key),
        _ => None,
    });
    let signed = core.api().signing.into_iter().flat_map(|signing| {
        let signature = match signing.signature {
            SignaturePlace::Query(name) => Some(name),
            _ => None,
        };
        signing.query().map(|(name, _)| name).chain(signature)
    });
    keys.chain(signed).any(|known| known.as_bytes() == name)
}

/// Returns the path of a URL, which may be relative to the path of the call. Refuses dot segments.
fn path_of(address: &str, call: &str) -> Option<String> {
    let is_scheme = |(scheme, _): &(&str, &str)| !scheme.contains('/');
    let rest = match address.split_once(':').filter(is_scheme) {
        Some((scheme, rest)) => {
            let is_web = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
            Some(rest).filter(|rest| is_web && rest.starts_with("//"))?
        }
        None => address,
    };
    let path = match rest.strip_prefix("//") {
        Some(rest) => format!("/{}", rest.split_once('/').map_or("", |(_, path)| path)),
        None if rest.is_empty() => call.to_owned(),
        None if rest.starts_with('/') => rest.to_owned(),
        None => format!("{}/{rest}", call.rsplit_once('/').map_or("", |(folder, _)| folder)),
    };
    raw_target("", &path).ok()
}

/// Returns true if one path ends with the other, and both contain all arguments of the template: a proxy adds and removes prefixes.
fn is_same_place(next: &str, own: &str, template: &str) -> bool {
    let segments = |path: &str| -> Vec<Vec<u8>> { path.trim_matches('/').split('/').rev().map(bytes).collect() };
    let (next, own) = (segments(next), segments(own));
    let shorter = next.len().min(own.len());
    let named: Vec<&str> = template.trim_matches('/').split('/').collect();
    let first = named.iter().position(|segment| segment.contains('{'));
    let least = named.len() - first.unwrap_or(named.len() - 1);
    shorter >= least && next[..shorter] == own[..shorter]
}

/// Decodes all percent-encoded bytes.
fn bytes(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let digits = after.get(..2).filter(|_| first == b'%');
        let digits = digits.filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let byte = digits.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        out.push(byte.unwrap_or(first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(lines: &[&str]) -> Result<Option<String>, &'static str> {
        let headers = lines.iter().map(|line| (LINK, line.parse().unwrap()));
        link_target(&headers.collect(), "next")
    }

    #[test]
    fn the_target_is_found_among_other_links_and_parameters() {
        for lines in [
            &["<https://a.example/b?c=d>; rel=next"][..],
            &["<https://a.example/b?c=d>;rel=\"next\""],
            &["<https://a.example/b?c=d> ; title=\"a, <b>; rel=\\\"prev\\\"\" ; REL = \"last NEXT\""],
            &["<x>; rel=prev, , <https://a.example/b?c=d>; foo; bar=\"b\"; rel=next; rel=prev,<y>;rel=\"nextish\""],
            &[
                "<x>; rel=\"first\"",
                "<https://a.example/b?c=d>; title*=UTF-8''n%c3%a4chste; rel=\"next\"",
            ],
            &[
                "<https://a.example/b?c=d>; rel=next",
                "<https://a.example/b?c=d>; rel=next",
            ],
            &["<x>; rel=next; anchor=\"#of-another\", <https://a.example/b?c=d>; rel=next"],
        ] {
            assert_eq!(next(lines), Ok(Some("https://a.example/b?c=d".to_owned())), "{lines:?}");
        }
    }

    #[test]
    fn a_response_without_such_a_link_has_no_next_page() {
        for lines in [
            &[][..],
            &[""],
            &["<x>"],
            &["<x>; rel=prev"],
            &["<x>; title=next"],
            &["<x>; rel=\"http://a.example/next\""],
        ] {
            assert_eq!(next(lines), Ok(None), "{lines:?}");
        }
    }

    #[test]
    fn a_header_that_is_cut_off_or_contradicts_itself_is_an_error() {
        for lines in [
            &["x; rel=next"][..],
            &["<x; rel=next"],
            &["<x>; rel=\"next"],
            &["<x>; rel=\"next\\"],
            &["<x>; rel=prev <y>; rel=next"],
            &["<x>; rel=next, <y>; rel=next"],
            &["<x>; rel=next", "<y>; rel=next"],
        ] {
            assert!(next(lines).is_err(), "{lines:?}");
        }
    }
}
