//! A `pattern` of a contract, in the syntax of the `regex` crates, translated from ECMA-262 by the generator: a text comes in,
//! `true` goes out if it matches.

use std::sync::OnceLock;

use regex_lite::Regex;

/// A regular expression that is compiled on first use.
#[derive(Debug)]
pub(super) struct Pattern {
    text: String,
    regex: OnceLock<Option<Regex>>,
}

impl Pattern {
    pub(super) fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            regex: OnceLock::new(),
        }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns `true` if the text contains a match. An expression that cannot be compiled accepts every text.
    pub(super) fn fits(&self, text: &str) -> bool {
        let regex = self.regex.get_or_init(|| Regex::new(&self.text).ok());
        regex.as_ref().is_none_or(|regex| regex.is_match(text))
    }

    pub(super) fn is_readable(&self) -> bool {
        Regex::new(&self.text).is_ok()
    }
}
