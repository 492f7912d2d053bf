//! Problem codes: what a code says of the action, who acts, and codes that came, went or have another name.

use sdkwright_contract::ir::{Api, Outcome, ProblemModel, ProblemRow, Shape, Word as _};

use super::findings::{Advice, Findings, WordLocation, optional, quoted};

/// Compares the registries of both.
pub(super) fn compare(findings: &mut Findings<'_>) {
    let (Some(base), Some(new)) = (registry(findings.base), registry(findings.revision)) else {
        return;
    };
    let find = |rows: &ProblemModel, code: &str| rows.rows.iter().find(|row| row.code == code).cloned();
    let lost: Vec<&ProblemRow> = base.rows.iter().filter(|row| find(new, &row.code).is_none()).collect();
    let mut gained: Vec<&ProblemRow> = new.rows.iter().filter(|row| find(base, &row.code).is_none()).collect();
    for row in &base.rows {
        if let Some(other) = find(new, &row.code) {
            one(findings, row, &other);
        }
    }
    for row in lost {
        let renamed = gained.iter().position(|other| is_same_but_code(row, other));
        let other = renamed.map(|at| gained.remove(at));
        let (id, word, sentence) = match other {
            Some(other) => (
                "problem-code-renamed",
                "a problem code".to_owned(),
                format!(
                    "Applications built with the old contract do not know `{}`: they treat its outcome as {} and follow none of its advice",
                    other.code,
                    unknown(other)
                ),
            ),
            None => (
                "problem-code-removed",
                format!("the problem code `{}`", row.code),
                format!(
                    "`{}` is no longer returned; applications that wait for it have nothing to wait for",
                    row.code
                ),
            ),
        };
        let place = other.map_or(&row.origin.pointer, |other| &other.origin.pointer);
        findings.word(
            &WordLocation::of(&row.origin.pointer, place, Vec::new()),
            quoted(&row.code),
            other.and_then(|other| quoted(&other.code)),
            Advice::differs(id, word, sentence),
        );
    }
    for row in gained {
        let sentence = format!(
            "Applications built with the old contract do not know `{}`: they treat its outcome as {}",
            row.code,
            unknown(row)
        );
        let says = Advice::differs("problem-code-added", "a problem code", sentence);
        findings.word(&WordLocation::root(&row.origin.pointer), None, quoted(&row.code), says);
    }
}

/// Returns what programs take the outcome of an unknown code for.
fn unknown(row: &ProblemRow) -> &'static str {
    match row.outcome {
        Outcome::NotExecuted => "unknown (nothing was executed)",
        Outcome::Unknown => "unknown",
    }
}

/// Returns true if the registry has a row of this code.
pub(super) fn has_row(api: &Api, code: &str) -> bool {
    registry(api).is_some_and(|rows| rows.rows.iter().any(|row| row.code == code))
}

fn registry(api: &Api) -> Option<&ProblemModel> {
    match &api.ty(api.problem_codes?).shape {
        Shape::Enum(list) => list.problems.as_ref(),
        _ => None,
    }
}

fn is_same_but_code(one: &ProblemRow, other: &ProblemRow) -> bool {
    let plain = |row: &ProblemRow| ProblemRow {
        code: String::new(),
        title: None,
        documented: None,
        origin: sdkwright_contract::ir::Origin::default(),
        ..row.clone()
    };
    plain(one) == plain(other)
}

fn one(findings: &mut Findings<'_>, base: &ProblemRow, new: &ProblemRow) {
    let ProblemRow {
        code,
        status,
        title,
        outcome: _,
        creating: _,
        retry,
        new_key,
        correct_clock,
        stored,
        actor,
        advice,
        // The source of a row changes nothing that a program does.
        documented: _,
        origin,
    } = base;
    let at = WordLocation::of(&origin.pointer, &new.origin.pointer, Vec::new());
    let of = |word: &str| format!("{word} of `{code}`");
    result(findings, &at.below("outcome"), base, new);
    let says = Advice::differs(
        "problem-retry-changed",
        of("the retry"),
        format!("Applications retry after `{code}` under another condition"),
    );
    findings.word(&at.below("retry"), quoted(retry.word()), quoted(new.retry.word()), says);
    let says = if new.new_key {
        Advice::differs(
            "problem-key-changed",
            of("the key of a further attempt"),
            format!(
                "After `{code}` only a new key succeeds; applications built with the old contract get the same refusal again"
            ),
        )
    } else {
        Advice::dangerous(
            "problem-key-changed",
            of("the key of a further attempt"),
            format!(
                "After `{code}` the same key must be used; applications built with the old contract use a new one and may execute the action twice"
            ),
            "Let partners run the new version before the server returns it.",
        )
    };
    findings.word(&at.below("newKey"), quoted(new_key), quoted(new.new_key), says);
    let plain = [
        (
            "status",
            "problem-status-changed",
            "the status",
            status.to_string(),
            new.status.to_string(),
            "Applications built with the old contract do not treat the code with another status as the documented problem: its outcome is unknown to them",
        ),
        (
            "stored",
            "problem-stored-changed",
            "the storing of the response",
            stored.to_string(),
            new.stored.to_string(),
            "The server returns another response to a retry with the same key",
        ),
        (
            "correctClock",
            "problem-clock-changed",
            "the correction of the clock",
            correct_clock.to_string(),
            new.correct_clock.to_string(),
            "Applications correct their clock after the code, or no longer do",
        ),
        (
            "actor",
            "problem-actor-changed",
            "the desk that acts",
            actor.clone(),
            new.actor.clone(),
            "The code goes to another desk",
        ),
        (
            "advice",
            "problem-text-changed",
            "the advice",
            advice.clone(),
            new.advice.clone(),
            "Users see different advice",
        ),
    ];
    for (key, id, word, old, now, sentence) in plain {
        findings.word(
            &at.below(key),
            quoted(old),
            quoted(now),
            Advice::differs(id, of(word), sentence),
        );
    }
    let says = Advice::differs("problem-text-changed", of("the title"), "Users see a different title");
    findings.word(
        &at.below("title"),
        optional(title.as_ref()),
        optional(new.title.as_ref()),
        says,
    );
}

/// Compares the outcomes, and those of operations that create a resource where they differ from the others.
fn result(findings: &mut Findings<'_>, at: &WordLocation, base: &ProblemRow, new: &ProblemRow) {
    let (others, creating) = ((base.outcome, new.outcome), (base.creating, new.creating));
    one_outcome(findings, at, &base.code, others);
    if creating != others {
        one_outcome(findings, at, &base.code, creating);
    }
}

fn one_outcome(findings: &mut Findings<'_>, at: &WordLocation, code: &str, (old, new): (Outcome, Outcome)) {
    let says = match new {
        Outcome::Unknown => Advice::dangerous(
            "problem-outcome-changed",
            format!("the outcome of `{code}`"),
            format!(
                "Applications built with the old contract treat `{code}` as proof that nothing was executed, repeat the action with a new key, and pay twice"
            ),
            "Let partners run the new version before the server returns it.",
        ),
        Outcome::NotExecuted => Advice::differs(
            "problem-outcome-changed",
            format!("the outcome of `{code}`"),
            format!(
                "`{code}` proves that nothing was executed; applications built with the old contract still reconcile it"
            ),
        ),
    };
    findings.word(at, quoted(old.word()), quoted(new.word()), says);
}
