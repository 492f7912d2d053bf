//! The report for programs: one JSON document.

use sdkwright_changes::{Change, ConductRisk, Place, RustKind, WireBreak};
use serde_json::{Value, json};

use super::accepted::Accepted;
use super::{Compared, fails};
use crate::arguments::Break;

/// Returns the report. `changes` has each change for each operation, short; `details` has each once, with everything;
/// `stale` has the accepted changes that are none.
pub(super) fn report(all: &[Compared], accepted: &Accepted, stale: &[String], sense: Break) -> String {
    let mut rows = Vec::new();
    let mut details = Vec::new();
    for compared in all {
        for change in &compared.comparison.changes {
            let level = level(change, accepted, sense);
            let pointer = change.place().map_or("", |place| place.pointer.as_str());
            let mut row = |operation: &str| {
                rows.push(json!({
                    "id": change.id,
                    "level": level,
                    "pointer": pointer,
                    "operation": operation,
                    "text": change.text,
                    "detail": details.len(),
                }));
            };
            if change.operations.is_empty() {
                row("");
            }
            change.operations.iter().for_each(|operation| row(operation));
            details.push(detail(compared, change, level, accepted.reason(change)));
        }
    }
    let is_breaking = all
        .iter()
        .flat_map(|compared| &compared.comparison.changes)
        .any(|change| fails(change, sense) && accepted.reason(change).is_none());
    let report = json!({ "breaking": is_breaking, "changes": rows, "details": details, "stale": stale });
    format!("{report}\n")
}

fn level(change: &Change, accepted: &Accepted, sense: Break) -> &'static str {
    if accepted.reason(change).is_some() {
        return "info";
    }
    let verdicts = &change.verdicts;
    let is_unsure = verdicts.wire.breaks == WireBreak::Undecided
        || verdicts.conduct.risk != ConductRisk::Same
        || change.is_missing();
    if fails(change, sense) {
        "breaking"
    } else if is_unsure {
        "warning"
    } else {
        "info"
    }
}

fn detail(compared: &Compared, change: &Change, level: &str, accepted: Option<&str>) -> Value {
    let place = |place: &Option<Place>| {
        place.as_ref().map(
            |place| json!({ "pointer": place.pointer, "file": place.file, "line": place.line, "column": place.column }),
        )
    };
    let wire = &change.verdicts.wire;
    let (rust, conduct) = (&change.verdicts.rust, &change.verdicts.conduct);
    json!({
        "id": change.id,
        "level": level,
        "text": change.text,
        "base_contract": compared.base,
        "revision_contract": compared.revision,
        "base": place(&change.base),
        "revision": place(&change.revision),
        "operations": change.operations,
        "old": change.old,
        "new": change.new,
        "wire": { "breaks": wire_word(wire.breaks), "reason": wire.reason },
        "rust": { "kind": rust_word(rust.kind), "items": rust.items },
        "conduct": { "risk": conduct_word(conduct.risk), "sentence": conduct.sentence },
        "advice": change.advice,
        "accepted": accepted,
    })
}

fn wire_word(breaks: WireBreak) -> &'static str {
    match breaks {
        WireBreak::Nobody => "nobody",
        WireBreak::Undecided => "undecided",
        WireBreak::Sender => "sender",
        WireBreak::Receiver => "receiver",
        WireBreak::Both => "both",
    }
}

fn rust_word(kind: RustKind) -> &'static str {
    match kind {
        RustKind::Same => "same",
        RustKind::Added => "added",
        RustKind::Unknown => "unknown",
        RustKind::Breaking => "breaking",
    }
}

fn conduct_word(risk: ConductRisk) -> &'static str {
    match risk {
        ConductRisk::Same => "same",
        ConductRisk::Differs => "differs",
        ConductRisk::Unknown => "unknown",
        ConductRisk::Dangerous => "dangerous",
    }
}
