//! One thing to say about the contract.

use super::{
    code::{Code, Level},
    suggest,
};
use crate::text::Span;

/// A place with a few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is to be seen there; may be empty.
    pub text: String,
}

/// One thing to say: what is wrong, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its kind.
    pub code: Code,
    /// How grave it is; filled in by the report.
    pub level: Level,
    /// One sentence without a full stop.
    pub message: String,
    /// Where.
    pub primary: Label,
    /// Other places that belong to it.
    pub secondary: Vec<Label>,
    /// What to do.
    pub help: Vec<String>,
    /// Why, or what follows from it.
    pub notes: Vec<String>,
}

impl Diagnostic {
    /// A diagnostic that is nowhere yet.
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

    /// Says where.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.primary.span = span;
        self
    }

    /// Says a few words at the place.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// Says why, or what follows.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Adds "did you mean" if one of the words is near.
    #[must_use]
    pub fn did_you_mean<'w>(self, word: &str, words: impl IntoIterator<Item = &'w str>) -> Self {
        match suggest::nearest(word, words) {
            Some(near) => self.help(format!("did you mean `{near}`?")),
            None => self,
        }
    }
}
