//! Settlements: the answer or the error at the end of a call comes in, the settlement of its intent for the journal goes out.
//! Pure.
//!
//! No intent may be settled as done unless the contract describes the answer as its success.

use super::Delivered;
use super::exchange;
use crate::error::Error;
use crate::journal::{Seen, SendTimes, Settlement, Success, is_success};
use crate::json::{self, Value};
use crate::outcome::{Ending, Outcome, Role};
use crate::problem::{ProblemRow, RetryClass};
use crate::request::{Act, Prepared};

/// Returns the instants at which the request was sent.
pub(super) fn sent(ended: &Result<Delivered, Error>) -> SendTimes {
    let carried = match ended {
        Ok(delivered) => Some(&*delivered.carried),
        Err(error) => error.carried(),
    };
    carried.map(|carried| carried.trail.timing.sent()).unwrap_or_default()
}

/// The contract's description of an answer of success.
#[derive(Default)]
pub(super) struct Promise {
    pub(super) ids: Vec<(String, String)>,
    pub(super) successes: Vec<Success>,
}

impl Promise {
    pub(super) fn of(act: &Act) -> Self {
        let owned = |(name, at): &(&str, &str)| ((*name).to_owned(), (*at).to_owned());
        Self {
            ids: act.ids.iter().map(owned).collect(),
            successes: act.successes.clone(),
        }
    }

    /// Derives the settlement from an answer of success.
    fn read(&self, seen: &Seen<'_>) -> Settlement {
        let status = seen.status.as_u16();
        if !is_success(&self.successes, seen) {
            return Settlement::CutOff { status };
        }
        match read_ids(seen, &self.ids) {
            Some(ids) => Settlement::Executed { status, ids },
            None => Settlement::CutOff { status },
        }
    }
}

/// Returns the settlement of the intent at the end of its call.
pub(super) fn settlement(ended: &Result<Delivered, Error>, promise: &Promise) -> Settlement {
    let error = match ended {
        Ok(delivered) => return promise.read(&delivered.seen()),
        Err(error) => error,
    };
    let last = error.carried().and_then(|carried| carried.trail.history.last());
    match error.outcome() {
        Outcome::Unknown | Outcome::Executed if error.is_past_retention() => Settlement::Forgotten,
        Outcome::Executed => match (last, error.reply()) {
            // The answer exceeds the size limit: only the start of its body was read.
            (Some(Ending::Success), Some(reply)) => promise.read(&reply.seen(None)),
            (Some(Ending::CutOff), Some(reply)) => Settlement::CutOff {
                status: reply.status.as_u16(),
            },
            // The last answer may differ from that of an earlier attempt, whose success was lost.
            _ => Settlement::CutOff { status: 0 },
        },
        Outcome::NotExecuted => Settlement::NotExecuted {
            code: answered(error),
            spent: matches!(last, Some(Ending::Answer(answer)) if answer.row.is_none_or(|row| row.stored || row.new_key)),
        },
        Outcome::Unknown => Settlement::Unknown {
            refused: last.filter(|last| is_for_good(last)).and_then(|_| answered(error)),
        },
    }
}

/// Returns `Some(true)` if the contract describes this answer as success, and `None` if it describes no success for the call.
pub(super) fn is_promised(prepared: &Prepared, seen: &exchange::Seen) -> Option<bool> {
    let (act, reply) = (prepared.act.as_ref()?, seen.reply.as_ref()?);
    // Only the start of a body beyond the size limit was read.
    let is_whole = seen.incoming.is_none() && !seen.is_final;
    Some(is_success(
        &act.successes,
        &reply.seen(is_whole.then_some(&*reply.body)),
    ))
}

/// Returns the problem code of the last answer, or its status.
fn answered(error: &Error) -> Option<String> {
    let status = || error.status().map(|status| status.as_u16().to_string());
    error.code().map(str::to_owned).or_else(status)
}

/// Returns `true` if the server examined the request and refused it. Missing connections, a busy server and rejected
/// credentials return `false`.
pub(super) fn is_refused(ended: &Result<Delivered, Error>) -> bool {
    let carried = ended.as_ref().err().and_then(Error::carried);
    let Some(Ending::Answer(answer)) = carried.and_then(|carried| carried.trail.history.last()) else {
        return false;
    };
    let is_passing = |row: &ProblemRow| matches!(row.retry, RetryClass::Again | RetryClass::ResignOnce);
    match answer.row {
        _ if !answer.is_problem => false,
        Some(row) => row.stored || !(is_passing(row) || matches!(row.status, 401 | 403)),
        None => is_for_good(&Ending::Answer(*answer)),
    }
}

/// Returns `true` if the server would refuse the same request again, whatever it did before.
fn is_for_good(ending: &Ending) -> bool {
    let Ending::Answer(answer) = ending else {
        return false;
    };
    // An answer of an intermediary is no refusal: the server may never have received the request.
    if answer.role != Role::Plain || !answer.is_problem {
        return false;
    }
    match answer.row {
        Some(row) => row.stored,
        None => (400..500).contains(&answer.status) && !matches!(answer.status, 401 | 403 | 408 | 425 | 429),
    }
}

/// Reads the ids of an answer. Returns `None` if an id is present and cannot be read.
fn read_ids(seen: &Seen<'_>, ids: &[(String, String)]) -> Option<Vec<(String, String)>> {
    let read = |root: Value<'_>| {
        let mut found = Vec::new();
        for (name, pointer) in ids {
            if let Some(value) = root.at(pointer).filter(|value| !value.is_null()) {
                found.push((name.clone(), value.as_str()?.to_owned()));
            }
        }
        Some(found)
    };
    // A body that is not JSON has no ids.
    json::inspect(seen.body.unwrap_or_default(), &seen.limits, 0, read).unwrap_or_else(|| Some(Vec::new()))
}
