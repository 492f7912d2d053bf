//! A call and its journal: asks the journal before the first attempt, and tells it the end after the last one. Nothing may be
//! sent that was not recorded.
//!
//! Calls without an effect, without a key, or of a client without a journal are not recorded. A dropped call leaves its intent
//! open, since its outcome is unknown.

use std::sync::Arc;

use super::attempts::attempts;
use super::core::Core;
use super::delivered::Delivered;
use super::recorded;
use crate::call::Carried;
use crate::clock::Moment;
use crate::error::{Error, Failure, Trouble};
use crate::journal::{Booked, JournalRefusal, Settlement, Verdict};
use crate::outcome::Outcome;
use crate::refusal::Refusal;

/// Sends a call to its end, with the permission of the journal if there is one.
pub(crate) async fn exchange(core: Core, carried: Box<Carried>) -> Result<Delivered, Error> {
    if core.shared().journal.is_none() {
        let is_forgotten = carried.trail.mark.is_some() && carried.trail.timing.is_forgotten(&core);
        return if is_forgotten {
            Err(forgotten(&core, carried))
        } else {
            attempts(core, carried).await
        };
    }
    Box::pin(journaled(core, carried)).await
}

/// Returns the error of a call that is not sent because the server would treat its key as new, and act a second time.
fn forgotten(core: &Core, carried: Box<Carried>) -> Error {
    let why =
        "the key was first sent longer ago than the server stores keys: look the action up by your reference instead";
    not_sent(core, carried, Refusal::Resend(why), Outcome::Unknown)
}

async fn journaled(core: Core, mut carried: Box<Carried>) -> Result<Delivered, Error> {
    let journal = core.shared().journal.clone();
    // The row is sealed with the client's current secret.
    core.refresh_secrets().await;
    let (Some(journal), Some(intent)) = (journal, recorded::intent_of(&core, &carried.prepared)) else {
        return attempts(core, carried).await;
    };
    let trail = &mut carried.trail;
    let now = Moment {
        at: intent.at,
        offset: intent.offset,
    };
    let claim = match journal.begin(intent).await {
        Ok(Verdict::Send(claim)) => {
            trail.timing.begins(now);
            if let Some(code) = claim.refused() {
                trail.history = std::mem::take(&mut trail.history).after_refusal(code);
            }
            claim
        }
        Ok(Verdict::Again { claim, first_sent }) => {
            trail.history = std::mem::take(&mut trail.history).after_others();
            trail.timing.was_sent(first_sent);
            claim
        }
        Ok(Verdict::Refused(refused)) => return Err(refuse(&core, carried, refused)),
        Err(error) => return Err(refuse(&core, carried, JournalRefusal::Failed(error))),
    };
    trail.timing.kept(Arc::clone(&journal), claim.clone());
    let promise = carried.prepared.promise.clone();
    let ended = attempts(core, carried).await;
    let settlement = Settlement::of(&recorded::end(&ended), &promise);
    match journal.settle(claim.with(recorded::sent(&ended)), settlement).await {
        Ok(Booked::Written) => ended,
        Ok(Booked::OfAnotherKey) => ended.and_then(|delivered| Err(delivered.of_another_key())),
        Err(error) => {
            // The caller gets the answer all the same. The row still says that the outcome is unknown, and a later recovery
            // requests it again.
            tracing::error!(%error, "the journal could not record the outcome of an action");
            ended
        }
    }
}

/// Returns the error of a call that is not sent. It keeps the call, which can resume once the reason is gone.
fn refuse(core: &Core, mut carried: Box<Carried>, refused: JournalRefusal) -> Error {
    let outcome = match &refused {
        JournalRefusal::Failed(error) if error.is_unsent => Outcome::NotExecuted,
        JournalRefusal::Executed { .. } => Outcome::Executed,
        _ => Outcome::Unknown,
    };
    if outcome != Outcome::NotExecuted {
        carried.trail.history = std::mem::take(&mut carried.trail.history).after_others();
    }
    not_sent(core, carried, Refusal::Journal(refused), outcome)
}

fn not_sent(core: &Core, carried: Box<Carried>, refusal: Refusal, outcome: Outcome) -> Error {
    let at = core.local_seconds();
    Failure::of(Trouble::Refused(refusal), None, None, carried, at, core.api().support)
        .at_least(outcome)
        .into()
}
