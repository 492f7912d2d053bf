//! The result of the command: text, complaint and exit code.

use crate::error::StoreError;

/// The result of the command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Text for the standard output.
    pub printed: String,
    /// Text for the standard error output; empty if there is none.
    pub complaint: String,
    /// 0: done; 1: the journal is unreadable, or rejects the finding; 2: wrong options; 3: unknown key; 4: an unusable row.
    pub code: u8,
}

impl Output {
    pub(super) fn done(printed: String) -> Self {
        Self {
            printed,
            complaint: String::new(),
            code: 0,
        }
    }

    /// Rows are there that the application cannot use.
    pub(super) fn unusable(printed: String, why: &str) -> Self {
        let mut ended = Self::failed(4, why);
        ended.printed = printed;
        ended
    }

    pub(super) fn failed(code: u8, why: impl std::fmt::Display) -> Self {
        Self {
            printed: String::new(),
            complaint: format!("error: {why}\n"),
            code,
        }
    }
}

impl From<StoreError> for Output {
    fn from(error: StoreError) -> Self {
        Self::failed(1, error)
    }
}
