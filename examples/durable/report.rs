//! The table of all kills: what became of each payout, by the sandbox.

use std::collections::{BTreeMap, BTreeSet};

use sdkwright_sandbox_server::Running;

use super::Result;

/// The errors of workflows that ended without a payment, or leave it to a person.
pub(super) const REFUSALS: [&str; 2] = ["not executed:", "look it up:"];

/// The kills of a kind, and the payouts that they interrupted.
#[derive(Default)]
pub(super) struct Kills {
    pub(super) count: usize,
    pub(super) payouts: BTreeSet<String>,
}

/// The executed actions of a payout, by the sandbox.
#[derive(Default)]
struct Executed {
    drafts: usize,
    submissions: usize,
}

fn executed(server: &Running) -> BTreeMap<String, Executed> {
    let (mut payouts, mut owners) = (BTreeMap::<String, Executed>::new(), BTreeMap::new());
    for effect in server.effects() {
        let withdrawal = effect.resource.unwrap_or_default();
        if effect.operation.starts_with("createPartnerFiatWithdrawal") {
            // A mutant adds the attempt to the id of the payout.
            let reference = effect.subject.last().cloned().unwrap_or_default();
            let id = reference.split(':').next().unwrap_or_default().to_owned();
            owners.insert(withdrawal, id.clone());
            payouts.entry(id).or_default().drafts += 1;
        } else if let Some(id) = owners.get(&withdrawal) {
            payouts.entry(id.clone()).or_default().submissions += 1;
        }
    }
    payouts
}

/// The payouts of a row by their ends.
#[derive(Default)]
struct Ends {
    paid: usize,
    doubles: usize,
    lost: usize,
    refused: usize,
    stuck: usize,
}

impl Ends {
    fn add(&mut self, executed: &Executed, result: &std::result::Result<String, String>) {
        let is_completed = result.as_ref().is_ok_and(|text| text.contains("COMPLETED"));
        let refusal = |text: &str| result.as_ref().is_err_and(|errors| errors.contains(text));
        let end = match executed.submissions {
            _ if executed.submissions > 1 || executed.drafts > 1 => &mut self.doubles,
            0 if is_completed => &mut self.lost,
            1 if refusal(REFUSALS[0]) => &mut self.lost,
            _ if is_completed => &mut self.paid,
            _ if REFUSALS.into_iter().any(refusal) => &mut self.refused,
            _ => &mut self.stuck,
        };
        *end += 1;
    }
}

/// Prints a row for each kind of kill, and fails unless each payout was paid once.
pub(super) fn report(
    name: &str,
    kills: usize,
    server: &Running,
    ended: &BTreeMap<String, std::result::Result<String, String>>,
    mut done: BTreeMap<&'static str, Kills>,
) -> Result<()> {
    for (id, result) in ended {
        if let Err(error) = result {
            println!("{id}: {error}");
        }
    }
    let executed = executed(server);
    let payouts = ended.keys().cloned().collect();
    done.insert("in total", Kills { count: kills, payouts });
    println!("| engine | kind | kills | payouts | paid | doubles | lost | refused | stuck |");
    println!("|---|---|---:|---:|---:|---:|---:|---:|---:|");
    let (none, mut all) = (Executed::default(), Ends::default());
    for (kind, kills) in &done {
        let mut ends = Ends::default();
        for (id, result) in ended.iter().filter(|(id, _)| kills.payouts.contains(*id)) {
            ends.add(executed.get(id).unwrap_or(&none), result);
        }
        let Ends {
            paid,
            doubles,
            lost,
            refused,
            stuck,
        } = ends;
        let (count, payouts) = (kills.count, kills.payouts.len());
        println!("| {name} | {kind} | {count} | {payouts} | {paid} | {doubles} | {lost} | {refused} | {stuck} |");
        if *kind == "in total" {
            all = ends;
        }
    }
    if all.doubles + all.lost + all.stuck > 0 || all.paid == 0 {
        return Err(format!(
            "doubles: {}, lost: {}, stuck: {}, paid: {}",
            all.doubles, all.lost, all.stuck, all.paid
        )
        .into());
    }
    Ok(())
}
