//! The report for programs: one JSON document.

use sdkwright_changes::{Change, ConductRisk, WireBreak};
use serde_json::json;

use super::accepted::AcceptedFile;
use super::{Compared, fails};
use crate::arguments::Break;

/// Returns the report. `changes` has each change for each operation, short; `details` has each once, with everything;
/// `stale` has the accepted changes that are none.
pub(super) fn report(all: &[Compared], accepted: &AcceptedFile, stale: &[String], sense: Break) -> String {
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
            details.push(Detail {
                change,
                level,
                base_contract: &compared.base,
                revision_contract: &compared.revision,
                accepted: accepted.reason(change),
            });
        }
    }
    let is_breaking = all
        .iter()
        .flat_map(|compared| &compared.comparison.changes)
        .any(|change| fails(change, sense) && accepted.reason(change).is_none());
    let report = json!({ "breaking": is_breaking, "changes": rows, "details": details, "stale": stale });
    format!("{report}\n")
}

fn level(change: &Change, accepted: &AcceptedFile, sense: Break) -> &'static str {
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

/// A change with everything, for its contracts.
#[derive(serde::Serialize)]
struct Detail<'c> {
    #[serde(flatten)]
    change: &'c Change,
    level: &'static str,
    base_contract: &'c str,
    revision_contract: &'c str,
    accepted: Option<&'c str>,
}
