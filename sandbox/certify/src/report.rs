//! In: rounds and the lines about them. Out: a report as text, as JSON and as an HTML page, and an exit code. Never: a secret.

use crate::deliveries::Posted;
use crate::findings::{Finding, Line, Place, Verdict};
use crate::recorder::Recorded;
use crate::redact::Redactor;
use crate::round::{Round, Start};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// The largest number of findings of a line, and of requests of a finding, in the text.
const SHOWN: usize = 3;

/// The report of an examination.
#[derive(Debug)]
pub struct Report {
    pub(crate) contract: String,
    pub(crate) program: Vec<String>,
    pub(crate) lines: Vec<Line>,
    pub(crate) rounds: Vec<Round>,
    pub(crate) redactor: Redactor,
}

impl Round {
    /// The round in one line.
    pub(crate) fn summary(&self) -> String {
        let endings: Vec<String> = self.starts.iter().map(|start| start.ending.text()).collect();
        let count = self.calls.len();
        let requests = if count == 1 { "request" } else { "requests" };
        format!(
            "{:<10} {count:>4} {requests}; the application {}",
            self.fault.name(),
            endings.join(", then ")
        )
    }
}

impl Report {
    /// The lines, in the order of the report.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Number of lines with a verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.lines.iter().filter(|line| line.verdict == verdict).count()
    }

    /// The exit code: 0 if at least one line passed and none failed, 1 if one failed, 3 if there was nothing to judge.
    pub fn exit_code(&self) -> u8 {
        match (self.count(Verdict::Failed), self.count(Verdict::Passed)) {
            (0, 0) => 3,
            (0, _) => 0,
            _ => 1,
        }
    }

    /// The numbers of lines by verdict, in words.
    pub(crate) fn sum(&self) -> String {
        let all = [
            Verdict::Passed,
            Verdict::Failed,
            Verdict::NotExercised,
            Verdict::NothingToJudge,
        ];
        let counts: Vec<String> = all
            .iter()
            .map(|verdict| format!("{} {}", self.count(*verdict), verdict.text()))
            .collect();
        counts.join(", ")
    }

    /// The report as text.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for line in &self.lines {
            let verdict = match line.verdict {
                Verdict::Failed => "FAILED",
                other => other.text(),
            };
            let _ = writeln!(out, "{verdict:<17}{:<14}{} ({})", line.name, line.title, line.note);
            for finding in line.findings.iter().take(SHOWN) {
                let shown = finding.requests.iter().take(SHOWN);
                let places: Vec<String> = shown.map(|place| self.place(*place)).collect();
                let behind = match finding.requests.len() {
                    0 => String::new(),
                    count if count > SHOWN => format!(" [{}, and {} more]", places.join("; "), count - SHOWN),
                    _ => format!(" [{}]", places.join("; ")),
                };
                let _ = writeln!(out, "{:<17}- {}{behind}", "", self.redactor.text(&finding.text));
            }
            if let Some(more) = line.findings.len().checked_sub(SHOWN + 1) {
                let _ = writeln!(out, "{:<17}- and {} more, in the page and in the JSON", "", more + 1);
            }
        }
        let _ = writeln!(out, "{}", self.sum());
        out
    }

    /// A request in two words: its round and its number there.
    pub(crate) fn place(&self, place: Place) -> String {
        let round = self.rounds.get(place.round).map_or("?", |round| round.fault.name());
        format!("round {} ({round}), request {}", place.round + 1, place.number)
    }

    pub(crate) fn came(&self, place: Place) -> Option<&Recorded> {
        self.rounds.get(place.round)?.calls.get(place.number.checked_sub(1)?)
    }

    /// The report as JSON, with the requests behind each finding.
    pub fn to_json(&self) -> Value {
        let finding = |finding: &Finding| {
            let requests: Vec<Value> = finding.requests.iter().map(|place| self.request(*place)).collect();
            let delivery = finding.delivery.map(|place| self.delivery(place));
            json!({ "text": self.redactor.text(&finding.text), "requests": requests, "delivery": delivery })
        };
        let lines: Vec<Value> = self.lines.iter().map(|line| line.to_json(&finding)).collect();
        let rounds: Vec<Value> = self.rounds.iter().map(|round| self.round(round)).collect();
        json!({
            "contract": self.contract,
            "program": self.redacted_program(),
            "passed": self.count(Verdict::Passed),
            "failed": self.count(Verdict::Failed),
            "notExercised": self.count(Verdict::NotExercised),
            "nothingToJudge": self.count(Verdict::NothingToJudge),
            "lines": lines,
            "rounds": rounds,
        })
    }

    fn round(&self, round: &Round) -> Value {
        let start =
            |start: &Start| json!({ "ended": start.ending.text(), "output": self.redactor.text(&start.output) });
        json!({
            "name": round.fault.name(),
            "trouble": round.fault.about(),
            "requests": round.calls.len(),
            "starts": round.starts.iter().map(start).collect::<Vec<_>>(),
        })
    }

    /// The command line as it was given.
    pub(crate) fn redacted_program(&self) -> String {
        self.redactor.text(&self.program.join(" "))
    }

    /// A delivery by its place.
    pub(crate) fn posted(&self, place: Place) -> Option<&Posted> {
        self.rounds.get(place.round)?.posted.get(place.number.checked_sub(1)?)
    }

    fn delivery(&self, place: Place) -> Value {
        let Some(posted) = self.posted(place) else {
            return Value::Null;
        };
        let delivery = &posted.delivery;
        json!({
            "number": place.number,
            "kind": posted.kind.text(),
            "event": delivery.event,
            "headers": delivery.headers,
            "body": self.redactor.body(&delivery.body),
            "status": delivery.status,
            "milliseconds": posted.took.as_millis(),
        })
    }

    fn request(&self, place: Place) -> Value {
        let Some(came) = self.came(place) else {
            return Value::Null;
        };
        let call = &came.call;
        let header = |(name, value): &(String, String)| json!([name, self.redactor.header(name, value)]);
        let checks = call.checks.iter();
        let checks = checks.map(|check| json!([check.name, check.passed, self.redactor.text(&check.note)]));
        json!({
            "round": place.round + 1,
            "number": place.number,
            "start": came.start,
            "milliseconds": came.at.as_millis(),
            "method": call.method,
            "target": self.redactor.target(&call.target),
            "headers": call.headers.iter().map(header).collect::<Vec<_>>(),
            "body": self.redactor.body(&call.body),
            "checks": checks.collect::<Vec<_>>(),
            "status": call.status,
            "code": call.code,
        })
    }
}

const STYLE: &str = "
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
code, pre { font-family: ui-monospace, monospace; font-size: 13px; }
pre { overflow-x: auto; padding: .6rem; border: 1px solid #8886; border-radius: 4px; white-space: pre-wrap; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid #8884; }
.passed { color: #1a7f37; } .failed { color: #cf222e; font-weight: 600; }
.not-exercised, .nothing-to-judge { color: #767676; }
summary { cursor: pointer; }
";

impl Report {
    /// The report as one HTML page that needs nothing else.
    pub fn page(&self) -> String {
        let mut out = String::from("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n");
        out.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        let program = self.redacted_program();
        let _ = write!(
            out,
            "<title>Certification</title>\n<style>{STYLE}</style></head><body>\n<h1>Certification</h1>\n\
             <p><code>{}</code><br>against <code>{}</code></p>\n<p>{}</p>\n<table>\n",
            escaped(&program),
            escaped(&self.contract),
            escaped(&self.sum())
        );
        for line in &self.lines {
            self.row(line, &mut out);
        }
        out.push_str("</table>\n<h2>Rounds</h2>\n");
        self.all_rounds(&mut out);
        out.push_str("</body></html>\n");
        out
    }

    fn row(&self, line: &Line, out: &mut String) {
        let class = line.verdict.text().replace(' ', "-");
        let _ = write!(
            out,
            "<tr id=\"{0}\"><td class=\"{class}\">{1}</td><td><code>{0}</code></td><td>{2} <small>({3})</small>",
            escaped(line.name),
            line.verdict.text(),
            escaped(line.title),
            escaped(&line.note)
        );
        if line.verdict == Verdict::Failed {
            out.push_str("<ul>\n");
        }
        for finding in &line.findings {
            let _ = writeln!(out, "<li>{}", escaped(&self.redactor.text(&finding.text)));
            for place in &finding.requests {
                self.details(*place, out);
            }
            if let Some(place) = finding.delivery {
                self.delivery_details(place, out);
            }
            out.push_str("</li>\n");
        }
        if line.verdict == Verdict::Failed {
            out.push_str("</ul>");
        }
        out.push_str("</td></tr>\n");
    }

    fn delivery_details(&self, place: Place, out: &mut String) {
        let Some(posted) = self.posted(place) else {
            return;
        };
        let mut text = String::new();
        for (name, value) in &posted.delivery.headers {
            let _ = writeln!(text, "{name}: {value}");
        }
        let _ = writeln!(text, "\n{}", self.redactor.body(&posted.delivery.body));
        let _ = writeln!(
            out,
            "<details><summary>delivery {}: <code>{}</code></summary><pre>{}</pre></details>",
            place.number,
            escaped(&posted.delivery.event),
            escaped(&text)
        );
    }

    fn details(&self, place: Place, out: &mut String) {
        let Some(came) = self.came(place) else {
            return;
        };
        let call = &came.call;
        let target = self.redactor.target(&call.target);
        let mut text = format!("{} {target}\n", call.method);
        for (name, value) in &call.headers {
            let _ = writeln!(text, "{name}: {}", self.redactor.header(name, value));
        }
        let body = self.redactor.body(&call.body);
        if !body.is_empty() {
            let _ = writeln!(text, "\n{body}");
        }
        text.push('\n');
        for check in &call.checks {
            let mark = if check.passed { "ok  " } else { "FAIL" };
            let _ = writeln!(text, "{mark} {}: {}", check.name, self.redactor.text(&check.note));
        }
        let answer = match (call.status, &call.code) {
            (None, _) => "no response".to_owned(),
            (Some(status), Some(code)) => format!("{status} {code}"),
            (Some(status), None) => status.to_string(),
        };
        let _ = writeln!(text, "answer: {answer}");
        let _ = writeln!(
            out,
            "<details><summary>{}, start {}, after {} ms: <code>{} {}</code></summary><pre>{}</pre></details>",
            escaped(&self.place(place)),
            came.start,
            came.at.as_millis(),
            escaped(&call.method),
            escaped(&target),
            escaped(&text)
        );
    }

    fn all_rounds(&self, out: &mut String) {
        for (at, round) in self.rounds.iter().enumerate() {
            let _ = writeln!(
                out,
                "<details><summary>{}. {}: {}</summary>",
                at + 1,
                escaped(round.fault.name()),
                escaped(&round.fault.about())
            );
            for start in &round.starts {
                let _ = writeln!(
                    out,
                    "<p>The application {}.</p><pre>{}</pre>",
                    escaped(&start.ending.text()),
                    escaped(&self.redactor.text(&start.output))
                );
            }
            out.push_str("</details>\n");
        }
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
