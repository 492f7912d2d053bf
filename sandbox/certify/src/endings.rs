//! In: how a program ended in each round. Out: the lines about what it has to survive. Never: a failure of a program that fails
//! without any fault, too, but in the line about that.

use crate::findings::{ExamCase, Line, LineRule, RequestPlace, WrongCase};
use crate::retries::carried_out;
use crate::round::{ProgramEnd, Round};
use sdkwright_sandbox_server::record;
use serde_json::Value;

const ENDS_WELL: LineRule = LineRule::new(
    "ends-well",
    "Without faults the application ends with exit code 0, or keeps running.",
);
const GOES_ON: LineRule = LineRule::new(
    "goes-on",
    "When it is restarted after faults and kills, it finishes what it began.",
);
const PAGES: LineRule = LineRule::new("pages", "Every page of a list is requested.");
const MEMBERS: LineRule = LineRule::new("members", "Unknown members are accepted.");
const VALUES: LineRule = LineRule::new("values", "Unknown values are accepted.");
const CLOCK: LineRule = LineRule::new("clock", "A clock that differs from the server's is corrected.");

const FAILS_ANYWAY: &str = "the application does not end well without this fault, either";

/// Judges how rounds ended.
pub(crate) fn lines(case: &ExamCase<'_>) -> Vec<Line> {
    let mut lines = vec![ends_well(case), goes_on(case), pages(case)];
    lines.push(survived(
        case,
        MEMBERS,
        &["members"],
        "no response with an unknown member was read",
        is_newer,
    ));
    lines.push(values(case));
    lines.push(clock(case));
    lines
}

fn values(case: &ExamCase<'_>) -> Line {
    if !has_values(&case.contract.root) {
        return Line::nothing(VALUES, "the contract has no enumerations");
    }
    let without = "no value that can be unknown was read";
    survived(case, VALUES, &["values"], without, is_newer)
}

/// Returns `true` if a schema has several values.
fn has_values(root: &Value) -> bool {
    let mut enums = record::nodes(root).filter_map(|node| node.get("enum")?.as_array());
    enums.any(|values| values.len() > 1)
}

fn is_newer(case: &ExamCase<'_>, round: usize) -> Vec<RequestPlace> {
    let changed = case.of_round(round).filter(|sent| record::has_unknown(&sent.came.call));
    changed.map(|sent| sent.place).collect()
}

/// Returns `true` where the program of this round did not fail.
fn is_well(round: &Round) -> bool {
    round.ended_well() || (matches!(round.ending(), Some(ProgramEnd::Stopped(_))) && !round.calls.is_empty())
}

fn last(round: usize, case: &ExamCase<'_>) -> Vec<RequestPlace> {
    case.of_round(round).last().map(|sent| sent.place).into_iter().collect()
}

fn ending(round: &Round) -> String {
    round
        .ending()
        .map_or_else(|| "was not started".to_owned(), ProgramEnd::text)
}

fn ends_well(case: &ExamCase<'_>) -> Line {
    let Some((at, plain)) = case.round("plain") else {
        return Line::judged(ENDS_WELL, 0, Vec::new(), "this round was not run");
    };
    let is_receiver = matches!(plain.ending(), Some(ProgramEnd::Stopped(_))) && plain.calls.is_empty();
    if is_receiver {
        return Line::judged(
            ENDS_WELL,
            0,
            Vec::new(),
            "the application makes no requests and does not end",
        );
    }
    if plain.ended_well() && plain.calls.is_empty() {
        return Line::judged(ENDS_WELL, 0, Vec::new(), "the application makes no requests");
    }
    let mut findings = Vec::new();
    if !is_well(plain) {
        findings.push(WrongCase::new(
            format!("the application {}", ending(plain)),
            &last(at, case),
        ));
    }
    Line::judged(ENDS_WELL, 1, findings, "")
}

/// Returns what a round lacks of what is done without fault.
fn lacks(case: &ExamCase<'_>, round: &Round) -> Vec<String> {
    let Some(plain) = case.plain() else {
        return Vec::new();
    };
    let done = carried_out(round);
    let all = carried_out(plain).into_iter();
    let fewer = all.filter(|(operation, count)| done.get(operation).copied().unwrap_or_default() < *count);
    fewer.map(|(operation, _)| operation.to_owned()).collect()
}

/// The finding about a round that did not end as the one without fault.
fn unlike(case: &ExamCase<'_>, at: usize, round: &Round) -> Option<WrongCase> {
    let about = round.fault.about();
    let lacks = lacks(case, round);
    let text = if !is_well(round) {
        format!(
            "{about} The application {} in start {}.",
            ending(round),
            round.starts.len()
        )
    } else if lacks.is_empty() {
        return None;
    } else {
        format!("{about} Never done: {}.", lacks.join(", "))
    };
    Some(WrongCase::new(text, &last(at, case)))
}

fn goes_on(case: &ExamCase<'_>) -> Line {
    let faults = case
        .rounds
        .iter()
        .enumerate()
        .filter(|(_, round)| round.fault.is_fault() && !round.calls.is_empty());
    let rounds: Vec<_> = faults.collect();
    if !rounds.is_empty() && !case.plain().is_some_and(is_well) {
        return Line::judged(GOES_ON, 0, Vec::new(), FAILS_ANYWAY);
    }
    let findings = rounds
        .iter()
        .filter_map(|(at, round)| unlike(case, *at, round))
        .collect();
    Line::judged(GOES_ON, rounds.len(), findings, "there was no round with faults")
}

fn survived(
    case: &ExamCase<'_>,
    rule: LineRule,
    names: &[&str],
    without: &str,
    met: fn(&ExamCase<'_>, usize) -> Vec<RequestPlace>,
) -> Line {
    let rounds: Vec<_> = names.iter().filter_map(|name| case.round(name)).collect();
    if rounds.is_empty() {
        return Line::judged(rule, 0, Vec::new(), "this round was not run");
    }
    if !case.plain().is_some_and(is_well) {
        return Line::judged(rule, 0, Vec::new(), FAILS_ANYWAY);
    }
    let (mut seen, mut findings) = (0, Vec::new());
    for (at, round) in rounds {
        let met = met(case, at);
        if met.is_empty() {
            continue;
        }
        seen += met.len();
        findings.extend(unlike(case, at, round).map(|finding| WrongCase {
            requests: met.iter().take(1).copied().chain(finding.requests).collect(),
            ..finding
        }));
    }
    Line::judged(rule, seen, findings, without)
}

fn clock(case: &ExamCase<'_>) -> Line {
    let extensions = &case.contract.extensions;
    let mut codes = extensions.signing.values().map(|signing| signing.problem("expired"));
    let corrects = |code: String| extensions.registry.get(&code).is_some_and(|row| row.corrects_clock);
    if !codes.any(corrects) {
        return Line::nothing(CLOCK, "the contract has no problem code that corrects a clock");
    }
    let met = |case: &ExamCase<'_>, round: usize| {
        let expired = case
            .of_round(round)
            .filter(|sent| sent.came.call.failures().any(|check| check.name == "freshness"));
        expired.map(|sent| sent.place).collect()
    };
    survived(
        case,
        CLOCK,
        &["clock", "behind"],
        "no request was refused because of its timestamp",
        met,
    )
}

/// The cursor of the next page, if an answer has one.
fn next(rules: &Value, answer: &Value) -> Option<String> {
    let at = |name: &str| {
        rules
            .get(name)
            .and_then(Value::as_str)
            .and_then(|pointer| answer.pointer(pointer))
    };
    // A cursor in the body is not judged.
    let cursor = rules.get("cursor").and_then(Value::as_str)?;
    if cursor.starts_with('/') {
        return None;
    }
    let is_last = at("more") == Some(&Value::Bool(false)) || at("done") == Some(&Value::Bool(true));
    let cursor = at("next")?.as_str().filter(|cursor| !cursor.is_empty() && !is_last)?;
    Some(cursor.to_owned())
}

fn pages(case: &ExamCase<'_>) -> Line {
    let mut operations = case.contract.operations.iter();
    if operations.all(|operation| operation.pagination.is_none()) {
        return Line::nothing(PAGES, "the contract has no lists");
    }
    let (mut seen, mut findings) = (0, Vec::new());
    let rounds = case
        .rounds
        .iter()
        .enumerate()
        .filter(|(_, round)| !round.fault.is_fault());
    for (at, _) in rounds {
        for sent in case
            .of_round(at)
            .filter(|sent| matches!(sent.came.call.status, Some(200..300)))
        {
            let rules = case
                .operation(sent.came)
                .and_then(|operation| operation.pagination.as_ref());
            let answer: Value = serde_json::from_slice(&sent.came.call.answer_body).unwrap_or_default();
            let Some((rules, cursor)) = rules.and_then(|rules| Some((rules, next(rules, &answer)?))) else {
                continue;
            };
            seen += 1;
            let name = rules.get("cursor").and_then(Value::as_str).unwrap_or_default();
            let is_next = |(known, value): &(String, String)| known == name && *value == cursor;
            let mut of_round = case.of_round(at);
            if !of_round.any(|other| record::query(&other.came.call.target).iter().any(is_next)) {
                findings.push(WrongCase::about(&sent, "the next page was not requested"));
            }
        }
    }
    Line::judged(PAGES, seen, findings, "no list with a second page was read")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_cursor_counts_only_where_more_is_to_come() {
        let rules = json!({ "cursor": "after", "next": "/page/next", "more": "/page/more" });
        let answer = |more: bool, cursor: &str| json!({ "page": { "next": cursor, "more": more } });
        assert_eq!(next(&rules, &answer(true, "c")).as_deref(), Some("c"));
        assert_eq!(next(&rules, &answer(false, "c")), None);
        assert_eq!(next(&rules, &answer(true, "")), None);
    }
}
