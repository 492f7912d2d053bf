//! In: a call that is kept. Out: what became of it, in words for a person. Never: more than the server itself knows.

use crate::log::Call;
use minijinja::{Value as Data, context};
use std::fmt::Write as _;

/// The outcome of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CallOutcome {
    Read,
    NotRead,
    Executed,
    /// The stored response of an earlier call under the same key.
    Repeated,
    NotExecuted,
    /// The response, or its absence, does not show the client what the server did.
    Unknown,
}

impl CallOutcome {
    pub(super) const ALL: [Self; 6] = [
        Self::Read,
        Self::NotRead,
        Self::Executed,
        Self::Repeated,
        Self::NotExecuted,
        Self::Unknown,
    ];

    pub(super) fn new(call: &Call) -> Self {
        let is_success = call.status.is_some_and(|status| (200..300).contains(&status));
        let is_refusal = call.code.is_some() || call.status.is_some_and(|status| (400..500).contains(&status));
        match () {
            () if call.only_reads() && is_success && call.executed => Self::Read,
            () if call.only_reads() => Self::NotRead,
            () if call.status.is_none() => Self::Unknown,
            () if call.replayed => Self::Repeated,
            () if is_success && call.executed => Self::Executed,
            () if is_refusal && !call.executed => Self::NotExecuted,
            () => Self::Unknown,
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::NotRead => "not read",
            Self::Executed => "executed",
            Self::Repeated => "repeated",
            Self::NotExecuted => "not executed",
            Self::Unknown => "unknown",
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::Read | Self::Executed | Self::Repeated => "plain",
            Self::NotRead | Self::NotExecuted | Self::Unknown => "wrong",
        }
    }
}

/// The outcome with its code or reason: `not executed: CODE`.
pub(super) fn words(call: &Call) -> String {
    let outcome = CallOutcome::new(call);
    let mut words = outcome.name().to_owned();
    let reason = call.failures().next();
    match (outcome, &call.code, call.status) {
        (CallOutcome::Unknown, _, status) => {
            words.push_str(if call.executed {
                ": executed, "
            } else {
                ": not executed, "
            });
            let _ = match status {
                None => write!(words, "no response"),
                Some(status) => write!(words, "status {status}"),
            };
        }
        (CallOutcome::NotRead, _, None) => words.push_str(": no response"),
        (_, Some(code), _) => {
            let _ = write!(words, ": {code}");
        }
        (CallOutcome::NotRead | CallOutcome::NotExecuted, None, Some(status)) => {
            let why = reason.and_then(|check| check.note.lines().next());
            let _ = write!(words, ": {}", why.unwrap_or(&status.to_string()));
        }
        (CallOutcome::Repeated, None, _) => words.push_str(": stored response"),
        _ => {}
    }
    words
}

/// A call, as rows and pages show it, which represents so many of the same read.
pub(super) fn shown(number: u64, call: &Call, count: usize) -> Data {
    context! {
        number, count,
        at => call.at,
        method => &call.method,
        target => &call.target,
        name => call.operation.as_ref().unwrap_or(&call.target),
        status => call.status,
        is_good => call.status.is_some_and(|status| status < 400),
        class => CallOutcome::new(call).class(),
        words => words(call),
        took => format!("{}.{:03} ms", call.took.as_millis(), call.took.as_micros() % 1000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(method: &str, status: Option<u16>, executed: bool) -> Call {
        Call {
            method: method.to_owned(),
            status,
            executed,
            ..Call::default()
        }
    }

    #[test]
    fn words_fit_what_a_call_does() {
        let coded = |mut one: Call, replayed| {
            (one.code, one.replayed) = (Some("GONE".to_owned()), replayed);
            one
        };
        let mut stored = call("POST", Some(201), false);
        stored.replayed = true;
        for (one, expected) in [
            (call("GET", Some(200), true), "read"),
            (call("GET", None, true), "not read: no response"),
            (coded(call("GET", Some(404), false), false), "not read: GONE"),
            (call("POST", Some(201), true), "executed"),
            (stored, "repeated: stored response"),
            (coded(call("POST", Some(409), false), true), "repeated: GONE"),
            (coded(call("POST", Some(503), false), false), "not executed: GONE"),
            (call("POST", Some(404), false), "not executed: 404"),
            (call("POST", Some(403), true), "unknown: executed, status 403"),
            (call("POST", Some(200), false), "unknown: not executed, status 200"),
            (call("POST", Some(502), false), "unknown: not executed, status 502"),
            (
                coded(call("POST", None, false), false),
                "unknown: not executed, no response",
            ),
        ] {
            assert_eq!(words(&one), expected, "{one:?}");
        }
    }
}
