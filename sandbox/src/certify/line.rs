//! In: what was looked for and found. Out: lines of a report, each with its verdict. Never: a line that passed without a
//! case.

use serde_json::{Value, json};

/// The verdict of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Every case was right, and there was at least one.
    Passed,
    /// At least one case was wrong.
    Failed,
    /// The program never came to a case.
    NotExercised,
    /// The contract has no word about it.
    NothingToJudge,
}

impl Verdict {
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
pub(crate) struct Place {
    pub(crate) round: usize,
    pub(crate) number: usize,
}

/// One wrong case, with the requests behind it.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    pub(crate) text: String,
    pub(crate) requests: Vec<Place>,
    pub(crate) delivery: Option<Place>,
}

impl Finding {
    pub(crate) fn new(text: impl Into<String>, requests: &[Place]) -> Self {
        Self {
            text: text.into(),
            requests: requests.to_vec(),
            delivery: None,
        }
    }

    /// A finding about a delivery.
    pub(crate) fn of_delivery(text: impl Into<String>, delivery: Place) -> Self {
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
    pub verdict: Verdict,
    /// The reason where there was no case, else the number of cases.
    pub note: String,
    pub(crate) findings: Vec<Finding>,
}

/// The name and the rule of a line.
pub(crate) type Rule = (&'static str, &'static str);

impl Line {
    /// Judges by the cases that were seen. `without` says what is missing where there was none.
    pub(crate) fn judged((name, title): Rule, seen: usize, findings: Vec<Finding>, without: &str) -> Self {
        let wrong = findings.len();
        let findings = joined(findings);
        let (verdict, note) = match (wrong, seen) {
            (0, 0) => (Verdict::NotExercised, without.to_owned()),
            (0, _) => (Verdict::Passed, format!("{seen} of {seen}")),
            (wrong, _) => (Verdict::Failed, format!("{wrong} wrong, {} checked", seen.max(wrong))),
        };
        Self {
            name,
            title,
            verdict,
            note,
            findings,
        }
    }

    /// A line about which the contract says nothing.
    pub(crate) fn nothing((name, title): Rule, why: &str) -> Self {
        Self {
            name,
            title,
            verdict: Verdict::NothingToJudge,
            note: why.to_owned(),
            findings: Vec::new(),
        }
    }

    /// The texts of what is wrong.
    pub fn findings(&self) -> impl Iterator<Item = &str> {
        self.findings.iter().map(|finding| finding.text.as_str())
    }

    /// The line as JSON, with its findings in that form.
    pub(crate) fn to_json(&self, finding: &dyn Fn(&Finding) -> Value) -> Value {
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
fn joined(findings: Vec<Finding>) -> Vec<Finding> {
    let mut joined: Vec<Finding> = Vec::new();
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
