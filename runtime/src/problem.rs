//! Problem documents (RFC 9457): the bytes of any answer come in, the members of a problem document go out.
//!
//! Decoding never fails: other bodies are not problem documents, and status, headers and bytes stay with the error. Field
//! values are the server's text, and `Debug` must not print them.
//!
//! Intermediaries respond, too: firewalls, gateways, proxies. Only a declared document comes from the server itself. An
//! unknown code must never match a row of the registry (`x-problem-registry`).

use crate::json::{self, JsonValue, Limits};
use crate::member::{Member, MemberKind};
use http::HeaderMap;
use http::header::CONTENT_TYPE;
pub use sdkwright_description::{ProblemRow, RetryClass, RetryHeader, RetryRules, RetryWait, RowOutcome, WaitUnit};

/// Text of a server in a form for logs: on one line, without terminal codes, cut off after some characters.
#[derive(Clone, Copy)]
pub(crate) struct OneLine<'t>(pub(crate) &'t str);

impl std::fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&one_line(self.0, 120))
    }
}

/// Returns a text on one line, without terminal codes, cut off after this number of characters.
pub(crate) fn one_line(text: &str, most: usize) -> String {
    let mut characters = text.chars();
    // Line separators, marks that reverse the text after them, and invisible characters.
    let is_unseen = |character| {
        matches!(
            character,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
                | '\u{e0000}'..='\u{e007f}'
        )
    };
    let visible = |c: char| if c.is_control() || is_unseen(c) { ' ' } else { c };
    let mut line: String = characters.by_ref().take(most).map(visible).collect();
    if characters.next().is_some() {
        line.push('\u{2026}');
    }
    line
}

impl std::fmt::Debug for OneLine<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.to_string())
    }
}

/// The places of members in the API's problem documents, as JSON Pointers (RFC 6901).
#[derive(Debug, PartialEq, Eq)]
pub struct ProblemPlaces {
    /// The problem code.
    pub code: &'static str,
    /// The title.
    pub title: &'static str,
    /// The explanation of this occurrence.
    pub detail: &'static str,
    /// The server's request id.
    pub request_id: Option<&'static str>,
    /// Details per field.
    pub errors: Option<&'static str>,
    /// Names of parameters and members of requests whose values the explanation may repeat where errors show it; `None` if
    /// errors do not show it.
    pub shown: Option<&'static [&'static str]>,
}

impl ProblemPlaces {
    /// The members that RFC 9457 names, and `code`.
    pub const RFC_9457: Self = Self {
        code: "/code",
        title: "/title",
        detail: "/detail",
        request_id: None,
        errors: None,
        shown: None,
    };
}

/// A problem document as it arrived.
#[derive(Clone, PartialEq)]
pub struct Problem {
    places: &'static ProblemPlaces,
    document: JsonValue,
    has_number: bool,
}

impl Problem {
    /// Decodes an answer's body; `None` if it is not a JSON object.
    pub(crate) fn decode(places: &'static ProblemPlaces, body: &[u8], limits: &Limits) -> Option<Self> {
        let document: JsonValue = json::from_slice_within(body, limits).ok()?;
        document.as_object()?;
        Some(Self {
            places,
            document,
            has_number: false,
        })
    }

    /// Reads the code as a whole number, if the API has such codes.
    pub(crate) fn with_number_codes(mut self, has_number: bool) -> Self {
        self.has_number = has_number;
        self
    }

    fn text(&self, pointer: &str) -> Option<&str> {
        self.document.pointer(pointer)?.as_str()
    }

    /// Returns the problem code: a text, or the digits of a whole number if the contract declares numbers.
    pub fn code(&self) -> Option<&str> {
        match self.document.pointer(self.places.code)? {
            JsonValue::String(text) if !self.has_number => Some(text),
            JsonValue::Number(number) if self.has_number => {
                // JSON has two texts of zero.
                let digits = if number.as_str() == "-0" { "0" } else { number.as_str() };
                let is_whole = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
                is_whole.then_some(digits)
            }
            _ => None,
        }
    }

    /// Returns the URI of the problem type.
    pub fn type_uri(&self) -> Option<&str> {
        self.text("/type")
    }

    /// Returns the title of the problem type.
    pub fn title(&self) -> Option<&str> {
        self.text(self.places.title)
    }

    /// Returns the names of sent values that the explanation may repeat in an error; `None` if an error does not show it.
    pub(crate) fn shown(&self) -> Option<&'static [&'static str]> {
        self.places.shown
    }

    /// Returns the explanation of this occurrence. It may repeat sent data, such as an account number, and must not be logged.
    pub fn detail(&self) -> Option<&str> {
        self.text(self.places.detail)
    }

    /// Returns the status in the document. Decisions use the answer's own status instead.
    pub fn status(&self) -> Option<u16> {
        u16::try_from(self.document.pointer("/status")?.as_number()?.as_u64()?).ok()
    }

    /// Returns the URI of this occurrence.
    pub fn instance(&self) -> Option<&str> {
        self.text("/instance")
    }

    /// Returns the server's request id.
    pub fn request_id(&self) -> Option<&str> {
        self.text(self.places.request_id?)
    }

    /// Returns the details per field, as received.
    pub fn errors(&self) -> &[JsonValue] {
        self.places
            .errors
            .and_then(|pointer| self.document.pointer(pointer)?.as_array())
            .unwrap_or_default()
    }

    /// Returns the whole document, including members that the contract does not name.
    pub fn document(&self) -> &JsonValue {
        &self.document
    }
}

impl std::fmt::Debug for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Problem")
            .field("code", &self.code().map(OneLine))
            .field("title", &self.title().map(OneLine))
            .field("request_id", &self.request_id().map(OneLine))
            .finish_non_exhaustive()
    }
}

/// A type of problem codes, or the text of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a problem code",
    label = "write a variant of the contract's code enum, or its text",
    note = "`error.status()` returns the HTTP status; `error.outcome()` returns whether the action happened"
)]
pub trait ProblemCode {
    /// Returns the code as received.
    fn as_str(&self) -> &str;

    /// Returns `true` for a received code that is this one.
    fn is_same(&self, received: &str) -> bool {
        self.as_str() == received
    }
}

impl ProblemCode for &str {
    fn as_str(&self) -> &str {
        self
    }
}

impl<C: ProblemCode> ProblemCode for &C {
    fn as_str(&self) -> &str {
        (**self).as_str()
    }

    fn is_same(&self, received: &str) -> bool {
        (**self).is_same(received)
    }
}

/// A form of failures that an operation declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProblemBody {
    /// Statuses, each range with its lowest and highest one.
    pub statuses: &'static [(u16, u16)],
    /// Media type without parameters; `*/*` and `application/*` match every JSON media type.
    pub media_type: &'static str,
    /// Members that such a document always has.
    pub members: &'static [Member],
    /// JSON Pointers of members of which it has at least one; empty without this condition.
    pub any_of: &'static [&'static str],
}

impl ProblemBody {
    /// `application/problem+json` (RFC 9457) with a code.
    pub const RFC_9457: &'static [Self] = &[Self {
        statuses: &[(400, 599)],
        media_type: "application/problem+json",
        members: &[Member::new("/code", MemberKind::Id)],
        any_of: &[],
    }];

    /// Returns the number of statuses in the smallest range with this one; `None` if it has none.
    fn range(&self, status: u16) -> Option<u16> {
        let ranges = self
            .statuses
            .iter()
            .filter(|(first, last)| (*first..=*last).contains(&status));
        ranges.map(|(first, last)| last - first).min()
    }

    fn fits(&self, media_type: &str, body: &[u8], limits: &Limits) -> bool {
        let has_any = |root: json::Value<'_>| {
            let is_there = |at: &&str| root.at(at).is_some_and(|value| !value.is_null());
            self.any_of.is_empty() || self.any_of.iter().any(is_there)
        };
        let has_all = |root: json::Value<'_>| self.members.iter().all(|member| member.is_in(root));
        let is_whole = || json::inspect(body, limits, 0, |root| has_all(root) && has_any(root));
        is_same(self.media_type, media_type) && is_whole().unwrap_or_default()
    }
}

/// Returns `true` if the body has a declared form of its status. A form of the status itself excludes those of ranges.
pub(crate) fn is_declared(
    bodies: &[ProblemBody],
    status: u16,
    headers: &HeaderMap,
    body: &[u8],
    limits: &Limits,
) -> bool {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    // With two media types it is unknown which one is right.
    let (Some(Ok(media_type)), None) = (types.next().map(http::HeaderValue::to_str), types.next()) else {
        return false;
    };
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    let narrowest = bodies.iter().filter_map(|form| form.range(status)).min();
    let mut of_status = bodies
        .iter()
        .filter(|form| narrowest.is_some() && form.range(status) == narrowest);
    of_status.any(|form| form.fits(media_type, body, limits))
}

/// Compares media types without parameters; case is ignored (RFC 9110, section 8.3.1).
fn is_same(declared: &str, media_type: &str) -> bool {
    if matches!(declared, "*/*" | "application/*") {
        let media_type = media_type.to_ascii_lowercase();
        return media_type == "application/json" || media_type.ends_with("+json");
    }
    declared.eq_ignore_ascii_case(media_type)
}

/// Returns the row of a code; `None` for a code that the contract does not know.
pub fn row(registry: &'static [ProblemRow], code: &str) -> Option<&'static ProblemRow> {
    registry.iter().find(|row| row.code == code)
}

/// Returns the advice of a response.
pub(crate) fn advice(rules: &RetryRules, status: u16, headers: &HeaderMap) -> RetryAdvice {
    let stated = rules.advice.and_then(|advice| {
        let value = headers.get(advice.name)?.to_str().ok()?.trim();
        let is = |known: Option<&str>| known.is_some_and(|known| value.eq_ignore_ascii_case(known));
        match (is(advice.again), is(advice.never)) {
            (true, _) => Some(RetryAdvice::Again),
            (_, true) => Some(RetryAdvice::Never),
            _ => None,
        }
    });
    let listed = || rules.lists(status).map(RetryAdvice::Listed);
    stated.or_else(listed).unwrap_or(RetryAdvice::Unstated)
}

/// Advice of a response or the contract on another attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAdvice {
    /// The header of the response requests one.
    Again,
    /// The header of the response forbids one.
    Never,
    /// No header. The status is in the list of the contract, or is not.
    Listed(bool),
    /// Neither.
    Unstated,
}

#[cfg(test)]
mod tests {
    use super::{ProblemPlaces, *};
    use crate::json::Limits;

    static PLACES: ProblemPlaces = ProblemPlaces {
        code: "/error/kind",
        title: "/error/title",
        detail: "/error/text",
        request_id: Some("/trace"),
        errors: Some("/error/fields"),
        shown: None,
    };

    #[test]
    fn every_member_is_found_at_its_place() {
        let body = br#"{"error":{"kind":"GONE","text":"It left.","fields":[{"at":"/a"}]},"trace":"t-1","status":410,"more":1.10}"#;
        let problem = Problem::decode(&PLACES, body, &Limits::default()).unwrap();
        assert_eq!(problem.code(), Some("GONE"));
        assert_eq!(problem.detail(), Some("It left."));
        assert_eq!(problem.title(), None);
        assert_eq!(problem.request_id(), Some("t-1"));
        assert_eq!(problem.status(), Some(410));
        assert_eq!(problem.errors().len(), 1);
        assert_eq!(
            problem
                .document()
                .pointer("/more")
                .unwrap()
                .as_number()
                .unwrap()
                .as_str(),
            "1.10"
        );
        assert!(!format!("{problem:?}").contains("It left."));
    }

    #[test]
    fn what_is_no_problem_document_is_none() {
        for body in ["", "<html>502</html>", "[]", "\"x\"", "{\"code\":", "null"] {
            assert_eq!(
                Problem::decode(&PLACES, body.as_bytes(), &Limits::default()),
                None,
                "{body}"
            );
        }
    }

    #[test]
    fn members_of_another_kind_are_absent() {
        let problem = Problem::decode(
            &PLACES,
            br#"{"error":{"kind":7,"fields":{}},"trace":null,"status":"410"}"#,
            &Limits::default(),
        )
        .unwrap();
        assert_eq!(
            (problem.code(), problem.request_id(), problem.status()),
            (None, None, None)
        );
        assert!(problem.errors().is_empty());
    }

    fn is_one(body: ProblemBody, status: u16, media_type: &str, document: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, media_type.parse().unwrap());
        is_declared(&[body], status, &headers, document.as_bytes(), &Limits::default())
    }

    const CODED: ProblemBody = ProblemBody::RFC_9457[0];

    #[test]
    fn a_media_type_is_compared_without_its_parameters_and_case() {
        for (media_type, is_right) in [
            ("application/problem+json", true),
            ("APPLICATION/Problem+Json", true),
            ("application/problem+json;charset=utf-8", true),
            (" application/problem+json ; a=b", true),
            ("application/json", false),
            ("application/problem+json2", false),
            ("text/html", false),
            ("", false),
        ] {
            assert_eq!(
                is_one(CODED, 400, media_type, r#"{"code":"A"}"#),
                is_right,
                "{media_type}"
            );
        }
        let any = ProblemBody {
            media_type: "*/*",
            ..CODED
        };
        assert!(is_one(any, 400, "application/json", r#"{"code":"A"}"#));
        assert!(is_one(any, 400, "application/vnd.x+JSON", r#"{"code":"A"}"#));
        assert!(!is_one(any, 400, "text/html", r#"{"code":"A"}"#));
    }

    const PLAIN: ProblemBody = ProblemBody {
        statuses: &[(404, 404)],
        media_type: "application/json",
        members: &[],
        any_of: &[],
    };

    #[test]
    fn statuses_members_and_their_types_decide_as_the_contract_says() {
        const BOTH: ProblemBody = ProblemBody {
            members: &[
                Member::new("/message", MemberKind::Text),
                Member::new("/more/at", MemberKind::Number),
            ],
            ..PLAIN
        };
        const EITHER: ProblemBody = ProblemBody {
            statuses: &[(400, 499)],
            any_of: &["/message", "/error"],
            ..PLAIN
        };
        let one = |body, status, document| is_one(body, status, "application/json", document);
        assert!(one(BOTH, 404, r#"{"message":"","more":{"at":1}}"#));
        for document in [
            r#"{"message":""}"#,
            r#"{"message":null,"more":{"at":1}}"#,
            r#"{"message":7,"more":{"at":1}}"#,
            r#"{"message":"","more":{"at":"1"}}"#,
        ] {
            assert!(!one(BOTH, 404, document), "{document}");
        }
        assert!(!one(BOTH, 403, r#"{"message":"","more":{"at":1}}"#));
        assert!(one(EITHER, 422, r#"{"error":{}}"#));
        assert!(!one(EITHER, 422, r#"{"reason":"blocked"}"#));
        assert!(!one(EITHER, 500, r#"{"error":{}}"#));
        for blank in ["", " ", "\t"] {
            let document = format!(r#"{{"code":"{blank}"}}"#);
            assert!(!is_one(CODED, 400, "application/problem+json", &document), "{blank:?}");
        }
        assert!(!is_one(CODED, 400, "application/problem+json", r#"{"code":7}"#));
        assert!(!is_one(CODED, 399, "application/problem+json", r#"{"code":"A"}"#));
    }

    #[test]
    fn the_form_of_a_status_excludes_those_of_ranges() {
        const REST: ProblemBody = ProblemBody {
            statuses: &[(400, 499), (400, 599)],
            media_type: "application/vnd.rest+json",
            ..PLAIN
        };
        let fits = |status, media_type: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, media_type.parse().unwrap());
            is_declared(&[REST, PLAIN], status, &headers, b"{}", &Limits::default())
        };
        assert!(fits(404, PLAIN.media_type) && !fits(404, REST.media_type));
        assert!(!fits(403, PLAIN.media_type) && fits(403, REST.media_type));
    }

    #[test]
    fn two_media_types_are_none() {
        let is_declared =
            |headers: &HeaderMap| is_declared(&[CODED], 400, headers, br#"{"code":"A"}"#, &Limits::default());
        let mut headers = HeaderMap::new();
        assert!(!is_declared(&headers));
        headers.append(CONTENT_TYPE, "application/problem+json".parse().unwrap());
        assert!(is_declared(&headers));
        headers.append(CONTENT_TYPE, "text/html".parse().unwrap());
        assert!(!is_declared(&headers));
    }
}
