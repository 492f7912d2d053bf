//! A `pattern` of a contract, in the syntax of the `regex` crates: the generator has translated it from ECMA-262.

use std::sync::OnceLock;

use regex_lite::Regex;

/// A regular expression that is compiled when it is first needed.
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

    /// Is it found in the text? An expression that cannot be compiled refuses nothing.
    pub(super) fn fits(&self, text: &str) -> bool {
        let regex = self.regex.get_or_init(|| Regex::new(&self.text).ok());
        regex.as_ref().is_none_or(|regex| regex.is_match(text))
    }

    pub(super) fn is_readable(&self) -> bool {
        Regex::new(&self.text).is_ok()
    }
}
