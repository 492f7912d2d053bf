//! The paying program. In: a journal that outlives it, and payments by number. Out: a line for each step and for each payment
//! that has ended. Never: anything kept for the next run of it but by the journal.

mod calls;
mod careless;
mod order;
mod payer;

pub use order::{Action, actions, key, reference};

use crate::ledger::{self, Ledger};
use crate::marks::{Marks, Place, say};
use crate::plan::Store;
use crate::seams::{MarkedJournal, MarkedTransport};
use anyhow::Context as _;
use oceafin_partner::{
    Client,
    calls::JournalUndecided,
    settings::{Budget, Policy},
    transport::ReqwestTransport,
};
use payer::Payer;
use sdkwright_journal::{Journal, Postgres, Sqlite};
use std::time::Duration;

/// Prefix of the number of a payment that has ended.
pub const ENDED: &str = "ended ";
/// The longest attempt, and the longest call.
const TIMEOUT: Duration = Duration::from_secs(3);
const DEADLINE: Duration = Duration::from_secs(6);

/// Settings of one run of the program.
#[derive(Debug, Clone, clap::Args)]
pub struct Settings {
    /// Store of the journal.
    #[arg(long)]
    pub store: Store,
    /// Its file, or its connection string.
    #[arg(long, default_value = "")]
    pub place: String,
    /// The name of this instance.
    #[arg(long, default_value = "payments-1")]
    pub instance: String,
    /// The first payment.
    #[arg(long)]
    pub from: u64,
    /// The payment behind the last one.
    #[arg(long)]
    pub to: u64,
    /// Customer that pays.
    #[arg(long)]
    pub customer: String,
    /// Bank account for withdrawals.
    #[arg(long)]
    pub account: String,
    /// Stops at a place and waits to be killed: `answered:2` passes it twice before.
    #[arg(long, value_parser = halt)]
    pub halt: Option<(Place, u64)>,
}

fn halt(text: &str) -> Result<(Place, u64), String> {
    let (place, passed) = text.split_once(':').ok_or("a place and a number")?;
    Ok((place.parse()?, passed.parse().map_err(|_| "no number")?))
}

/// Pays until all payments have ended.
pub fn run(settings: &Settings) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let marks = Marks::new(settings.halt);
    marks.set(Place::Starting);
    runtime.block_on(async {
        match settings.store {
            Store::Sqlite => {
                let journal = Journal::new(Sqlite::open(&settings.place)?)?;
                let ledger = ledger::in_file(&settings.place)?;
                pay(settings, &marks, journal, ledger).await
            }
            Store::Postgres => {
                let journal = Journal::new(Postgres::connect(&settings.place).await?)?;
                let ledger = ledger::in_database(&settings.place).await?;
                pay(settings, &marks, journal, ledger).await
            }
            Store::Nothing => {
                let client = client(&marks)?.without_journal().build()?;
                marks.set(Place::Before);
                careless::pay(settings, &client, &marks).await
            }
        }
    })
}

fn client(marks: &Marks) -> anyhow::Result<oceafin_partner::settings::Builder<Client, JournalUndecided>> {
    let transport = ReqwestTransport::new()?;
    let patience = Policy {
        base: Duration::from_millis(5),
        cap: Duration::from_millis(40),
        budget: Budget::UNLIMITED,
        ..Policy::default()
    };
    let builder = Client::builder().from_env();
    Ok(builder
        .transport(MarkedTransport(transport, marks.clone()))
        .retry(patience)
        .timeout(TIMEOUT)
        .deadline(DEADLINE))
}

async fn pay<S: sdkwright_journal::Store>(
    settings: &Settings,
    marks: &Marks,
    journal: Journal<S>,
    ledger: impl Ledger<S>,
) -> anyhow::Result<()> {
    let journal = journal.instance(settings.instance.as_str());
    let client = client(marks)?
        .journal(MarkedJournal {
            journal: journal.clone(),
            marks: marks.clone(),
            // Alone with its file, it is never too late for a change: the disk fails.
            stops: settings.store == Store::Sqlite,
        })
        .build()?;
    let mut payer = Payer::new(settings, client.clone(), journal.clone(), ledger, marks.clone());
    let mut open = payer.numbers();
    while !open.is_empty() {
        marks.set(Place::Resuming);
        journal.resume(&client).await.context("resume")?;
        marks.set(Place::Before);
        let mut left = Vec::new();
        for number in open {
            if payer.go_on(number).await? {
                say(&format!("{ENDED}{number}"));
            } else {
                left.push(number);
            }
        }
        open = left;
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}

/// Between two rounds.
const PAUSE: Duration = Duration::from_millis(5);
