//! Problem documents (RFC 9457): the bytes of any answer come in, the members of a problem document go out.
//!
//! Decoding never fails: other bodies are not problem documents, and status, headers and bytes stay with the error. Field
//! values are the server's text, and `Debug` must not print them.

mod body;
mod registry;

pub(crate) use body::is_declared;
pub use body::{Members, ProblemBody};
pub use registry::{ProblemRow, RetryClass, RowOutcome, row};

use crate::json::{self, JsonValue, Limits};

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
}

impl Problem {
    /// Decodes an answer's body; `None` if it is not a JSON object.
    pub(crate) fn decode(places: &'static ProblemPlaces, body: &[u8], limits: &Limits) -> Option<Self> {
        let document: JsonValue = json::from_slice_within(body, limits).ok()?;
        document.as_object()?;
        Some(Self { places, document })
    }

    fn text(&self, pointer: &str) -> Option<&str> {
        self.document.pointer(pointer)?.as_str()
    }

    /// Returns the problem code.
    pub fn code(&self) -> Option<&str> {
        self.text(self.places.code)
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
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
