//! In: what happened to one call. Out: a record of it, and lines for people. Never: a secret, or the content of a body
//! in a printed line.

use std::fmt::Write as _;

/// One check of a call, in the order in which they are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The subject of the check: `client`, `signature`, `freshness`, `nonce`, `key`, `parameters`, `body`, `bound`,
    /// `payload-hash`, `owner`, `state`, `answer`, or `sandbox` for what was asked of the sandbox itself.
    pub name: &'static str,
    /// `true` if the check passed.
    pub passed: bool,
    /// The finding.
    pub note: String,
}

/// One call as it came and as it was answered.
#[derive(Debug, Clone, Default)]
pub struct Call {
    /// The method.
    pub method: String,
    /// The request target as on the wire.
    pub target: String,
    /// The headers as received: lower-case names, in order.
    pub headers: Vec<(String, String)>,
    /// The raw body.
    pub body: Vec<u8>,
    /// The operation that was called, if the target names one.
    pub operation: Option<String>,
    /// The checks, in order.
    pub checks: Vec<Check>,
    /// `true` if this call carried out the operation (not an earlier one that it repeats).
    pub executed: bool,
    /// The status of the answer; `None` while there is none, or where the connection was closed without one.
    pub status: Option<u16>,
    /// The problem code of the answer.
    pub code: Option<String>,
    /// `true` if the answer is a stored one.
    pub replayed: bool,
    /// The headers of the answer.
    pub answer_headers: Vec<(String, String)>,
    /// The body of the answer.
    pub answer_body: Vec<u8>,
}

impl Call {
    /// The first value of a header, by name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The checks that did not hold.
    pub fn failures(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| !check.passed)
    }

    pub(crate) fn pass(&mut self, name: &'static str, note: impl Into<String>) {
        self.checks.push(Check {
            name,
            passed: true,
            note: note.into(),
        });
    }

    pub(crate) fn fail(&mut self, name: &'static str, note: impl Into<String>) {
        self.checks.push(Check {
            name,
            passed: false,
            note: note.into(),
        });
    }

    /// The call in lines for a person who watches.
    pub fn lines(&self) -> String {
        let operation = self.operation.as_deref().unwrap_or("no operation");
        let mut out = format!("{} {} ({operation})\n", self.method, self.target);
        for check in &self.checks {
            let mark = if check.passed { "ok  " } else { "FAIL" };
            let mut lines = check.note.lines();
            let _ = writeln!(out, "  {mark} {:<12} {}", check.name, lines.next().unwrap_or_default());
            for line in lines {
                let _ = writeln!(out, "       {:<12} {line}", "");
            }
        }
        let answer = match (self.status, &self.code) {
            (None, _) => "no answer: the connection was closed".to_owned(),
            (Some(status), Some(code)) => format!("{status} {code}"),
            (Some(status), None) => status.to_string(),
        };
        let _ = writeln!(
            out,
            "  -> {answer}{}",
            if self.replayed {
                " (the stored answer again)"
            } else {
                ""
            }
        );
        out
    }
}
