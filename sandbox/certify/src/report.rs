//! In: rounds and the lines about them. Out: a report as text, as JSON and as an HTML page, and an exit code. Never: a secret.

use crate::deliveries::DeliveryAttempt;
use crate::findings::{Judgement, Line, Redactor, RequestPlace, WrongCase};
use crate::recorder::RecordedRequest;
use crate::round::{ProgramStart, Round};
use minijinja::value::Serde;
use minijinja::{Environment, context};
use sdkwright_sandbox_server::record::Error;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// The largest number of findings of a line, and of requests of a finding, in the text.
const SHOWN: usize = 3;

/// The report of an examination.
#[derive(Debug)]
pub struct ExamReport {
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

impl ExamReport {
    /// The lines, in the order of the report.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Number of lines with a verdict.
    pub fn count(&self, verdict: Judgement) -> usize {
        self.lines.iter().filter(|line| line.verdict == verdict).count()
    }

    /// The exit code: 0 if at least one line passed and none failed, 1 if one failed, 3 if there was nothing to judge.
    pub fn exit_code(&self) -> u8 {
        match (self.count(Judgement::Failed), self.count(Judgement::Passed)) {
            (0, 0) => 3,
            (0, _) => 0,
            _ => 1,
        }
    }

    /// The numbers of lines by verdict, in words.
    fn sum(&self) -> String {
        let all = [
            Judgement::Passed,
            Judgement::Failed,
            Judgement::NotExercised,
            Judgement::NothingToJudge,
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
                Judgement::Failed => "FAILED",
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
    fn place(&self, place: RequestPlace) -> String {
        let round = self.rounds.get(place.round).map_or("?", |round| round.fault.name());
        format!("round {} ({round}), request {}", place.round + 1, place.number)
    }

    fn came(&self, place: RequestPlace) -> Option<&RecordedRequest> {
        self.rounds.get(place.round)?.calls.get(place.number.checked_sub(1)?)
    }

    /// The report as JSON, with the requests behind each finding.
    pub fn to_json(&self) -> Value {
        let finding = |finding: &WrongCase| {
            let requests: Vec<Value> = finding.requests.iter().map(|place| self.request(*place)).collect();
            let delivery = finding.delivery.map(|place| self.delivery(place));
            json!({ "text": self.redactor.text(&finding.text), "requests": requests, "delivery": delivery })
        };
        let lines: Vec<Value> = self.lines.iter().map(|line| line.to_json(&finding)).collect();
        let rounds: Vec<Value> = self.rounds.iter().map(|round| self.round(round)).collect();
        json!({
            "contract": self.contract,
            "program": self.redactor.text(&self.program.join(" ")),
            "passed": self.count(Judgement::Passed),
            "failed": self.count(Judgement::Failed),
            "notExercised": self.count(Judgement::NotExercised),
            "nothingToJudge": self.count(Judgement::NothingToJudge),
            "lines": lines,
            "rounds": rounds,
        })
    }

    fn round(&self, round: &Round) -> Value {
        let start =
            |start: &ProgramStart| json!({ "ended": start.ending.text(), "output": self.redactor.text(&start.output) });
        json!({
            "name": round.fault.name(),
            "trouble": round.fault.about(),
            "requests": round.calls.len(),
            "starts": round.starts.iter().map(start).collect::<Vec<_>>(),
        })
    }

    fn posted(&self, place: RequestPlace) -> Option<&DeliveryAttempt> {
        self.rounds.get(place.round)?.posted.get(place.number.checked_sub(1)?)
    }

    fn delivery(&self, place: RequestPlace) -> Value {
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

    fn request(&self, place: RequestPlace) -> Value {
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

const PAGE: &str = include_str!("../templates/report.html");

impl ExamReport {
    /// Returns the report as one HTML page that needs nothing else.
    pub fn page(&self) -> Result<String, Error> {
        let values = context! { sum => self.sum(), ..minijinja::Value::from(Serde(self.to_json())) };
        let page = Environment::new().render_named_str("report.html", PAGE, values);
        page.map_err(|error| Error::Unknown(format!("the page cannot be created: {error}")))
    }
}
