//! Idempotency keys (`x-idempotency`).

use crate::{Statuses, is_among};
use std::time::Duration;

/// The contract's rules for idempotency keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub struct Idempotency {
    /// Header of all keys; `None`: each operation has its own place ([`KeyRules`]).
    pub header: Option<&'static str>,
    /// Least and greatest length of a key, in characters of visible ASCII.
    pub key_length: (u32, u32),
    /// Time for which the server remembers a key.
    pub retention: Retention,
    /// Header and value that mark a replayed answer.
    pub replayed: Option<(&'static str, &'static str)>,
    /// Problem code of "another request was sent under this key".
    pub conflict: Option<&'static str>,
    /// Problem code of "the request under this key is still running".
    pub in_progress: Option<&'static str>,
    /// Responses that show the state of a key, if no code shows it.
    #[cfg_attr(feature = "serialize", serde(skip_serializing_if = "<[_]>::is_empty"))]
    pub answers: &'static [(KeyState, KeyAnswer)],
    /// Statuses after which the server refuses the key.
    #[cfg_attr(feature = "serialize", serde(skip_serializing_if = "<[_]>::is_empty"))]
    pub not_after: &'static [Statuses],
    /// Shortest time between two requests under one key, in seconds; zero: none.
    #[cfg_attr(feature = "serialize", serde(skip_serializing_if = "is_zero"))]
    pub minimum_delay: u32,
    /// The server compares keys of all operations: the client writes the id of the operation before the key.
    #[cfg_attr(feature = "serialize", serde(skip_serializing_if = "is_false"))]
    pub is_of_account: bool,
}

impl Idempotency {
    /// Rules without any statement: no place, no retention.
    pub const NONE: Self = Self {
        header: None,
        key_length: (1, 255),
        retention: Retention::Undeclared,
        replayed: None,
        conflict: None,
        in_progress: None,
        answers: &[],
        not_after: &[],
        minimum_delay: 0,
        is_of_account: false,
    };

    /// Returns `true` if the server refuses the key after a response with this status.
    pub fn is_spent_by(&self, status: u16) -> bool {
        is_among(self.not_after, status)
    }

    /// Returns what comes before the key of an operation; nothing for a call that the contract does not describe.
    pub fn prefix(&self, operation: &str) -> String {
        if self.is_of_account && !operation.is_empty() {
            format!("{operation}:")
        } else {
            String::new()
        }
    }
}

#[cfg(feature = "serialize")]
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[cfg(feature = "serialize")]
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// The state of a key, as a response shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub enum KeyState {
    /// Another request was sent under the key.
    Conflict,
    /// The request under the key is still running.
    InProgress,
    /// The action under the key was executed.
    Used,
}

/// A response that shows the state of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub struct KeyAnswer {
    /// Its statuses.
    pub statuses: Statuses,
    /// JSON Pointer and value of a text in its body.
    pub text: Option<(&'static str, &'static str)>,
    /// JSON Pointer of the id of the action under the key.
    #[cfg_attr(feature = "serialize", serde(skip_serializing_if = "Option::is_none"))]
    pub id: Option<&'static str>,
}

impl KeyAnswer {
    /// No status, and thus no response.
    pub const NONE: Self = Self {
        statuses: (0, 0),
        text: None,
        id: None,
    };

    /// Compares a response, whose texts `text` reads by JSON Pointer. `None`: only its body could show it, and the body is not
    /// whole.
    pub fn fits(&self, status: u16, text: &dyn Fn(&str) -> Option<String>, is_whole: bool) -> Option<bool> {
        match self.text {
            _ if !is_among(&[self.statuses], status) => Some(false),
            None => Some(true),
            Some(_) if !is_whole => None,
            Some((pointer, expected)) => Some(text(pointer).as_deref() == Some(expected)),
        }
    }
}

/// Time for which the server remembers a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub enum Retention {
    /// The contract states none: nothing is resent automatically.
    Undeclared,
    /// The API does not publish it: a call is only resent before its deadline.
    Unknown,
    /// Seconds.
    Seconds(u32),
}

impl Retention {
    /// Returns the time, or `None` if the API states none.
    pub fn known(self) -> Option<Duration> {
        match self {
            Self::Seconds(seconds) => Some(Duration::from_secs(seconds.into())),
            Self::Undeclared | Self::Unknown => None,
        }
    }
}

/// Place and limits of the key of one operation, which its contract declares there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub struct KeyRules {
    /// Its place in the request.
    pub place: KeyPlace,
    /// Least and greatest length, in characters.
    pub length: (u32, u32),
}

impl KeyRules {
    /// Describes a key in a header, with its least and greatest length.
    pub const fn header(name: &'static str, least: u32, most: u32) -> Self {
        let place = KeyPlace::Header(name);
        Self {
            place,
            length: (least, most),
        }
    }

    /// Describes a key in a member of the JSON body, with its least and greatest length.
    pub const fn member(name: &'static str, least: u32, most: u32) -> Self {
        let place = KeyPlace::Member(name);
        Self {
            place,
            length: (least, most),
        }
    }

    /// Describes a key in a member of the JSON object in a part of the body, with its least and greatest length.
    pub const fn part_member(part: &'static str, member: &'static str, least: u32, most: u32) -> Self {
        let place = KeyPlace::Part { part, member };
        Self {
            place,
            length: (least, most),
        }
    }
}

/// Place of an idempotency key in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub enum KeyPlace {
    /// A header.
    Header(&'static str),
    /// A member of the JSON object in the body.
    Member(&'static str),
    /// A member of the JSON object in a part of the body.
    Part {
        /// Name of the part.
        part: &'static str,
        /// Name of its member.
        member: &'static str,
    },
}

/// Lifetime of an operation's idempotency keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub enum KeyIntent {
    /// One key per business action, forever: a second key is a second action.
    Effect,
    /// A new key for each fresh answer.
    Refresh,
}
