//! The report for people.

use std::fmt::Write as _;

use super::Compared;

/// Returns the report.
pub(super) fn report(all: &[Compared]) -> String {
    let mut out = String::new();
    for compared in all {
        for change in &compared.comparison.changes {
            let place = change
                .place()
                .map_or(String::new(), |place| format!("{}:{}", place.file, place.line));
            let _ = writeln!(
                out,
                "{:?} {}: {} [{}]",
                change.verdicts.wire.breaks, place, change.text, change.id
            );
        }
    }
    out
}
