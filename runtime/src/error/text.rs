//! The texts of an error: one line for `Display`, at most four for `Debug`. A path shows only the arguments that a support
//! report may repeat; no other argument, no body and no secret is ever printed.
//!
//! The support report contains the facts that the support of an API needs. Texts of the server are shown without the
//! values that were sent.

use crate::arrived::{self, Unproven};
use crate::error::mask::MaskedValues;
use crate::exchange::{FailedCall, FailureCause, Fixed};
use crate::json::{self, JsonValue, Limits};
use crate::outcome::Outcome;
use crate::problem::{OneLine, Problem, one_line};
use crate::signing::{self, SignatureContext, SignatureReport};
use crate::transport::Chain;
use http::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE, USER_AGENT};
use std::fmt;

/// Writes the outcome, the failure, the call and its request ids, on one line.
pub(super) fn line(error: &FailedCall, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{}: ", error.outcome)?;
    describe(error, f)?;
    write!(f, "; {}", CallText(error))?;
    for (at, id) in error.exchange.trail.request_ids.iter().enumerate() {
        f.write_str(match (at, error.exchange.trail.request_ids.len()) {
            (0, 1) => "; request id ",
            (0, _) => "; request ids ",
            _ => ", ",
        })?;
        write!(f, "{}", OneLine(id))?;
    }
    if let Some((call, id)) = error.reading() {
        write!(f, "; read it with `{call}`, by `executed_id(\"{id}\")` of this error")?;
    }
    match error.end.note {
        Some(note) => write!(f, "; not retried: {note}"),
        None => Ok(()),
    }
}

/// Writes the line, the server's explanation, the idempotency key, and the next step.
pub(super) fn block(error: &FailedCall, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    line(error, f)?;
    if let Some(detail) = detail(error).filter(|detail| detail != error.advice()) {
        write!(f, "\ndetail: {detail}")?;
    }
    if let Some(key) = error.key() {
        write!(f, "\nidempotency key: {}", OneLine(key))?;
    }
    write!(f, "\nnext: {}", error.advice())?;
    if is_resendable(error) {
        f.write_str(" `client.resend(error)` retries it with the same key.")?;
    }
    if error.needs_new_key() && !error.advice().contains("new key") {
        f.write_str(" The next request needs a new key.")?;
    }
    if let Some((path, names)) = error.finding() {
        f.write_str(" `GET ")?;
        write_path(error, path, f)?;
        match names.as_slice() {
            [] => f.write_str("` reads it.")?,
            names => write!(f, "` finds it by {}.", names.join(", "))?,
        }
    }
    if error.is_foreign() {
        f.write_str(" A gateway may have sent this response: check the base URL.")?;
    }
    let refused = error.refuses_signature();
    if let Some(report) = explain_signature(error).filter(|_| refused) {
        f.write_str(" `error.explain_signature()` compares what was signed")?;
        if let Some(cause) = error.clocks().as_ref().or(report.causes.first()) {
            write!(f, "; likely cause: {cause}")?;
        }
    }
    Ok(())
}

/// Returns `true` if the action may have happened, and the advice does not say how to go on.
fn is_resendable(error: &FailedCall) -> bool {
    let has_key = error.exchange.fixed().is_some_and(|fixed| fixed.key.is_some());
    has_key && error.outcome != Outcome::NotExecuted && error.may_be_resent() && !error.advice().contains("resend")
}

/// The operation, with method and path; with the address if no connection came about.
struct CallText<'f>(&'f FailedCall);

impl fmt::Display for CallText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failure = self.0;
        let endpoint = &failure.exchange.endpoint;
        if !endpoint.operation().is_empty() {
            write!(f, "{}, ", endpoint.operation())?;
        }
        write!(f, "{} ", endpoint.method())?;
        if let (Some(fixed), FailureCause::NotSent(_)) = (failure.exchange.fixed(), &failure.end.cause) {
            f.write_str(&fixed.origin)?;
        }
        write_path(failure, endpoint.template(), f)
    }
}

/// Writes a path with the arguments of the call that a support report may repeat.
fn write_path(failure: &FailedCall, template: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let fixed = failure.exchange.fixed();
    let (arguments, support) = fixed.map_or((&[][..], &[][..]), |fixed| (&fixed.arguments[..], fixed.support));
    for piece in template.split_inclusive('}') {
        let Some((before, name)) = piece.strip_suffix('}').and_then(|piece| piece.rsplit_once('{')) else {
            f.write_str(piece)?;
            continue;
        };
        let mut shown = arguments
            .iter()
            .filter(|(known, _)| known == name && support.contains(&name));
        match shown.next() {
            Some((_, value)) => write!(f, "{before}{}", OneLine(value))?,
            None => f.write_str(piece)?,
        }
    }
    Ok(())
}

/// Writes the response, and why the call failed.
fn describe(failure: &FailedCall, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if let Some(reply) = &failure.end.reply {
        write!(f, "{}", reply.status.as_u16())?;
        if let Some(code) = code(failure) {
            write!(f, " {}", OneLine(&code))?;
        }
        if let Some(title) = title(failure) {
            write!(f, ", {}", OneLine(&title))?;
        }
        f.write_str(match &failure.end.cause {
            FailureCause::Status if reply.body.is_empty() => ", with an empty body",
            FailureCause::Status => ", and the body is not a problem document",
            FailureCause::CutOff(_) | FailureCause::Broken(_) => ", and the body was cut off: ",
            _ => "",
        })?;
    }
    match &failure.end.cause {
        FailureCause::Refused(refusal) => write!(f, "{refusal}"),
        FailureCause::NotSent(cause) => write!(f, "not sent: {}", Chain(&**cause)),
        FailureCause::NoAnswer(cause) => write!(f, "no response: {}", Chain(&**cause)),
        FailureCause::CutOff(cause) | FailureCause::Broken(cause) => write!(f, "{}", Chain(&**cause)),
        FailureCause::TooLarge { limit } => write!(f, ", and the body is larger than {limit} bytes"),
        FailureCause::Unreadable(error) => {
            write!(f, ", and the body does not match the contract: {error}")?;
            describe_media(failure, f)
        }
        FailureCause::Item { number, error } => {
            write!(
                f,
                ", and item {number} of the stream does not match the contract: {error}"
            )
        }
        FailureCause::OfAnother(place) => {
            write!(
                f,
                ", and the response belongs to another call: `{}` is not the one of this call",
                OneLine(place)
            )
        }
        FailureCause::Unproven(Unproven::Status) => f.write_str(", which is not declared in the contract"),
        FailureCause::Unproven(Unproven::MediaType) => {
            f.write_str(", and the body does not match the contract")?;
            describe_media(failure, f)
        }
        FailureCause::Unproven(Unproven::Incomplete) => {
            f.write_str(", and the body lacks a member that the contract promises")
        }
        FailureCause::Unproven(Unproven::State) => {
            f.write_str(", and the response does not have a state that proves this call")
        }
        FailureCause::Unproven(Unproven::UnknownState) => {
            f.write_str(", and the contract does not know the state of the response")
        }
        FailureCause::Problem | FailureCause::Status => Ok(()),
    }
}

/// Writes the media type of the response beside those of the contract, unless it is one of them.
fn describe_media(failure: &FailedCall, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    const LONGEST: usize = 100;
    let (Some(reply), Some(fixed)) = (&failure.end.reply, failure.exchange.fixed()) else {
        return Ok(());
    };
    if reply.is_coded() {
        let coding = reply.header(CONTENT_ENCODING.as_str()).unwrap_or_default();
        write!(
            f,
            "; the client does not decode its `Content-Encoding`, `{}`",
            OneLine(coding)
        )?;
    }
    let own = reply.content_type().split(';').next().unwrap_or_default().trim();
    let declared = arrived::declared(&fixed.promise.successes, reply.status.as_u16(), own);
    for (at, media) in declared.iter().enumerate() {
        if at == 0 {
            match own {
                "" => f.write_str("; it has no media type")?,
                long if long.len() > LONGEST => f.write_str("; its media type is long")?,
                own => write!(f, "; its media type is `{}`", OneLine(own))?,
            }
            f.write_str(", but the contract declares ")?;
        } else {
            f.write_str(" or ")?;
        }
        match media {
            Some(media) => write!(f, "`{}`", OneLine(media))?,
            None => f.write_str("no body")?,
        }
    }
    Ok(())
}

/// Writes the report, one line per fact.
pub(super) fn write(failure: &FailedCall) -> String {
    let one = |text: &str| OneLine(text).to_string();
    let mut lines = Vec::new();
    let mut line = |name: &str, value: &str| lines.push(format!("{name}: {value}"));
    line("endpoint", &one(&failure.exchange.endpoint.to_string()));
    line("time", &crate::value::rfc3339(failure.at));
    if let Some(reply) = &failure.end.reply {
        line("status", reply.status.as_str());
    }
    if let Some(code) = code(failure) {
        line("code", &one(&code));
    }
    if let Some(detail) = detail(failure) {
        line("detail", &detail);
    }
    line("outcome", &failure.outcome.to_string());
    if let Some(key) = failure.key() {
        line("idempotency key", &one(key));
    }
    let (trail, fixed) = (&failure.exchange.trail, failure.exchange.fixed());
    if fixed.is_some() || trail.attempts() > 0 {
        line("attempts", &trail.attempts().to_string());
        let ids = trail.request_ids.iter().map(|id| one(id));
        line("request ids", &ids.collect::<Vec<_>>().join(", "));
    }
    if let Some(fixed) = fixed {
        let source = &fixed.payload.source;
        let body: Option<JsonValue> = source
            .bytes()
            .and_then(|bytes| json::from_slice_within(bytes, &Limits::OWN).ok());
        let arguments = || fixed.arguments.iter().chain(&fixed.noted);
        for name in fixed.support {
            let given = arguments().filter(|(known, _)| known == name);
            let mut values: Vec<String> = given.map(|(_, value)| value.clone()).collect();
            values.extend(body.as_ref().and_then(|body| body.get(name)).and_then(plain));
            values.dedup();
            for value in values {
                line(name, &one(&value));
            }
        }
    }
    if let Some((call, id)) = failure.reading() {
        line("read it with", &format!("{call}, by executed_id(\"{id}\")"));
    }
    line("advice", failure.advice());
    lines.join("\n")
}

/// Returns a value of a body as one text; `None` for null.
fn plain(value: &JsonValue) -> Option<String> {
    (!value.is_null()).then(|| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

/// Explains the last signed attempt.
pub(super) fn explain_signature(failure: &FailedCall) -> Option<SignatureReport> {
    let fixed = failure.exchange.fixed()?;
    let reply = failure.end.reply.as_ref();
    let facts = SignatureContext {
        method: fixed.endpoint.method().as_str(),
        template: fixed.endpoint.template(),
        target: &fixed.target,
        sha256: &fixed.payload.sha256,
        length: fixed.payload.source.length(),
        body: fixed.payload.source.bytes().map_or(b"", |bytes| bytes),
        idempotency_key: fixed.key.as_ref().map(crate::idempotency::IdempotencyKey::as_str),
        client_id: fixed.account.client_id(),
        code: failure.end.problem.as_ref().and_then(Problem::code),
        via: reply.is_some_and(|reply| reply.headers.contains_key(http::header::VIA)),
    };
    Some(signing::explain(failure.exchange.trail.signed.as_ref()?, &facts))
}

/// Largest number of characters of the explanation.
const MOST: usize = 300;

/// Returns the server's explanation on one line, if the contract has errors show it.
pub(super) fn detail(failure: &FailedCall) -> Option<String> {
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
pub(super) fn code(failure: &FailedCall) -> Option<String> {
    let code = failure.end.problem.as_ref()?.code()?;
    let is_known = failure.answer().is_some_and(|answer| answer.code.is_some());
    let is_name = |c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '-' | '.' | ':' | '/');
    if is_known || code.chars().all(is_name) {
        return Some(code.to_owned());
    }
    masked(failure, code)
}

/// Returns the title, if it is not the code. One that the contract does not have may be any text.
pub(super) fn title(failure: &FailedCall) -> Option<String> {
    let problem = failure.end.problem.as_ref()?;
    let title = problem.title().filter(|title| Some(*title) != problem.code())?;
    let row = failure.answer().and_then(|answer| answer.row);
    match row.filter(|row| row.title == title) {
        Some(row) => Some(row.title.to_owned()),
        None => masked(failure, title),
    }
}

/// Masks a text; `None` if the values of the request are not known.
fn masked(failure: &FailedCall, text: &str) -> Option<String> {
    let names = failure.end.problem.as_ref()?.shown().unwrap_or_default();
    Some(sent(failure.exchange.fixed()?, names)?.mask(text))
}

/// Returns the values of a request, except those of these names; `None` if its body cannot be read.
fn sent(fixed: &Fixed, names: &[&str]) -> Option<MaskedValues> {
    let mut values = MaskedValues::default();
    let is_shown = |name: &str| names.contains(&name);
    for (_, value) in fixed.arguments.iter().filter(|(name, _)| !is_shown(name)) {
        values.add(value);
    }
    let query = fixed.target.split_once('?').map_or("", |(_, query)| query);
    pairs(query, &is_shown, &mut values);
    let is_usual = |name: &http::HeaderName| [ACCEPT, CONTENT_TYPE, USER_AGENT].contains(name);
    for (name, value) in fixed.headers.iter().filter(|(name, _)| !is_usual(name)) {
        if !names.iter().any(|shown| name.as_str().eq_ignore_ascii_case(shown)) {
            values.add_whole(&String::from_utf8_lossy(value.as_bytes()));
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
fn pairs(query: &str, is_shown: &dyn Fn(&str) -> bool, values: &mut MaskedValues) {
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
fn members(value: &JsonValue, is_shown: &dyn Fn(&str) -> bool, above: bool, values: &mut MaskedValues) {
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
