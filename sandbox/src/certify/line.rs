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
            Self::NothingToJudge => "nothing to judge",
        }
    }
}

/// A request of a round, by its number there, counted from 1.
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
}

impl Finding {
    pub(crate) fn new(text: impl Into<String>, requests: &[Place]) -> Self {
        Self {
            text: text.into(),
            requests: requests.to_vec(),
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
        let (verdict, note) = match (findings.len(), seen) {
            (0, 0) => (Verdict::NotExercised, without.to_owned()),
            (0, _) => (Verdict::Passed, format!("{seen} of {seen}")),
            (wrong, _) => (Verdict::Failed, format!("{wrong} wrong, {} looked at", seen.max(wrong))),
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

    pub(crate) fn to_json(&self, request: &dyn Fn(Place) -> Value) -> Value {
        let finding = |finding: &Finding| {
            let requests: Vec<Value> = finding.requests.iter().map(|place| request(*place)).collect();
            json!({ "text": finding.text, "requests": requests })
        };
        json!({
            "name": self.name,
            "rule": self.title,
            "verdict": self.verdict.text(),
            "note": self.note,
            "findings": self.findings.iter().map(finding).collect::<Vec<_>>(),
        })
    }
}
