//! What came of a trial, in two tables: what happened to the actions, and where the kills landed. Never: a judgement that the
//! counts do not bear.

use crate::marks::Place;
use crate::plan::Plan;
pub use crate::verdict::Counts;
use sdk_sandbox::ServerModel;
use std::collections::BTreeMap;
use std::fmt::Display;

/// What came of a trial.
#[derive(Debug, Clone)]
pub struct Report {
    /// What was tried.
    pub plan: Plan,
    /// Processes that were killed.
    pub kills: u64,
    /// Where they were.
    pub places: BTreeMap<Place, u64>,
    /// What was counted.
    pub counts: Counts,
    /// The calls of the intents that are wrong, as the server saw them.
    pub trail: Vec<String>,
}

impl Report {
    /// What must not be; nothing if all is well.
    pub fn wrong(&self) -> Vec<String> {
        let mut wrong = self.counts.wrong.clone();
        let is_certain = matches!(
            self.plan.model,
            ServerModel::AsDecided | ServerModel::ConflictInProgress
        );
        if is_certain && self.counts.reconcile > 0 {
            let reconcile = self.counts.reconcile;
            wrong.push(format!(
                "{reconcile} intents ended in reconcile, though the server keeps what it promises"
            ));
        }
        wrong
    }
}

/// Both tables.
pub fn tables(reports: &[Report]) -> String {
    let (names, name) = (Place::ALL.map(Place::name), |plan: &Plan| {
        format!("{:<22}{:<10}{:>20}", plan.model.name(), plan.store.name(), plan.seed)
    });
    let mut out = row(&format!("{:<22}{:<10}{:>20}", "model", "store", "seed"), &HEAD);
    for report in reports {
        let counts = &report.counts;
        let values = [
            report.kills,
            counts.intents,
            counts.effects,
            counts.done,
            counts.refused,
            counts.reconcile,
            counts.twice,
            counts.lost,
        ];
        out += &row(&name(&report.plan), &values);
    }
    out.push('\n');
    out += &row(&format!("{:<52}", "killed while"), &names);
    for report in reports {
        let landed = Place::ALL.map(|place| report.places.get(&place).copied().unwrap_or_default());
        out += &row(&name(&report.plan), &landed);
    }
    out
}

const HEAD: [&str; 8] = [
    "kills",
    "intents",
    "effects",
    "done",
    "refused",
    "reconcile",
    "twice",
    "lost",
];

fn row(name: &str, values: &[impl Display; 8]) -> String {
    values
        .iter()
        .fold(name.to_owned(), |row, value| format!("{row}{value:>10}"))
        + "\n"
}
