//! The rule of stores that outlive their process: a store that is opened again has all rows.

use std::future::Future;

use sdkwright_runtime::journal::JournalRefusal;

use super::common::{NOW, SuiteResult, UNKNOWN, about, again, ensure, executed, intent, refused, sent, settle, state};
use crate::error::StoreError;
use crate::journal::Journal;
use crate::store::{State, Store};

/// The first store stays open until the second one has been read, as after a crash: closing it must not be what writes the rows.
pub(super) async fn what_is_written_outlives_its_store<S, F>(open: impl Fn() -> F) -> SuiteResult
where
    S: Store,
    F: Future<Output = Result<S, StoreError>>,
{
    let first = Journal::new(open().await?)?;
    let claim = sent(&first, about("begun", "s")).await?;
    ensure(&first.record(intent("recorded", "b", NOW)).await?, &Ok(()))?;
    let settled = sent(&first, intent("settled", "c", NOW)).await?;
    settle(&first, settled, executed()).await?;
    let second = Journal::new(open().await?)?;
    ensure(&state(&second, "begun").await?, &Some(State::Open))?;
    ensure(&state(&second, "recorded").await?, &Some(State::Open))?;
    ensure(&state(&second, "settled").await?, &Some(State::Executed))?;
    let leased = JournalRefusal::Leased { until: NOW + 60 };
    ensure(&refused(&second, about("begun", "s")).await?, &leased)?;
    let taken = JournalRefusal::AnotherKey {
        key: "begun".to_owned(),
    };
    ensure(&refused(&second, about("other", "s")).await?, &taken)?;
    settle(&first, claim, UNKNOWN).await?;
    drop((first, second));
    let mut later = about("begun", "s");
    later.at += 61;
    let third = Journal::new(open().await?)?;
    let (_, first_sent) = again(&third, later).await?;
    ensure(&first_sent, &NOW)
}
