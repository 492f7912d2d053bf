//! In: a contract and the rounds of one application. Out: its requests as the checks need them, and the lines of the report with
//! their findings. Never: a judgement.

use crate::fault::InjectedFault;
use crate::recorder::RecordedRequest;
use crate::round::Round;
use sdkwright_sandbox_server::record::{Contract, Operation, RegisteredProblem};
use serde_json::{Value, json};

/// Everything that is judged.
#[derive(Debug)]
pub(crate) struct ExamCase<'a> {
    pub(crate) contract: &'a Contract,
    pub(crate) rounds: &'a [Round],
}

/// A request with its place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PlacedRequest<'a> {
    pub(crate) place: RequestPlace,
    pub(crate) came: &'a RecordedRequest,
}

impl<'a> ExamCase<'a> {
    /// All requests of a round, in the order of their answers.
    pub(crate) fn of_round(&self, round: usize) -> impl Iterator<Item = PlacedRequest<'a>> + use<'a> {
        let calls = self.rounds.get(round).map_or(&[][..], |round| &round.calls);
        calls.iter().enumerate().map(move |(at, came)| PlacedRequest {
            place: RequestPlace { round, number: at + 1 },
            came,
        })
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = PlacedRequest<'a>> + use<'a, '_> {
        (0..self.rounds.len()).flat_map(|round| self.of_round(round))
    }

    /// The first round with this fault, and its number.
    pub(crate) fn round(&self, name: &str) -> Option<(usize, &'a Round)> {
        self.rounds
            .iter()
            .enumerate()
            .find(|(_, round)| round.fault.name() == name)
    }

    /// The round in which nothing goes wrong.
    pub(crate) fn plain(&self) -> Option<&'a Round> {
        self.round(InjectedFault::None.name()).map(|(_, round)| round)
    }

    pub(crate) fn operation(&self, came: &RecordedRequest) -> Option<&'a Operation> {
        self.contract.operation(came.call.operation.as_ref()?)
    }

    pub(crate) fn key<'c>(&self, came: &'c RecordedRequest) -> Option<&'c str> {
        came.call.header(self.contract.key_header()?)
    }

    /// The row of the code in the answer that the program got.
    pub(crate) fn row(&self, came: &RecordedRequest) -> Option<&'a RegisteredProblem> {
        if !came.is_heard {
            return None;
        }
        self.contract.extensions.registry.get(came.call.code.as_ref()?)
    }

    /// The values that say what a request acts on; `None` where the contract or the request names none.
    pub(crate) fn subject(&self, came: &RecordedRequest) -> Option<Vec<String>> {
        let operation = self.operation(came)?;
        Some(self.contract.subject(operation, &came.call)).filter(|subject| !subject.is_empty())
    }
}

/// Returns `true` for the same request: method, target and body.
pub(crate) fn is_same(one: &RecordedRequest, other: &RecordedRequest) -> bool {
    (&one.call.method, &one.call.target, &one.call.body) == (&other.call.method, &other.call.target, &other.call.body)
}

/// The name of a request's operation, or else its method and path.
pub(crate) fn short(came: &RecordedRequest) -> String {
    if let Some(operation) = &came.call.operation {
        return operation.clone();
    }
    let path = came.call.target.split('?').next().unwrap_or_default();
    format!("{} {path}", came.call.method)
}

/// The verdict of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judgement {
    /// Every case was right, and there was at least one.
    Passed,
    /// At least one case was wrong.
    Failed,
    /// The program never came to a case.
    NotExercised,
    /// The contract has no word about it.
    NothingToJudge,
}

impl Judgement {
    /// The verdict in words.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::NotExercised => "not exercised",
            Self::NothingToJudge => "nothing to check",
        }
    }
}

/// A request or a delivery of a round, by its number there, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RequestPlace {
    pub(crate) round: usize,
    pub(crate) number: usize,
}

/// One wrong case, with the requests behind it.
#[derive(Debug, Clone)]
pub(crate) struct WrongCase {
    pub(crate) text: String,
    pub(crate) requests: Vec<RequestPlace>,
    pub(crate) delivery: Option<RequestPlace>,
}

impl WrongCase {
    pub(crate) fn new(text: impl Into<String>, requests: &[RequestPlace]) -> Self {
        Self {
            text: text.into(),
            requests: requests.to_vec(),
            delivery: None,
        }
    }

    /// A finding about one request, which it names.
    pub(crate) fn about(sent: &PlacedRequest<'_>, why: &str) -> Self {
        Self::new(format!("{}: {why}", short(sent.came)), &[sent.place])
    }

    /// A finding about a delivery.
    pub(crate) fn of_delivery(text: impl Into<String>, delivery: RequestPlace) -> Self {
        Self {
            delivery: Some(delivery),
            ..Self::new(text, &[])
        }
    }
}

/// One line of a report.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its short name.
    pub name: &'static str,
    /// The rule in a sentence.
    pub title: &'static str,
    /// The verdict.
    pub verdict: Judgement,
    /// The reason where there was no case, else the number of cases.
    pub note: String,
    pub(crate) findings: Vec<WrongCase>,
}

/// The name of a line, and its rule in a sentence.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LineRule {
    name: &'static str,
    title: &'static str,
}

impl LineRule {
    pub(crate) const fn new(name: &'static str, title: &'static str) -> Self {
        Self { name, title }
    }
}

impl Line {
    /// Judges by the cases that were seen. `without` says what is missing where there was none.
    pub(crate) fn judged(rule: LineRule, seen: usize, findings: Vec<WrongCase>, without: &str) -> Self {
        let wrong = findings.len();
        let findings = joined(findings);
        let (verdict, note) = match (wrong, seen) {
            (0, 0) => (Judgement::NotExercised, without.to_owned()),
            (0, _) => (Judgement::Passed, format!("{seen} of {seen}")),
            (wrong, _) => (Judgement::Failed, format!("{wrong} wrong, {} checked", seen.max(wrong))),
        };
        Self {
            name: rule.name,
            title: rule.title,
            verdict,
            note,
            findings,
        }
    }

    /// A line about which the contract says nothing.
    pub(crate) fn nothing(rule: LineRule, why: &str) -> Self {
        Self {
            name: rule.name,
            title: rule.title,
            verdict: Judgement::NothingToJudge,
            note: why.to_owned(),
            findings: Vec::new(),
        }
    }

    /// The texts of what is wrong.
    pub fn findings(&self) -> impl Iterator<Item = &str> {
        self.findings.iter().map(|finding| finding.text.as_str())
    }

    /// The line as JSON, with its findings in that form.
    pub(crate) fn to_json(&self, finding: &dyn Fn(&WrongCase) -> Value) -> Value {
        json!({
            "name": self.name,
            "rule": self.title,
            "verdict": self.verdict.text(),
            "note": self.note,
            "findings": self.findings.iter().map(finding).collect::<Vec<_>>(),
        })
    }
}

/// Findings of the same text become one, with the requests of all.
fn joined(findings: Vec<WrongCase>) -> Vec<WrongCase> {
    let mut joined: Vec<WrongCase> = Vec::new();
    for finding in findings {
        match joined
            .iter_mut()
            .find(|known| known.text == finding.text && known.delivery.is_none())
        {
            Some(known) => known.requests.extend(finding.requests),
            None => joined.push(finding),
        }
    }
    joined
}
