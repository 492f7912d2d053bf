//! One diagnostic about the contract.

use super::{
    code::{Code, Level},
    suggest,
};
use crate::text::Span;

/// A location with a short text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// Text shown at the location; may be empty.
    pub text: String,
}

/// A diagnostic: problem, location, and help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its kind.
    pub code: Code,
    /// Its level; set by the report.
    pub level: Level,
    /// One sentence without a full stop.
    pub message: String,
    /// Main location.
    pub primary: Label,
    /// Further locations.
    pub secondary: Vec<Label>,
    /// Suggested corrections.
    pub help: Vec<String>,
    /// Reasons and consequences.
    pub notes: Vec<String>,
}

impl Diagnostic {
    /// Returns a diagnostic without a location.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            level: Level::Error,
            message: message.into(),
            primary: Label {
                span: Span::NOWHERE,
                text: String::new(),
            },
            secondary: Vec::new(),
            help: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Returns the refusal of a contract in Swagger.
    pub(crate) fn swagger(version: &str) -> Self {
        let message =
            format!("this is Swagger {version}, which is not supported; supported are OpenAPI 3.0, 3.1 and 3.2");
        Self::new(Code::Swagger, message).help("convert the contract first, for example with `npx swagger2openapi`")
    }

    /// Sets the location.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.primary.span = span;
        self
    }

    /// Sets the text at the location.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// Adds a further location.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Adds a suggested correction.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// Adds a reason or consequence.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Adds "did you mean" with the nearest of these words, if one is near.
    #[must_use]
    pub fn did_you_mean<'w>(self, word: &str, words: impl IntoIterator<Item = &'w str>) -> Self {
        match suggest::nearest(word, words) {
            Some(near) => self.help(format!("did you mean `{near}`?")),
            None => self,
        }
    }
}
