//! In: what happened to one call. Out: a record of it, and lines for people. Never: a secret, or the content of a body
//! in a printed line.

use std::fmt::Write as _;
use std::time::Duration;

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

impl Check {
    /// The first line of the finding.
    pub(crate) fn finding(&self) -> &str {
        self.note.lines().next().unwrap_or_default()
    }
}

/// One call as it came and as it was answered.
#[derive(Debug, Clone, Default)]
pub struct Call {
    /// Milliseconds since 1970 by the server's clock at which it came.
    pub at: i64,
    /// The time that it took until its answer was known.
    pub took: Duration,
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
    /// `true` for a call with an unsafe method that only reads: a creation that finds what an earlier call created, or an operation without an
    /// effect that creates nothing.
    pub is_lookup: bool,
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
    /// Path of the console's page about it; empty until it is kept.
    pub page: String,
    /// Its place in the history of the server.
    pub(crate) place: u64,
    /// The numbers of the resources that it names, and of that which its answer shows.
    pub(crate) resources: Vec<u64>,
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

    /// Bytes that it takes in a log, roughly.
    pub(crate) fn bytes(&self) -> usize {
        let headers = self.headers.iter().chain(&self.answer_headers);
        let headers: usize = headers.map(|(name, value)| 64 + name.len() + value.len()).sum();
        let checks: usize = self.checks.iter().map(|check| 64 + check.note.len()).sum();
        512 + self.target.len() + headers + checks + self.body.len() + self.answer_body.len()
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

    /// Returns `true` if it only reads: by its method, or as a lookup.
    pub(crate) fn only_reads(&self) -> bool {
        self.is_lookup || is_safe(&self.method)
    }

    fn outcome_word(&self) -> &str {
        match (&self.code, self.status) {
            (Some(code), _) => code,
            (None, Some(400..)) => "refused",
            (None, _) if self.executed && self.only_reads() => "read",
            (None, _) if self.executed => "executed",
            (None, _) if self.replayed => "the stored response again",
            (None, _) => "not executed",
        }
    }

    /// Returns the call in one line: time of the server, method, operation (the path if there is none), status, outcome, duration and reason;
    /// in colours for a terminal. A refused signature has a second line with the likely cause, and a third one with the console's page about
    /// the call, if the address of the server is given.
    pub fn line(&self, colours: bool, address: &str) -> String {
        let refused = self.failures().find(|check| check.name == "signature");
        let reason = match (self.status, self.failures().next()) {
            (None, _) => ", no response: the connection was closed".to_owned(),
            (Some(_), Some(check)) if refused.is_none() => format!(", {}: {}", check.name, check.finding()),
            _ => String::new(),
        };
        let path = self.target.split('?').next().unwrap_or_default();
        let what = format!("{:<6} {}", self.method, self.operation.as_deref().unwrap_or(path));
        let took = self.took.as_millis();
        let text = format!("{}, {took} ms{reason}", self.outcome_word());
        let is_good = self.status.is_some_and(|status| status < 400);
        let mut line = line(self.at, &what, self.status, is_good, &text, colours);
        if let Some(check) = refused {
            let _ = writeln!(line, "         {}", printable(check.finding()));
            if !address.is_empty() {
                let _ = writeln!(line, "         {address}{}", self.page);
            }
        }
        line
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
            (None, _) => "no response: the connection was closed".to_owned(),
            (Some(status), Some(code)) => format!("{status} {code}"),
            (Some(status), None) => status.to_string(),
        };
        let _ = writeln!(
            out,
            "  -> {answer}{}",
            if self.replayed {
                " (the stored response again)"
            } else {
                ""
            }
        );
        printable(&out)
    }
}

/// Returns `true` for a method that only reads (RFC 9110, section 9.2.1, and `QUERY`).
pub(crate) fn is_safe(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "OPTIONS" | "TRACE" | "QUERY")
}

const DIM: &str = "\u{1b}[2m";
const GREEN: &str = "\u{1b}[32m";
const RED: &str = "\u{1b}[31m";
const PLAIN: &str = "\u{1b}[0m";

/// A line of the log: when something happened, what, with which status (and whether that is a good one), and what came of it.
pub(crate) fn line(at: i64, what: &str, status: Option<u16>, is_good: bool, text: &str, colours: bool) -> String {
    let seconds = at.div_euclid(1000).rem_euclid(86_400);
    let time = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    let status = status.map_or_else(|| "---".to_owned(), |status| status.to_string());
    let (what, text) = (printable(what), printable(text));
    let colour = if is_good { GREEN } else { RED };
    if colours {
        format!("{DIM}{time}{PLAIN} {what}  {colour}{status}{PLAIN} {text}\n")
    } else {
        format!("{time} {what}  {status} {text}\n")
    }
}

/// A text without control characters, which could move the cursor of a terminal.
fn printable(text: &str) -> String {
    let is_harmful = |letter: char| letter.is_control() && letter != '\n';
    text.replace(is_harmful, "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call() -> Call {
        Call {
            at: 86_400_000 + 3_723_004,
            method: "POST".to_owned(),
            target: "/things?a=1".to_owned(),
            operation: Some("makeThing".to_owned()),
            executed: true,
            status: Some(201),
            took: Duration::from_micros(7_900),
            page: "/page".to_owned(),
            ..Call::default()
        }
    }

    #[test]
    fn a_call_is_one_line_with_outcome_and_reason_and_a_refused_signature_has_its_cause_and_its_page() {
        let mut one = call();
        assert_eq!(one.line(false, ""), "01:02:03 POST   makeThing  201 executed, 7 ms\n");
        one.method = "GET".to_owned();
        assert_eq!(one.line(false, ""), "01:02:03 GET    makeThing  201 read, 7 ms\n");
        (one.status, one.operation) = (None, None);
        assert_eq!(
            one.line(false, ""),
            "01:02:03 GET    /things  --- read, 7 ms, no response: the connection was closed\n"
        );
        (one.executed, one.status, one.code) = (false, Some(409), Some("WRONG".to_owned()));
        one.fail("state", "`/thing` is CLOSED");
        assert_eq!(
            one.line(false, ""),
            "01:02:03 GET    /things  409 WRONG, 7 ms, state: `/thing` is CLOSED\n"
        );
        one.checks.clear();
        one.fail("signature", "`target` differs\nexpected components");
        assert_eq!(
            one.line(false, "http://here"),
            "01:02:03 GET    /things  409 WRONG, 7 ms\n         `target` differs\n         http://here/page\n"
        );
    }

    #[test]
    fn colours_surround_time_and_status_alone() {
        assert_eq!(
            call().line(true, ""),
            "\u{1b}[2m01:02:03\u{1b}[0m POST   makeThing  \u{1b}[32m201\u{1b}[0m executed, 7 ms\n"
        );
    }

    #[test]
    fn what_a_caller_sends_moves_no_cursor() {
        let mut call = call();
        call.fail("owner", "no \u{1b}[2Jid\rwas given out");
        for text in [call.line(false, ""), call.lines()] {
            assert!(!text.contains(['\u{1b}', '\r']), "{text:?}");
        }
    }
}
