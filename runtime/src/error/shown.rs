//! Texts of the server that errors show: a failure comes in, its title and explanation go out, without the values that were sent.

use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};

use super::mask::Values;
use crate::exchange::{Failure, Fixed};
use crate::json::{self, JsonValue, Limits};
use crate::problem::one_line;

/// Largest number of characters of the explanation.
const MOST: usize = 300;

/// Returns the server's explanation on one line, if the contract has errors show it.
pub(super) fn detail(failure: &Failure) -> Option<String> {
    let problem = failure.end.problem.as_ref().filter(|_| failure.is_problem())?;
    let names = problem.shown()?;
    let detail = problem.detail().filter(|text| !text.trim().is_empty())?;
    let values = failure.exchange.fixed().and_then(|fixed| sent(fixed, names));
    Some(match values {
        Some(values) => one_line(&values.mask(detail), MOST).trim().to_owned(),
        None => "not shown, because the request's body is not JSON; `error.detail()` returns it".to_owned(),
    })
}

/// Returns the problem code. One that the contract does not have is shown as it is if it can only be a name.
pub(super) fn code(failure: &Failure) -> Option<String> {
    let code = failure.end.problem.as_ref()?.code()?;
    let is_known = failure.answer().is_some_and(|answer| answer.code.is_some());
    let is_name = |c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '-' | '.' | ':' | '/');
    if is_known || code.chars().all(is_name) {
        return Some(code.to_owned());
    }
    masked(failure, code)
}

/// Returns the title, if it is not the code. One that the contract does not have may be any text.
pub(super) fn title(failure: &Failure) -> Option<String> {
    let problem = failure.end.problem.as_ref()?;
    let title = problem.title().filter(|title| Some(*title) != problem.code())?;
    let row = failure.answer().and_then(|answer| answer.row);
    match row.filter(|row| row.title == title) {
        Some(row) => Some(row.title.to_owned()),
        None => masked(failure, title),
    }
}

/// Masks a text; `None` if the values of the request are not known.
fn masked(failure: &Failure, text: &str) -> Option<String> {
    let names = failure.end.problem.as_ref()?.shown().unwrap_or_default();
    Some(sent(failure.exchange.fixed()?, names)?.mask(text))
}

/// Returns the values of a request, except those of these names; `None` if its body cannot be read.
fn sent(fixed: &Fixed, names: &[&str]) -> Option<Values> {
    let mut values = Values::default();
    let is_shown = |name: &str| names.contains(&name);
    for (_, value) in fixed.arguments.iter().filter(|(name, _)| !is_shown(name)) {
        values.add(value);
    }
    let query = fixed.target.split_once('?').map_or("", |(_, query)| query);
    pairs(query, &is_shown, &mut values);
    let is_usual = |name: &http::HeaderName| [ACCEPT, CONTENT_TYPE, USER_AGENT].contains(name);
    for (name, value) in fixed.headers.iter().filter(|(name, _)| !is_usual(name)) {
        if !names.iter().any(|shown| name.as_str().eq_ignore_ascii_case(shown)) {
            values.add(&String::from_utf8_lossy(value.as_bytes()));
        }
    }
    let body = fixed.payload.source.bytes()?;
    if body.is_empty() {
        return Some(values);
    }
    let media = fixed.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok())?;
    let essence = media.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        pairs(std::str::from_utf8(body).ok()?, &is_shown, &mut values);
    } else {
        let body: JsonValue = json::from_slice_within(body, &Limits::OWN).ok()?;
        members(&body, &is_shown, body.as_object().is_some(), &mut values);
    }
    Some(values)
}

/// Adds the values of a query or form.
fn pairs(query: &str, is_shown: &dyn Fn(&str) -> bool, values: &mut Values) {
    let decoded = |text: &str| {
        let spaced = text.replace('+', " ");
        percent_encoding::percent_decode_str(&spaced)
            .decode_utf8_lossy()
            .into_owned()
    };
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or(("", pair));
        if !is_shown(&decoded(name)) {
            values.add(&decoded(value));
        }
    }
}

/// Adds the values of a JSON body. A value is left out if each name on the way to it may be shown.
fn members(value: &JsonValue, is_shown: &dyn Fn(&str) -> bool, above: bool, values: &mut Values) {
    if let Some(object) = value.as_object() {
        for (name, member) in object.iter() {
            members(member, is_shown, above && is_shown(name), values);
        }
    } else if let Some(items) = value.as_array() {
        for item in items {
            members(item, is_shown, above, values);
        }
    } else if let (Some(text), false) = (value.as_str(), above) {
        values.add(text);
    } else if let (Some(number), false) = (value.as_number(), above) {
        values.add(number.as_str());
    }
}
