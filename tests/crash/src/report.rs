//! The report of a trial, in two tables: the results of actions, and the marks at which kills landed. Never: a judgement that the
//! counts do not bear.

use crate::marks::Place;
use crate::plan::Plan;
pub use crate::verdict::Counts;
use std::collections::BTreeMap;
use std::fmt::Display;

/// The result of a trial.
#[derive(Debug, Clone)]
pub struct Report {
    /// The plan.
    pub plan: Plan,
    /// Processes that were killed.
    pub kills: u64,
    /// Number of kills at each mark.
    pub places: BTreeMap<Place, u64>,
    /// The counts.
    pub counts: Counts,
    /// The calls of the intents that are wrong, as the server saw them.
    pub trail: Vec<String>,
}

/// Both tables.
pub fn tables(reports: &[Report]) -> String {
    let (names, name) = (Place::ALL.map(Place::name), |plan: &Plan| {
        format!("{:<9}{:>6}{:>6}", plan.store.name(), plan.percent, plan.seed)
    });
    let head = format!("{:<9}{:>6}{:>6}", "store", "faults", "seed");
    let mut out = row(&head, &HEAD);
    for report in reports {
        let counts = &report.counts;
        let values = [
            report.kills,
            counts.intents,
            counts.effects,
            counts.done,
            counts.refused,
            counts.twice,
            counts.lost,
            counts.unmade,
        ];
        out += &row(&name(&report.plan), &values);
    }
    out.push('\n');
    out += &row(&format!("{:<21}", "killed while"), &names);
    for report in reports {
        let landed = Place::ALL.map(|place| report.places.get(&place).copied().unwrap_or_default());
        out += &row(&name(&report.plan), &landed);
    }
    out
}

const HEAD: [&str; 8] = [
    "kills", "intents", "effects", "done", "refused", "twice", "lost", "unmade",
];

fn row(name: &str, values: &[impl Display]) -> String {
    values
        .iter()
        .fold(name.to_owned(), |row, value| format!("{row}{value:>10}"))
        + "\n"
}
