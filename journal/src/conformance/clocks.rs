//! Rules about instants that were written down by another clock than today's.

use sdkwright_runtime::clock::Moment;
use sdkwright_runtime::journal::{Intent, Journal as _, JournalRefusal, SendTimes, Settlement, Verdict};

use super::common::{Checked, NOW, again, ensure, fail, intent, of, refused, sent, settle, state};
use crate::journal::Journal;
use crate::state::State;
use crate::store::Store;

pub(super) async fn a_clock_that_was_corrected_is_written_down_and_recognised<S: Store>(
    journal: &Journal<S>,
) -> Checked {
    const HOUR: i64 = 3600;
    let by = |key: &str, at: i64, offset: Option<i64>| Intent {
        offset,
        ..intent(key, key, at)
    };
    // The clock was five hours ahead, and was corrected in the middle of the call.
    let claim = sent(journal, by("k", NOW + 5 * HOUR, None)).await?;
    let first = Some(Moment::from(NOW + 5 * HOUR).corrected(-5 * HOUR));
    let followed = journal
        .follow(claim.clone().with(SendTimes { first, last: None }))
        .await;
    followed.map_err(|error| error.to_string())?;
    let record = of(journal)?.show("k").await.map_err(|error| error.to_string())?;
    ensure(&record.and_then(|record| record.first_sent), &first)?;
    // The program ends, the clock is set right, and the next run does not know the old offset.
    drop(claim);
    drop(again(journal, by("k", NOW + 22 * HOUR, None)).await?);
    let late = refused(journal, by("k", NOW + 23 * HOUR, None)).await?;
    ensure(&late, &JournalRefusal::Retention)?;
    // A row written with another clock offset than the current one is looked up, whatever its age.
    for (key, then, now, is_again) in [
        ("same", Some(2 * HOUR), Some(2 * HOUR), true),
        ("unconfirmed", Some(2 * HOUR), None, true),
        ("near", None, Some(HOUR), true),
        ("another", Some(0), Some(2 * HOUR), false),
        ("unknown", None, Some(-2 * HOUR), false),
    ] {
        drop(sent(journal, by(key, NOW, then)).await?);
        match journal.begin(by(key, NOW + 1, now)).await {
            Ok(Verdict::Again { .. }) if is_again => {}
            Ok(Verdict::Refused(JournalRefusal::Retention)) if !is_again => {}
            other => return fail((key, other)),
        }
    }
    // In the middle of a call the corrected clock shows that the server may have forgotten the key.
    let claim = sent(journal, by("forgotten", NOW, None)).await?;
    settle(journal, claim, Settlement::Forgotten).await?;
    ensure(&state(journal, "forgotten").await?, &Some(State::Reconcile))
}
