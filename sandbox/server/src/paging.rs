//! In: records and the query of a list. Out: one page in the contract's shape. Never: a cursor that says anything.

use crate::clock::Instant;
use crate::contract::Contract;
use crate::json;
use crate::operation::Operation;
use crate::problem::{self, Problem};
use crate::records::Entity;
use crate::schema::FieldError;
use crate::state::SandboxState;
use crate::validate::ParsedRequest;
use serde_json::Value;
use std::cmp::Reverse;

const DEFAULT_LIMIT: usize = 20;

/// A list as it is asked for.
#[derive(Debug)]
pub(crate) struct ListQuery<'a> {
    pub(crate) operation: &'a Operation,
    pub(crate) input: &'a ParsedRequest,
    /// The largest number of items on a page; every list then has at least two pages.
    pub(crate) most: Option<usize>,
}

/// Puts the newest records first: by the instants of their making, where all of them tell it, and else in the order in which they were
/// made. An example that fills a list may be older than what was made before it.
pub(crate) fn newest_first(records: Vec<Entity>) -> Vec<Entity> {
    let made = |record: Entity| (json::created(&record.value), record.number, record);
    let mut dated: Vec<_> = records.into_iter().map(made).collect();
    let is_told = dated.iter().all(|(created, ..)| created.is_some());
    dated.sort_by_key(|&(created, number, _)| Reverse((created.filter(|_| is_told), number)));
    dated.into_iter().map(|(.., record)| record).collect()
}

/// Fills the example of a page with the records (in the order of the list) that the query asks for.
pub(crate) fn page(
    contract: &Contract,
    &ListQuery { operation, input, most }: &ListQuery<'_>,
    state: &mut SandboxState,
    mut records: Vec<Entity>,
    mut page: Value,
) -> Result<Value, Problem> {
    let rules = operation.pagination.clone().unwrap_or_default();
    let text = |name: &str| rules.get(name).and_then(Value::as_str);
    let given = |name: Option<&str>| asked(input, name?);
    let limit = given(text("limit"))
        .and_then(|limit| limit.parse().ok())
        .unwrap_or_else(|| default_limit(contract, operation, text("limit")))
        .min(most.unwrap_or(usize::MAX));
    if let Some(next) = rules.get("next").filter(|next| next.is_object()) {
        filter(&mut records, operation, input, [text("cursor"), text("limit")]);
        let source = NextPage { next, limit };
        return Ok(source.page(&rules, records, given(text("cursor")).as_deref(), page));
    }
    let place = input
        .path
        .values()
        .fold(operation.id.clone(), |place, value| format!("{place} {value}"));
    if let Some(cursor) = given(text("cursor")) {
        let Some(last) = state.behind(&cursor, &place) else {
            let pointer = format!("/query/{}", text("cursor").unwrap_or_default());
            let error = FieldError::new(pointer, "cursor", "this cursor was not returned for this list");
            return Err(problem::invalid(contract, operation, vec![error]));
        };
        drop_until(last, &mut records);
    }
    let behind = records.iter().map(|record| record.number + 1).max().unwrap_or_default();
    filter(&mut records, operation, input, [text("cursor"), text("limit")]);
    // A first page may be empty and still not be the last.
    let is_empty_first = most.is_some() && records.len() <= limit && given(text("cursor")).is_none();
    let more = records.len() > limit || is_empty_first;
    records.truncate(if is_empty_first { 0 } else { limit });
    let next = match records.last() {
        Some(last) if more => Some(state.cursor(last.number, &place)),
        None if more => Some(state.cursor(behind, &place)),
        _ => None,
    };
    let items = records.into_iter().map(|record| record.value).collect();
    json::set(&mut page, text("items").unwrap_or_default(), Value::Array(items));
    for (word, value) in [("more", more), ("done", !more)] {
        if let Some(pointer) = text(word) {
            json::set(&mut page, pointer, Value::Bool(value));
        }
    }
    if let Some(pointer) = text("next") {
        set_next(contract, operation, &mut page, pointer, next);
        let around = pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
        let name = text("limit").unwrap_or_default();
        if page.pointer(around).is_some_and(|parent| parent.get(name).is_some()) {
            json::set(&mut page, &format!("{around}/{}", json::token(name)), limit.into());
        }
    }
    Ok(page)
}

/// Leaves the records after the last one of a page, which may be gone.
fn drop_until(last: u64, records: &mut Vec<Entity>) {
    match records.iter().position(|record| record.number == last) {
        Some(at) => drop(records.drain(..=at)),
        None => records.retain(|record| record.number < last),
    }
}

/// Returns a value of the query, or of the body at a pointer.
fn asked(input: &ParsedRequest, name: &str) -> Option<String> {
    if !name.starts_with('/') {
        let found = input.query.iter().find(|(known, _)| known == name);
        return found.map(|(_, value)| value.clone());
    }
    match input.body.as_ref()?.pointer(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The source of the next page, if it is not a cursor in the response.
struct NextPage<'a> {
    next: &'a Value,
    limit: usize,
}

impl NextPage<'_> {
    /// Fills a page at a number, or one that follows the last item. A list by a header or a URL is one page.
    fn page(&self, rules: &Value, mut records: Vec<Entity>, cursor: Option<&str>, mut page: Value) -> Value {
        let text = |name: &str| self.next.get(name).and_then(Value::as_str);
        let first = |name: &str| self.next.get(name).and_then(Value::as_u64);
        let all = records.len();
        let limit = self.limit.max(1);
        let counted = |first: u64| {
            let place = cursor.and_then(|cursor| cursor.parse::<u64>().ok());
            usize::try_from(place.map_or(0, |place| place.saturating_sub(first))).unwrap_or(usize::MAX)
        };
        let (skipped, limit) = if let Some(first) = first("offset") {
            (counted(first), limit)
        } else if let Some(first) = first("page") {
            (counted(first).saturating_mul(limit), limit)
        } else if let Some(pointer) = text("last") {
            let is_last = |record: &Entity| record.value.pointer(pointer).and_then(Value::as_str) == cursor;
            let at = cursor.and_then(|_| records.iter().position(is_last));
            (at.map_or(0, |at| at + 1), limit)
        } else {
            (0, usize::MAX)
        };
        records.drain(..skipped.min(all));
        let more = records.len() > limit;
        records.truncate(limit);
        let items = records.into_iter().map(|record| record.value).collect();
        let items_at = rules.get("items").and_then(Value::as_str).unwrap_or_default();
        if items_at.is_empty() {
            return Value::Array(items);
        }
        json::set(&mut page, items_at, Value::Array(items));
        for (word, value) in [("more", more), ("done", !more)] {
            if let Some(pointer) = rules.get(word).and_then(Value::as_str) {
                json::set(&mut page, pointer, Value::Bool(value));
            }
        }
        for (word, count) in [("total", all), ("pages", all.div_ceil(limit))] {
            if let Some(pointer) = text(word) {
                json::set(&mut page, pointer, count.into());
            }
        }
        if let Some(pointer) = text("url") {
            json::remove(&mut page, pointer);
        }
        page
    }
}

/// On the last page the cursor is left out where that is allowed, else null, else empty.
fn set_next(contract: &Contract, operation: &Operation, page: &mut Value, pointer: &str, next: Option<String>) {
    let tokens = json::tokens(pointer);
    let schema = operation.answers.first().map(|answer| &answer.schema);
    let split = tokens.split_last();
    let (name, parent) = split.map_or(("", &[][..]), |(name, parent)| (name.as_str(), parent));
    let parent = schema.and_then(|schema| contract.schema_at(schema, parent));
    let required = parent.is_some_and(|parent| contract.requires(parent, name));
    let own = parent.and_then(|parent| contract.property(parent, name));
    let nullable = own.is_some_and(|own| contract.nullable(own));
    match next {
        Some(cursor) => json::set(page, pointer, Value::String(cursor)),
        None if !required => json::remove(page, pointer),
        None if nullable => json::set(page, pointer, Value::Null),
        None => json::set(page, pointer, Value::String(String::new())),
    }
}

fn default_limit(contract: &Contract, operation: &Operation, name: Option<&str>) -> usize {
    let mut parameters = operation.parameters.iter();
    let parameter = parameters.find(|parameter| Some(parameter.name.as_str()) == name);
    let word = |word: &str| contract.number(&parameter?.schema, word);
    let default = word("default").or_else(|| word("maximum").map(|most| most.min(DEFAULT_LIMIT as u64)));
    let default = default.and_then(|limit| usize::try_from(limit).ok());
    default.unwrap_or(DEFAULT_LIMIT)
}

/// Keeps what the query parameters ask for: one of a member's name wants that value; `somethingAfter` and
/// `somethingBefore` want the instant that begins with `something` at or after, and before, the given one.
fn filter(records: &mut Vec<Entity>, operation: &Operation, input: &ParsedRequest, paging: [Option<&str>; 2]) {
    let plain = |text: &str| text.to_ascii_lowercase().replace(['_', '-'], "");
    let of_query = operation.parameters.iter().filter(|one| one.place == "query");
    for parameter in of_query.filter(|one| !paging.contains(&Some(one.name.as_str()))) {
        let given = input.query.iter().filter(|(name, _)| *name == parameter.name);
        let wanted: Vec<&str> = given.flat_map(|(_, value)| value.split(',')).collect();
        let Some(&first) = wanted.first() else {
            continue;
        };
        let name = plain(&parameter.name);
        let bound = [("after", true), ("before", false)]
            .into_iter()
            .find_map(|(suffix, after)| Some((name.strip_suffix(suffix)?, after)));
        records.retain(|record| {
            let member = record.value.get(&parameter.name);
            if let (None, Some((stem, after)), Some(limit)) = (member, bound, Instant::parse(first)) {
                let members = json::members(Some(&record.value));
                let mut named = members.filter(|(name, _)| plain(name).starts_with(stem));
                let instant = named.find_map(|(_, value)| Instant::parse(value.as_str()?));
                return instant.is_none_or(|instant| (instant >= limit) == after);
            }
            match member {
                Some(Value::String(text)) => wanted.contains(&text.as_str()),
                Some(value @ (Value::Number(_) | Value::Bool(_))) => wanted.contains(&value.to_string().as_str()),
                _ => false,
            }
        });
    }
}
