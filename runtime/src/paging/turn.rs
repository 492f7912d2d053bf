//! From one page to the next. In: the request of a page, and facts of its response. Out: the cursor of the next page, or the request
//! at a cursor. It sends nothing.

use bytes::Bytes;
use http::HeaderMap;

use super::link;
use super::source::{NextPage, Paging, Progress};
use crate::client::{Core, next_query};
use crate::json::{self, JsonValue};
use crate::refusal::Refusal;
use crate::request::{Content, Request};
use crate::value::Number;

const NO_CURSOR: &str = "there are more pages, but the server returned no cursor";
const NO_ITEMS: &str = "the page is empty, but the server announces more";

/// How a list finds its next page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way {
    pub(super) paging: &'static Paging,
    pub(super) next: NextPage,
}

/// The facts of a page about the next one.
pub(super) struct Facts<'p> {
    pub(super) next: Option<String>,
    pub(super) progress: Progress,
    pub(super) headers: &'p HeaderMap,
    pub(super) body: &'p Bytes,
    /// The body of the page before.
    pub(super) before: Option<&'p Bytes>,
}

impl Way {
    /// Returns the cursor of the next page; `None` after the last one.
    pub(super) fn follow(
        self,
        core: &Core,
        request: &Request,
        facts: &Facts<'_>,
    ) -> Result<Option<String>, &'static str> {
        let more = facts.progress.more;
        let found = match self.next {
            NextPage::Value | NextPage::Url => facts.next.clone(),
            NextPage::Header(_) | NextPage::Link(_) | NextPage::Offset(_) | NextPage::Page(_)
                if more == Some(false) =>
            {
                return Ok(None);
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
            (None, _) => return Ok(None),
        };
        if cursor.is_empty() {
            return Err("the URL of the next page has no query");
        }
        Ok(Some(cursor))
    }

    /// Returns the number of the next page, or of the items before it. A total that is smaller than what arrived is not used,
    /// because an incomplete list must not look complete.
    fn count(
        self,
        request: &Request,
        first: u64,
        facts: &Facts<'_>,
        step: usize,
    ) -> Result<Option<String>, &'static str> {
        const FAULT: &str = "the request names its page by a text that is not a number";
        let Progress { more, items, total } = &facts.progress;
        let current = match self.current(request) {
            Some(text) => text.parse().map_err(|_| FAULT)?,
            None => first,
        };
        let step = u64::try_from(step).map_err(|_| FAULT)?;
        let next = current.checked_add(step).ok_or(FAULT)?;
        let total = total.as_deref().and_then(|total| total.parse::<u64>().ok());
        let arrived = next.saturating_sub(first);
        if total == Some(arrived) || (*items == 0 && *more != Some(true) && total.is_none_or(|total| total < arrived)) {
            return Ok(None);
        }
        if *items == 0 {
            return Err(NO_ITEMS);
        }
        if facts.before == Some(facts.body) {
            return Err("the server returned the same page twice");
        }
        Ok(Some(next.to_string()))
    }

    /// Returns the cursor that a request contains.
    fn current(self, request: &Request) -> Option<String> {
        let name = self.paging.cursor;
        if !name.starts_with('/') {
            let (_, pair) = request.query.iter().find(|(known, _)| known == name)?;
            return pair.split_once('=').map(|(_, value)| value.to_owned());
        }
        let Content::Json(body) = &request.content else {
            return None;
        };
        let body: JsonValue = json::from_slice(body).ok()?;
        match body.pointer(name)? {
            JsonValue::Null => None,
            JsonValue::String(text) => Some(text.clone()),
            value => Some(value.to_string()),
        }
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
                    Ok(body) if matches!(request.content, Content::Nothing) => {
                        request.json_bytes("application/json", body)
                    }
                    Ok(body) => {
                        request.content = Content::Json(body);
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

/// Returns a JSON body with the cursor at a pointer. Creates objects on its way.
fn with_member(content: &Content, pointer: &str, value: JsonValue) -> Result<Bytes, Refusal> {
    let fault = || Refusal::Paging("the body has no place for a cursor");
    let mut body: JsonValue = match content {
        Content::Nothing => JsonValue::Object(json::Object::new()),
        Content::Json(bytes) => json::from_slice(bytes).map_err(|_| fault())?,
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
