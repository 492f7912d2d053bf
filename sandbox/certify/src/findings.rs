//! In: a contract and the rounds of one application. Out: its requests as the checks need them, and the lines of the report with
//! their findings, without what must not be read there. Never: a judgement, a secret of the examination, or the value of a
//! member that the contract calls sensitive.

use crate::recorder::{InjectedFault, RecordedRequest};
use crate::round::Round;
use sdkwright_sandbox_server::record::{self, Contract, Operation, RegisteredProblem};
use serde_json::{Value, json};
use std::collections::BTreeSet;

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

const SECRET: &str = "[secret]";
const SENSITIVE: &str = "[sensitive]";
/// Headers that carry credentials, whatever the contract says.
const CREDENTIALS: [&str; 3] = ["authorization", "cookie", "proxy-authorization"];
/// The longest body that is shown.
const BODY: usize = 4_000;

/// Texts and members that no report shows.
#[derive(Debug)]
pub(crate) struct Redactor {
    secrets: Vec<String>,
    members: BTreeSet<String>,
}

impl Redactor {
    pub(crate) fn new(contract: &Contract, rounds: &[Round]) -> Self {
        let all = rounds.iter().flat_map(|round| &round.secrets);
        Self {
            secrets: all
                .flat_map(|secret| secret_forms(secret))
                .filter(|text| !text.is_empty())
                .collect(),
            members: sensitive(contract),
        }
    }

    pub(crate) fn text(&self, text: &str) -> String {
        let replace = |text: String, secret: &String| text.replace(secret, SECRET);
        self.secrets.iter().fold(text.to_owned(), replace)
    }

    pub(crate) fn header(&self, name: &str, value: &str) -> String {
        if CREDENTIALS.iter().any(|known| name.eq_ignore_ascii_case(known)) {
            return SECRET.to_owned();
        }
        self.text(value)
    }

    /// A request target; values of sensitive parameters are left out.
    pub(crate) fn target(&self, target: &str) -> String {
        let Some((path, query)) = target.split_once('?') else {
            return self.text(target);
        };
        let pair = |pair: &str| match pair.split_once('=') {
            Some((name, _)) if self.members.contains(name) => format!("{name}={SENSITIVE}"),
            _ => pair.to_owned(),
        };
        let pairs: Vec<String> = query.split('&').map(pair).collect();
        self.text(&format!("{path}?{}", pairs.join("&")))
    }

    /// A body, in lines; of one that is no JSON only the length.
    pub(crate) fn body(&self, bytes: &[u8]) -> String {
        if bytes.is_empty() {
            return String::new();
        }
        let Ok(mut value) = serde_json::from_slice::<Value>(bytes) else {
            return format!("[{} bytes]", bytes.len());
        };
        self.redact(&mut value);
        let text = serde_json::to_string_pretty(&value).unwrap_or_default();
        let mut text = self.text(&text);
        if let Some((end, _)) = text.char_indices().nth(BODY) {
            text.truncate(end);
            text.push('…');
        }
        text
    }

    fn redact(&self, value: &mut Value) {
        match value {
            Value::Object(members) => {
                for (name, value) in members.iter_mut() {
                    if self.members.contains(name) && !value.is_null() {
                        *value = Value::String(SENSITIVE.to_owned());
                    } else {
                        self.redact(value);
                    }
                }
            }
            other => record::children_mut(other).for_each(|child| self.redact(child)),
        }
    }
}

/// The texts that show a secret: itself, as hexadecimal digits, and as base64 of both alphabets, at the beginning of what is encoded or
/// behind other bytes, such as `id:secret`.
pub(crate) fn secret_forms(secret: &str) -> Vec<String> {
    let hex = record::hex(secret.as_bytes());
    let mut forms = vec![secret.to_owned(), hex.to_uppercase(), hex];
    for before in 0..3 {
        let text = record::base64(&[&vec![0; before], secret.as_bytes()].concat());
        // Characters that also depend on bytes around the secret are left out.
        let (first, last) = ((before * 8).div_ceil(6), (before + secret.len()) * 8 / 6);
        let own = text.get(first..last).unwrap_or_default().to_owned();
        forms.extend([own.replace('+', "-").replace('/', "_"), own]);
    }
    forms
}

/// The names of members and parameters that the contract calls sensitive.
fn sensitive(contract: &Contract) -> BTreeSet<String> {
    let is_sensitive = |schema: &Value| contract.word(schema, "x-sensitive") == Some(&Value::Bool(true));
    let mut found = BTreeSet::new();
    for node in record::nodes(&contract.root) {
        let properties = node.get("properties").and_then(Value::as_object);
        let sensitive = properties.into_iter().flatten();
        let sensitive = sensitive.filter(|(_, schema)| is_sensitive(schema) || is_sensitive(node));
        found.extend(sensitive.map(|(name, _)| name.clone()));
        if let Some(name) = node.get("name").and_then(Value::as_str)
            && (is_sensitive(node) || node.get("schema").is_some_and(is_sensitive))
        {
            found.insert(name.to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_shows_behind_any_number_of_other_bytes() {
        let secret = "73616e64626f78-\u{fb}\u{ff}-secret";
        for before in ["", "a", "ab", "abc", "north:"] {
            let text = record::base64(format!("{before}{secret}:more").as_bytes());
            let of_urls = text.replace('+', "-").replace('/', "_");
            for text in [text, of_urls, record::hex(secret.as_bytes())] {
                assert!(
                    secret_forms(secret).iter().any(|form| text.contains(form)),
                    "{before} {text}"
                );
            }
        }
        assert!(
            !secret_forms(secret)
                .iter()
                .any(|form| "bm90IGEgc2VjcmV0IGF0IGFsbA".contains(form))
        );
    }
}
