//! The paying program. In: a journal that outlives it, and payments by number. Out: a line for each step and for each payment
//! that has ended. Never: anything kept for the next run of it but by the journal.

mod calls;
mod careless;
mod order;
mod payer;

pub use order::{ATTEMPTS, Action, actions, key, reference};

use crate::clock::Setting;
use crate::ledger::{self, Ledger};
use crate::marks::{Marks, Place, say};
use crate::plan::Store;
use crate::seams::{Ahead, MarkedJournal, MarkedTransport};
use anyhow::Context as _;
use oceafin_partner::{
    Client, Error,
    calls::JournalUndecided,
    settings::{Budget, Policy},
    transport::ReqwestTransport,
};
use payer::{Payer, Stand};
use sdkwright_journal::{Journal, Postgres, Sqlite};
use std::time::{Duration, Instant};

/// Prefix of the number of a payment that has ended.
pub const ENDED: &str = "ended ";
/// Prefix of the key of an intent that has to be looked up.
pub const LOOKED_UP: &str = "looked-up ";

/// The end of a run that cannot finish: the server refuses to tell the result of an action as long as it knows its key.
pub const STUCK: u8 = 3;

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
    /// Seconds by which the program's clock is ahead of the system's.
    #[arg(long, default_value_t = 0, allow_hyphen_values = true)]
    pub ahead: i64,
    /// Sets that clock once: `20:-3600` after 20 readings, an hour behind the system's.
    #[arg(long, value_parser = jump)]
    pub jump: Option<(u64, i64)>,
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

fn jump(text: &str) -> Result<(u64, i64), String> {
    let (readings, ahead) = text.split_once(':').ok_or("readings and seconds")?;
    let wrong = |_| "no number".to_owned();
    Ok((readings.parse().map_err(wrong)?, ahead.parse().map_err(wrong)?))
}

/// Pays until all payments have ended; returns `false` if they cannot end.
pub fn run(settings: &Settings) -> anyhow::Result<bool> {
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
                let client = client(settings, &marks)?.without_journal().build()?;
                marks.set(Place::Before);
                careless::pay(settings, &client, &marks).await?;
                Ok(true)
            }
        }
    })
}

fn client(
    settings: &Settings,
    marks: &Marks,
) -> anyhow::Result<oceafin_partner::settings::Builder<Client, JournalUndecided>> {
    let transport = ReqwestTransport::new()?;
    let patience = Policy {
        base: Duration::from_millis(5),
        cap: Duration::from_millis(40),
        budget: Budget::UNLIMITED,
        ..Policy::default()
    };
    let clock = Setting {
        ahead: settings.ahead,
        jump: settings.jump,
    };
    let builder = Client::builder().from_env();
    Ok(builder
        .transport(MarkedTransport(transport, marks.clone()))
        .clock(Ahead::new(clock))
        .retry(patience)
        .timeout(TIMEOUT)
        .deadline(DEADLINE))
}

async fn pay<S: sdkwright_journal::Store>(
    settings: &Settings,
    marks: &Marks,
    journal: Journal<S>,
    ledger: impl Ledger<S>,
) -> anyhow::Result<bool> {
    let journal = journal.instance(settings.instance.as_str());
    let client = client(settings, marks)?
        .journal(MarkedJournal(journal.clone(), marks.clone()))
        .build()?;
    let mut payer = Payer::new(settings, client.clone(), journal.clone(), ledger, marks.clone());
    let mut open = payer.numbers();
    let (mut vain, mut since) = (0, Instant::now());
    while !open.is_empty() {
        marks.set(Place::Resuming);
        let resumed = journal.resume(&client).await.context("resume")?;
        marks.set(Place::Before);
        let before = open.len();
        let open_ones = resumed.open.iter().map(|(key, _)| key);
        let asked: Vec<&String> = open_ones.chain(resumed.leased.iter().map(|(key, _)| key)).collect();
        let mut answers = resumed.open.iter().any(|(_, error)| is_answered(error));
        let (mut left, mut is_left) = (Vec::new(), true);
        for number in open {
            match payer.go_on(number).await? {
                Stand::Ended => {
                    say(&format!("{ENDED}{number}"));
                    continue;
                }
                Stand::Asked(key) => is_left &= asked.contains(&&key),
                Stand::Waits => answers = true,
                Stand::Going => is_left = false,
            }
            left.push(number);
        }
        // True if every payment of this program was sent by one of the two programs, without a conclusive answer. Other open
        // intents belong to the other program, which may have more payments.
        is_left &= left.len() == before;
        vain = if is_left { vain + u32::from(answers) } else { 0 };
        if !is_left {
            since = Instant::now();
        }
        // Leased intents get more time: by a clock that is behind, a lease seems to last much longer.
        if vain == PATIENCE || since.elapsed() > DEADLINE * if vain > 0 { 2 } else { 4 } {
            return Ok(false);
        }
        open = left;
        tokio::time::sleep(PAUSE).await;
    }
    Ok(true)
}

/// Returns `true` if the server answered, with the same answer each time: a refusal, or a success without information.
fn is_answered(error: &Error) -> bool {
    error.code().is_some() || error.status().is_some_and(|status| status.is_success())
}

/// Between two rounds.
const PAUSE: Duration = Duration::from_millis(5);
/// Number of identical lookups without a result, unless they take longer than two calls may.
const PATIENCE: u32 = 40;
