//! Responses of success: status, media type and body come in, `true` goes out if the contract describes them. Pure.
//!
//! A proxy's page with status 200, an empty body and an unreadable one must never pass for the response of the action.
//!
//! A page (HTML) or a problem document matches only its own media type or a range of media types.

use crate::description::{self, AnswerBody};
use crate::json::{self, Json, Limits, Value, Writer};
use crate::member::Member;
use http::StatusCode;
use std::borrow::Cow;
use std::ops::RangeInclusive;

/// A response of success in the contract: statuses, media type, and the guaranteed members of a JSON body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Success {
    statuses: RangeInclusive<u16>,
    content: SuccessBody,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum SuccessBody {
    /// The contract describes no body.
    Nothing,
    /// JSON: media type, and members that are always there.
    Json(Text, Vec<Member<Text>>),
    /// Another media type, or a range of them.
    Other(Text),
}

/// Texts of the contract are constants; those of a call or of the journal are owned.
pub(super) type Text = Cow<'static, str>;

/// The serialized form: first and last status, and for a body its media type and, for JSON, its members.
type StoredForm = (u16, u16, Option<(String, Option<Vec<Member<Text>>>)>);

impl Json for Success {
    fn read(value: Value<'_>) -> Self {
        let (first, last, content): StoredForm = value.decode();
        let content = match content {
            None => SuccessBody::Nothing,
            Some((media, Some(members))) => SuccessBody::Json(media.into(), members),
            Some((media, None)) => SuccessBody::Other(media.into()),
        };
        Self {
            statuses: first..=last,
            content,
        }
    }

    fn write(&self, w: &mut Writer) {
        let content = match &self.content {
            SuccessBody::Nothing => None,
            SuccessBody::Json(media, members) => Some((media.to_string(), Some(members.clone()))),
            SuccessBody::Other(media) => Some((media.to_string(), None)),
        };
        let written: StoredForm = (*self.statuses.start(), *self.statuses.end(), content);
        w.value(&written);
    }
}

/// A response with a status of success.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ResponseView<'a> {
    pub(crate) status: StatusCode,
    pub(crate) content_type: &'a str,
    /// `None` if the body was not read to its end.
    pub(crate) body: Option<&'a [u8]>,
    /// Limits for decoding it.
    pub(crate) limits: Limits,
}

impl Success {
    /// Converts the contract's description of an operation.
    pub(crate) fn from_description(described: &[description::Success]) -> Vec<Self> {
        let owned_member = |member: &Member| Member {
            at: member.at.into(),
            kind: member.kind,
            is_nullable: member.is_nullable,
        };
        let owned = |one: &description::Success| Self {
            statuses: one.first..=one.last,
            content: match one.shown {
                AnswerBody::Nothing => SuccessBody::Nothing,
                AnswerBody::Json(media, members) => {
                    SuccessBody::Json(media.into(), members.iter().map(owned_member).collect())
                }
                AnswerBody::Other(media) => SuccessBody::Other(media.into()),
            },
        };
        described.iter().map(owned).collect()
    }

    /// Derives the responses of a call without a contract: the media types of its `Accept`; otherwise JSON, or no body with a
    /// status that has none.
    pub(crate) fn accepted(accept: Option<&str>) -> Vec<Self> {
        let whole = |content| Self {
            statuses: 200..=299,
            content,
        };
        let ranges = || accept.unwrap_or("application/json").split(',').map(essence);
        let mut all: Vec<Self> = ranges()
            .map(|media| {
                if is_json(media) {
                    whole(SuccessBody::Json(media.to_owned().into(), Vec::new()))
                } else {
                    whole(SuccessBody::Other(media.to_owned().into()))
                }
            })
            .collect();
        if ranges().any(|media| media == "*/*") {
            all.push(whole(SuccessBody::Nothing));
        }
        let none = |status| Self {
            statuses: status..=status,
            content: SuccessBody::Nothing,
        };
        all.extend([none(204), none(205)]);
        all
    }

    /// Adds the media types that a call requests instead of the contract's first choice. The guaranteed members of JSON stay.
    pub(crate) fn ask_for(all: &mut Vec<Self>, accept: &str) {
        let ranges = accept.split(',').map(essence).filter(|media| !is_json(media));
        let asked: Vec<Self> = ranges
            .flat_map(|media| {
                let with = move |one: &Self| Self {
                    statuses: one.statuses.clone(),
                    content: SuccessBody::Other(media.to_owned().into()),
                };
                all.iter().map(with).collect::<Vec<_>>()
            })
            .collect();
        all.extend(asked);
    }

    fn is_of(&self, status: u16) -> bool {
        self.statuses.contains(&status)
    }

    fn is_exact(&self) -> bool {
        self.statuses.start() == self.statuses.end()
    }

    /// Returns `true` if a response of an action has the described media type, or no body where none is described.
    fn is_declared(&self, seen: &ResponseView<'_>) -> bool {
        let essence = essence(seen.content_type);
        match &self.content {
            // A redirection is described by its headers.
            SuccessBody::Nothing if seen.status.is_redirection() => true,
            SuccessBody::Nothing => match seen.body {
                Some(body) => says_nothing(seen, body),
                None => !is_page(essence) && !is_problem(essence),
            },
            // Without a media type the body decides.
            SuccessBody::Json(..) if essence.is_empty() => !seen.body.is_some_and(begins_as_page),
            SuccessBody::Json(media, _) => is_in(media, essence),
            SuccessBody::Other(media) => seen.is_file(media, false),
        }
    }

    /// Returns `true` if the response of an action matches this description.
    fn is_met(&self, seen: &ResponseView<'_>) -> bool {
        let is_whole = match &self.content {
            SuccessBody::Nothing => seen.status.is_redirection() || seen.body.is_some(),
            SuccessBody::Json(_, members) => {
                let is_said = !essence(seen.content_type).is_empty() || !members.is_empty();
                is_said && seen.body.is_some_and(|body| has(body, &seen.limits, members))
            }
            SuccessBody::Other(_) => seen.body.is_none_or(|body| !body.trim_ascii().is_empty()),
        };
        is_whole && self.is_declared(seen)
    }

    /// Returns `true` if the response of a call cannot be taken for something else: its media type is the declared one, or its
    /// body will be decoded as JSON.
    fn is_plausible(&self, seen: &ResponseView<'_>, call: CallKind) -> bool {
        let essence = essence(seen.content_type);
        match &self.content {
            SuccessBody::Json(media, _) => {
                let is_open = seen.body.is_some() || essence.is_empty() || is_any_file(essence);
                is_in(media, essence) || (is_open && !is_problem(essence))
            }
            _ if call == CallKind::Keyed => self.is_met(seen),
            _ if seen.status.is_redirection() => true,
            SuccessBody::Nothing if call == CallKind::Safe => true,
            SuccessBody::Nothing => match seen.body {
                Some(body) => says_nothing(seen, body),
                None => !is_page(essence) && !is_problem(essence),
            },
            SuccessBody::Other(media) => seen.is_file(media, call == CallKind::Safe),
        }
    }
}

impl ResponseView<'_> {
    /// Returns `true` if the body can be the file or text that the contract declares. Without a media type, all but HTML can.
    fn is_file(&self, media: &str, is_read: bool) -> bool {
        let own = essence(self.content_type);
        let is_unsaid = own.is_empty() || is_any_file(own);
        if is_unsaid && self.body.is_some_and(begins_as_page) {
            return is_in(media, own) || is_in("text/html", essence(media));
        }
        own.is_empty() || is_file(media, own, is_read)
    }
}

/// The kind of a call, which decides what its responses are held to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CallKind {
    /// The method is safe.
    Safe,
    /// A change without a key.
    Unkeyed,
    /// An action under a key, which a retry can confirm.
    Keyed,
}

/// Returns the descriptions of a status: those of the status itself; else those of ranges that contain it.
fn of_status(described: &[Success], status: StatusCode) -> impl Iterator<Item = &Success> {
    let is_of = move |one: &&Success| one.is_of(status.as_u16());
    let is_exact = described.iter().any(|one| is_of(&one) && one.is_exact());
    described
        .iter()
        .filter(move |one| is_of(one) && (one.is_exact() || !is_exact))
}

/// Returns `true` if the response matches a description of its status.
pub(crate) fn is_success(described: &[Success], seen: &ResponseView<'_>) -> bool {
    of_status(described, seen.status).any(|one| one.is_met(seen))
}

/// Returns the part of a response to a change that the contract does not declare; `None` if it declares the status and the
/// media type. The content of the body does not count.
pub(crate) fn undeclared(described: &[Success], seen: &ResponseView<'_>, call: CallKind) -> Option<Unproven> {
    let is_declared = |one: &Success| match call {
        CallKind::Keyed => one.is_declared(seen),
        CallKind::Safe | CallKind::Unkeyed => one.is_plausible(seen, call),
    };
    let mut found = Some(Unproven::Status);
    for one in of_status(described, seen.status) {
        if is_declared(one) {
            return None;
        }
        found = Some(Unproven::MediaType);
    }
    found
}

/// Returns `true` if a body is JSON of the media type and with the guaranteed members of some response of success, whatever its
/// status.
pub(crate) fn shows_success(described: &[Success], seen: &ResponseView<'_>) -> bool {
    let own = essence(seen.content_type);
    let has_all = |one: &Success| match (&one.content, seen.body) {
        (SuccessBody::Json(media, members), Some(body)) => {
            is_in(media, own) && !members.is_empty() && has(body, &seen.limits, members)
        }
        _ => false,
    };
    described.iter().any(has_all)
}

/// The reason why a response with a status of success proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unproven {
    /// The contract does not declare the status.
    Status,
    /// The contract does not declare the media type.
    MediaType,
    /// The body is unreadable, or lacks a member that the contract promises.
    Incomplete,
    /// The resource is in a state that it reaches without the operation.
    State,
    /// The contract does not know the state of the resource.
    UnknownState,
}

/// Returns `true` for a foreign response that decoding would accept, because the type takes any body, or because the body is a
/// problem document whose members the type ignores. A status without a description shows nothing.
pub(crate) fn is_foreign(described: &[Success], seen: &ResponseView<'_>, call: CallKind) -> bool {
    let mut held = of_status(described, seen.status).peekable();
    held.peek().is_some() && held.all(|one| !one.is_plausible(seen, call))
}

/// Returns the media types that the contract declares for a status, `None` for a response without a body; nothing if a
/// response of this media type is declared.
pub(crate) fn declared<'d>(described: &'d [Success], status: u16, content_type: &str) -> Vec<Option<&'d str>> {
    let own = essence(content_type);
    let mut all = Vec::new();
    for one in described.iter().filter(|one| one.is_of(status)) {
        let media = match &one.content {
            SuccessBody::Nothing => None,
            SuccessBody::Json(media, _) | SuccessBody::Other(media) => Some(&**media),
        };
        if media.is_some_and(|media| is_in(media, own)) {
            return Vec::new();
        }
        if !all.contains(&media) {
            all.push(media);
        }
    }
    all
}

/// Returns `true` for a foreign response of an operation whose responses are JSON, where decoding would not show it: a problem
/// document, or a page of which no body was decoded. `accept` is the header of the request, with what the call returns first.
pub(crate) fn is_foreign_to(accept: &str, seen: &ResponseView<'_>) -> bool {
    let media = essence(seen.content_type);
    let mut ranges = accept.split(',').map(str::trim);
    match seen.body {
        _ if is_problem(media) => !ranges.next().is_some_and(|range| is_problem(essence(range))),
        None if is_page(media) => !ranges.any(|range| is_in(range, media)),
        _ => false,
    }
}

/// Returns `true` for the body of a response whose content the contract does not describe: none, JSON, or a text of one word,
/// such as `OK`. Frameworks send these as HTML too, if nothing else is said.
fn says_nothing(seen: &ResponseView<'_>, body: &[u8]) -> bool {
    const LONGEST_WORD: usize = 64;
    let (essence, body) = (essence(seen.content_type), body.trim_ascii());
    let is_word = || {
        body.len() <= LONGEST_WORD
            && body
                .iter()
                .all(|byte| byte.is_ascii_graphic() && !b"<>{}[]".contains(byte))
    };
    body.is_empty() || (!is_problem(essence) && (is_word() || has(body, &seen.limits, &[])))
}

/// Returns `true` for JSON with all of these members.
fn has(body: &[u8], limits: &Limits, members: &[Member<Text>]) -> bool {
    json::inspect(body, limits, 0, |root| members.iter().all(|member| member.is_in(root))).unwrap_or_default()
}

/// Returns the media type without its parameters.
pub(crate) fn essence(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim()
}

/// Returns `true` if the media type is in a range of media types, or names the same format: the subtype without `x-` and what
/// stands before a `+`. So `text/json` and types with the suffix `+json` are JSON.
pub(super) fn is_in(range: &str, media: &str) -> bool {
    let range = essence(range);
    let (kind, own) = (range.strip_suffix("/*"), media.split('/').next().unwrap_or_default());
    range.eq_ignore_ascii_case(media)
        || (range == "*/*" && !media.is_empty())
        || kind.is_some_and(|kind| kind.eq_ignore_ascii_case(own))
        || (!is_page(media) && !is_problem(media) && is_of(format(media), format(range)))
}

/// Returns `true` if a response of this media type can be the file that the contract declares. `application/octet-stream` is a
/// file of any format on either side; but text, JSON and XML are how a server says something, and a file only if `is_read`.
pub(super) fn is_file(range: &str, media: &str, is_read: bool) -> bool {
    let is_said = || is_json(media) || is_of(format(media), "xml") || is_start(media, "text/");
    is_in(range, media)
        || is_any_file(media)
        || (is_any_file(essence(range)) && !is_page(media) && !is_problem(media) && (is_read || !is_said()))
}

/// Returns `true` for `application/octet-stream` and its like, with which servers make browsers save a file.
pub(crate) fn is_any_file(media: &str) -> bool {
    let formats = ["octet-stream", "force-download", "download"];
    formats.iter().any(|known| is_of(format(media), known))
}

pub(super) fn is_json(media: &str) -> bool {
    is_of(format(media), "json")
}

/// Returns `true` for a problem document (RFC 9457).
pub(super) fn is_problem(media: &str) -> bool {
    let own = subtype(media);
    is_of(own, "problem+json") || is_of(own, "problem+xml")
}

/// Returns `true` for HTML.
pub(crate) fn is_page(media: &str) -> bool {
    let own = subtype(media);
    is_of(own, "html") || is_of(own, "xhtml+xml")
}

/// Returns `true` for a body that begins like HTML, after a byte order mark, comments and the declaration of XML.
pub(crate) fn begins_as_page(body: &[u8]) -> bool {
    const SKIPPED: [(&[u8], &[u8]); 2] = [(b"<!--", b"-->"), (b"<?xml", b"?>")];
    let mut body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body).trim_ascii_start();
    while let Some((_, end)) = SKIPPED.iter().find(|(start, _)| body.starts_with(start)) {
        let Some(at) = body.windows(end.len()).position(|part| part == *end) else {
            return false;
        };
        body = body[at + end.len()..].trim_ascii_start();
    }
    let begins = |with: &[u8]| body.get(..with.len()).is_some_and(|own| own.eq_ignore_ascii_case(with));
    let is_tag = |name: &[u8]| begins(name) && body.get(name.len()).is_some_and(|next| b" \t\r\n>".contains(next));
    begins(b"<!doctype html") || begins(b"<html") || is_tag(b"<head") || is_tag(b"<body")
}

fn subtype(media: &str) -> &str {
    media.split_once('/').map_or("", |(_, own)| own)
}

/// Names of formats beside the registered one.
const ALIASES: [(&str, &str); 4] = [
    ("jpg", "jpeg"),
    ("pjpeg", "jpeg"),
    ("zip-compressed", "zip"),
    ("comma-separated-values", "csv"),
];

fn format(media: &str) -> &str {
    let own = subtype(media);
    let own = own.rsplit_once('+').map_or(own, |(_, suffix)| suffix);
    let own = if is_start(own, "x-") {
        own.get(2..).unwrap_or_default()
    } else {
        own
    };
    let mut known = ALIASES.iter();
    known.find(|(alias, _)| is_of(own, alias)).map_or(own, |(_, name)| name)
}

/// Compares two names, ignoring case; no name is like none.
fn is_of(own: &str, other: &str) -> bool {
    !own.is_empty() && own.eq_ignore_ascii_case(other)
}

fn is_start(text: &str, start: &str) -> bool {
    text.get(..start.len())
        .is_some_and(|own| own.eq_ignore_ascii_case(start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::description::Success as Described;
    use crate::member::MemberKind;

    const MADE: &[Described] = &[
        Described::json(201, 201, "application/json", &[Member::new("/thingId", MemberKind::Id)]),
        Described::json(200, 299, "application/json", &[Member::new("/otherId", MemberKind::Id)]),
    ];
    const JSON: &[Described] = &[Described::json(200, 200, "application/json; version=1", &[])];
    const NOTHING: &[Described] = &[Described::nothing(204, 204), Described::nothing(202, 202)];
    const MOVED: &[Described] = &[Described::nothing(303, 303)];
    const BYTES: &[Described] = &[Described::other(200, 200, "application/pdf")];
    const ANY: &[Described] = &[Described::other(200, 299, "*/*")];
    const IMAGE: &[Described] = &[Described::other(200, 200, "image/*")];
    const PAGE: &[u8] = b"<html>We are back soon</html>";

    fn says(described: &[Success], status: u16, content_type: &str, body: Option<&[u8]>) -> bool {
        let status = StatusCode::from_u16(status).unwrap();
        is_success(
            described,
            &ResponseView {
                status,
                content_type,
                body,
                limits: Limits::default(),
            },
        )
    }

    #[test]
    fn only_what_the_contract_promises_for_the_status_passes_for_a_success() {
        let json = "application/json; charset=utf-8";
        let thing: &[u8] = br#"{"thingId":"t-1"}"#;
        for (described, status, content_type, body, wanted) in [
            (MADE, 201, json, Some(thing), true),
            (MADE, 201, "Application/JSON", Some(thing), true),
            (MADE, 201, "application/vnd.things+json", Some(thing), true),
            (MADE, 201, "", Some(thing), true),
            (MADE, 201, "application/problem+json", Some(thing), false),
            (MADE, 201, "text/html", Some(PAGE), false),
            (MADE, 201, "text/html", Some(thing), false),
            (MADE, 201, json, Some(PAGE), false),
            (MADE, 201, json, Some(b""), false),
            (MADE, 201, json, Some(br#"{"status":"maintenance"}"#), false),
            (MADE, 201, json, Some(br#"{"thingId":null}"#), false),
            (MADE, 201, json, Some(br#"{"thingId":""}"#), false),
            (MADE, 201, json, Some(br#"{"thingId":" \t"}"#), false),
            (MADE, 201, json, Some(br#"{"otherId":"o-1"}"#), false),
            (MADE, 200, json, Some(br#"{"otherId":"o-1"}"#), true),
            (MADE, 201, json, None, false),
            (JSON, 200, json, Some(b"[]"), true),
            (JSON, 200, json, Some(b" "), false),
            (JSON, 200, json, Some(b"{"), false),
            (JSON, 200, "", Some(b"[]"), false),
            (JSON, 202, json, Some(b"[]"), false),
            (NOTHING, 204, "", Some(b""), true),
            (NOTHING, 202, "text/html", Some(PAGE), false),
            (NOTHING, 202, json, Some(thing), true),
            (NOTHING, 202, json, Some(b"{"), false),
            (NOTHING, 202, "", None, false),
            (NOTHING, 200, "", Some(b""), false),
            (MOVED, 303, "text/html", Some(PAGE), true),
            (BYTES, 200, "application/pdf", Some(b"%PDF"), true),
            (BYTES, 200, "application/pdf", None, true),
            (BYTES, 200, "application/pdf", Some(b""), false),
            (BYTES, 200, "text/html", Some(PAGE), false),
            (BYTES, 200, "text/html", None, false),
            (ANY, 201, "text/html", Some(PAGE), true),
            (ANY, 201, "", Some(PAGE), false),
            (IMAGE, 200, "image/png", Some(b"PNG"), true),
            (IMAGE, 200, "imagery/png", Some(b"PNG"), false),
        ] {
            let seen = says(&Success::from_description(described), status, content_type, body);
            assert_eq!(seen, wanted, "{described:?}: {status} {content_type} {body:?}");
        }
    }

    #[test]
    fn a_status_or_media_type_that_is_not_declared_is_no_success() {
        let made = Success::from_description(&MADE[..1]);
        let thing: Option<&[u8]> = Some(br#"{"thingId":"t-1"}"#);
        assert!(!says(&made, 200, "application/json", thing) && !says(&made, 204, "", Some(b"")));
        for (status, content_type, body, wanted) in [
            (201, "application/json", None, None),
            (201, "", thing, None),
            (201, "", Some(PAGE), Some(Unproven::MediaType)),
            (201, "text/html", thing, Some(Unproven::MediaType)),
            (201, "text/html", None, Some(Unproven::MediaType)),
            (200, "application/json", thing, Some(Unproven::Status)),
            (204, "", Some(b""), Some(Unproven::Status)),
        ] {
            let told = undeclared(&made, &seen(status, content_type, body), CallKind::Keyed);
            assert_eq!(told, wanted, "{status} {content_type} {body:?}");
        }
    }

    #[test]
    fn a_call_that_no_contract_describes_gives_json_or_what_it_accepts() {
        let (plain, json) = (Success::accepted(None), "application/json");
        assert!(says(&plain, 200, json, Some(b"{}")) && says(&plain, 204, "", Some(b"")));
        assert!(!says(&plain, 200, "text/html", Some(PAGE)) && !says(&plain, 200, "", Some(b"")));
        let csv = Success::accepted(Some("text/csv;q=1, application/json"));
        assert!(says(&csv, 200, "text/csv", Some(b"a,b")) && says(&csv, 200, json, Some(b"{}")));
        assert!(!says(&csv, 200, "text/html", Some(PAGE)) && !says(&csv, 202, "", Some(b"")));
        let any = Success::accepted(Some("*/*"));
        assert!(says(&any, 200, "text/html", Some(PAGE)) && says(&any, 202, "", Some(b"")));
    }

    #[test]
    fn what_a_call_asks_for_is_a_success_too_and_its_json_has_to_have_no_less() {
        let mut made = Success::from_description(MADE);
        Success::ask_for(&mut made, "text/csv, application/json");
        assert!(says(&made, 201, "text/csv", None));
        assert!(!says(&made, 201, "text/html", Some(PAGE)));
        assert!(!says(&made, 201, "application/json", Some(b"{}")));
    }

    fn seen<'a>(status: u16, content_type: &'a str, body: Option<&'a [u8]>) -> ResponseView<'a> {
        ResponseView {
            status: StatusCode::from_u16(status).unwrap(),
            content_type,
            body,
            limits: Limits::default(),
        }
    }

    #[test]
    fn a_foreign_page_is_told_where_the_value_of_a_call_would_not_show_it() {
        const MIXED: &[Described] = &[BYTES[0], Described::other(200, 299, "text/html")];
        const TEXT: &[Described] = &[Described::other(200, 200, "text/plain")];
        let all = [CallKind::Safe, CallKind::Unkeyed, CallKind::Keyed];
        let changes = &all[1..];
        for (described, status, content_type, body, foreign) in [
            (NOTHING, 202, "text/html", PAGE, changes),
            (NOTHING, 202, "", PAGE, changes),
            (NOTHING, 202, "application/octet-stream", PAGE, changes),
            (NOTHING, 202, "application/problem+json", b"{}", changes),
            (NOTHING, 202, "text/plain", b"We are back soon", changes),
            (NOTHING, 202, "", &b""[..], &[]),
            (NOTHING, 202, "text/html", b"", &[]),
            (NOTHING, 202, "text/html", b"OK", &[]),
            (NOTHING, 202, "text/html", br#"{"status": "ok"}"#, &[]),
            (NOTHING, 202, "text/plain", b"OK\n", &[]),
            (NOTHING, 202, "", b"OK", &[]),
            (NOTHING, 202, "", b"{}", &[]),
            (NOTHING, 202, "text/plain; charset=latin1", br#"{"status": "ok"}"#, &[]),
            (NOTHING, 202, "text/json", b"{}", &[]),
            (BYTES, 200, "text/html", PAGE, &all),
            (BYTES, 200, "", PAGE, &all),
            (BYTES, 200, "application/octet-stream", PAGE, &all),
            (BYTES, 200, "application/json", b"{}", &all),
            (BYTES, 200, "application/pdf", b"%PDF", &[]),
            (BYTES, 200, "", b"%PDF", &[]),
            (BYTES, 200, "application/octet-stream", b"%PDF", &[]),
            (BYTES, 200, "application/pdf", b"", &[CallKind::Keyed]),
            (TEXT, 200, "text/plain; charset=latin1", b"a b", &[]),
            (TEXT, 200, "text/html", b"a b", &all),
            (ANY, 200, "text/html", PAGE, &[]),
            (JSON, 200, "application/problem+json", b"{}", &all),
            (JSON, 200, "application/json", b"{}", &[]),
            // Decoding the JSON detects it.
            (JSON, 200, "text/html", PAGE, &[]),
            // The status alone decides.
            (NOTHING, 200, "text/html", PAGE, &[]),
            // A description of the status itself counts before one of its range.
            (MIXED, 200, "text/html", PAGE, &all),
            (MIXED, 201, "text/html", PAGE, &[]),
        ] {
            for call in all {
                let told = is_foreign(
                    &Success::from_description(described),
                    &seen(status, content_type, Some(body)),
                    call,
                );
                let wanted = foreign.contains(&call);
                assert_eq!(told, wanted, "{described:?} {status} {content_type} {body:?} {call:?}");
            }
        }
    }

    #[test]
    fn the_media_type_alone_is_held_to_the_contract_before_a_body_is_read() {
        for (described, content_type, wanted) in [
            (BYTES, "text/html", true),
            (BYTES, "application/pdf", false),
            (JSON, "text/html", true),
            (JSON, "application/json", false),
            (JSON, "application/octet-stream", false),
            (JSON, "", false),
        ] {
            for call in [CallKind::Safe, CallKind::Unkeyed, CallKind::Keyed] {
                let told = is_foreign(
                    &Success::from_description(described),
                    &seen(200, content_type, None),
                    call,
                );
                assert_eq!(told, wanted, "{described:?} {content_type} {call:?}");
            }
        }
    }

    #[test]
    fn of_answers_that_are_json_a_problem_document_is_foreign_and_a_page_that_is_not_decoded() {
        let json = "application/json, application/problem+json";
        for (accept, content_type, body, wanted) in [
            (json, "application/problem+json", Some(PAGE), true),
            (
                "application/problem+json",
                "application/problem+json",
                Some(PAGE),
                false,
            ),
            (json, "text/html", Some(PAGE), false),
            (json, "text/html", None, true),
            ("application/json, text/html", "text/html", None, false),
            ("*/*", "text/html", None, false),
            ("*/*", "application/problem+json", Some(PAGE), true),
            (json, "text/csv", None, false),
        ] {
            let told = is_foreign_to(accept, &seen(200, content_type, body));
            assert_eq!(told, wanted, "{accept} {content_type} {body:?}");
        }
    }

    #[test]
    fn a_media_type_agrees_with_its_range_and_its_format_and_a_page_with_its_own_name_alone() {
        for (range, media, wanted) in [
            ("application/json; version=1", "Application/JSON", true),
            ("application/json", "text/json", true),
            ("application/vnd.thing+json", "application/json", true),
            ("application/json", "application/problem+json", false),
            ("application/problem+json", "application/problem+json", true),
            ("application/json", "application/json-seq", false),
            ("application/json", "", false),
            ("*/*", "", false),
            ("*/*", "text/html", true),
            ("image/*", "image/png", true),
            ("image/*", "imagery/png", false),
            ("application/xml", "text/xml", true),
            ("application/xml", "application/xhtml+xml", false),
            ("text/csv", "application/csv", true),
            ("text/csv", "text/comma-separated-values", true),
            ("image/jpeg", "image/jpg", true),
            ("application/zip", "application/x-zip-compressed", true),
            ("application/zip", "application/x-zip", true),
            ("text/html", "text/html", true),
            ("text/plain", "text/html", false),
            ("text/plain", "text/csv", false),
        ] {
            assert_eq!(is_in(range, media), wanted, "{range} {media}");
        }
    }

    #[test]
    fn a_file_of_any_format_is_no_page_and_is_text_only_where_it_is_read() {
        for (range, media, read, changed) in [
            ("application/pdf", "application/octet-stream", true, true),
            ("application/pdf", "binary/octet-stream", true, true),
            ("application/pdf", "application/force-download", true, true),
            ("application/pdf", "text/plain", false, false),
            ("application/octet-stream", "image/png", true, true),
            ("application/octet-stream", "text/plain", true, false),
            ("application/octet-stream", "application/json", true, false),
            ("application/octet-stream", "application/xml", true, false),
            ("application/octet-stream", "text/html", false, false),
            ("application/octet-stream", "application/problem+json", false, false),
        ] {
            let found = (is_file(range, media, true), is_file(range, media, false));
            assert_eq!(found, (read, changed), "{range} {media}");
        }
    }

    #[test]
    fn a_page_is_known_by_its_beginning() {
        for (body, wanted) in [
            ("<html>", true),
            ("\u{feff}\n<!DOCTYPE HTML><p>", true),
            ("<!-- a proxy's --> <?xml version='1.0'?>\n<!DOCTYPE html>", true),
            ("<head>", true),
            ("<header>", false),
            ("<!-- no end", false),
            ("<?xml version='1.0'?><svg/>", false),
            ("<svg/>", false),
            ("html", false),
            ("", false),
        ] {
            assert_eq!(begins_as_page(body.as_bytes()), wanted, "{body}");
        }
    }
}
