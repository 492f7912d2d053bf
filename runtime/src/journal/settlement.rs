//! Settlements: the end of a call comes in, the result that a journal records goes out. Pure.
//!
//! No intent may be settled as done unless the contract describes the answer as its success.

use super::promise::Promise;
use super::success::Seen;
use crate::outcome::{Ending, Outcome, Role};
use crate::problem::{ProblemRow, RetryClass};

/// The settlement of an intent: the result that the journal records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settlement {
    /// The action happened.
    Executed {
        /// Status of the answer.
        status: u16,
        /// Ids in the answer, by their names in the contract; empty if the answer could not be read.
        ids: Vec<(String, String)>,
    },
    /// The action happened, but its answer does not match the contract: it was cut off, cannot be read, or comes from an
    /// intermediary. The same request under the same key gets the answer once more.
    CutOff {
        /// Status of the answer.
        status: u16,
    },
    /// The action did not happen and will not.
    NotExecuted {
        /// The problem code, or the status of an answer without one; `None` if nothing was sent.
        code: Option<String>,
        /// The server stores this answer under the key: another request needs another key.
        spent: bool,
    },
    /// The outcome is unknown.
    Unknown {
        /// Problem code or status of a server that refuses the request now and would refuse it again. The outcome can only be
        /// read from the server.
        refused: Option<String>,
    },
    /// The outcome is unknown, and by the corrected clock the server may have forgotten the key: nothing more was sent.
    Forgotten,
}

/// The end of a call.
#[derive(Debug)]
pub(crate) enum End<'e> {
    /// A complete 2xx answer. `is_confirmed` if the contract does not declare it, and a second one agreed with it.
    Answered { seen: Seen<'e>, is_confirmed: bool },
    /// An error.
    Failed(Failed<'e>),
}

/// The end of a failed call.
#[derive(Debug)]
pub(crate) struct Failed<'e> {
    pub(crate) outcome: Outcome,
    /// The ending of the last attempt.
    pub(crate) last: Option<Ending>,
    /// The last answer.
    pub(crate) answer: Option<Seen<'e>>,
    /// The problem code of the last answer.
    pub(crate) code: Option<&'e str>,
    /// The call ended because the server may have forgotten the key.
    pub(crate) is_past_retention: bool,
}

impl Settlement {
    /// Returns the settlement of an intent at the end of its call.
    pub(crate) fn of(end: &End<'_>, promise: &Promise) -> Self {
        let failed = match end {
            End::Answered { seen, is_confirmed } => return Self::read(promise, seen, *is_confirmed),
            End::Failed(failed) => failed,
        };
        match failed.outcome {
            Outcome::Unknown | Outcome::Executed if failed.is_past_retention => Self::Forgotten,
            Outcome::Executed => match (failed.last, &failed.answer) {
                // The answer exceeds the size limit.
                (Some(Ending::Success), Some(seen)) => Self::read(promise, seen, false),
                (Some(Ending::CutOff), Some(seen)) => Self::CutOff {
                    status: seen.status.as_u16(),
                },
                // The last answer may differ from that of an earlier attempt, whose success was lost.
                _ => Self::CutOff { status: 0 },
            },
            Outcome::NotExecuted => Self::NotExecuted {
                code: failed.answered(),
                spent: matches!(failed.last, Some(Ending::Answer(answer)) if answer.row.is_none_or(|row| row.stored || row.new_key)),
            },
            Outcome::Unknown => Self::Unknown {
                refused: failed.last.filter(is_for_good).and_then(|_| failed.answered()),
            },
        }
    }

    /// Returns the settlement of an intent that the journal sent again. No caller waits for this call, so no other call replaces
    /// it: unless the server refused it, its row stays open for the next recovery.
    pub(crate) fn of_replay(end: &End<'_>, promise: &Promise) -> Self {
        match (Self::of(end, promise), end) {
            (Self::NotExecuted { .. }, End::Failed(failed)) if !failed.is_refused() => Self::Unknown { refused: None },
            (settlement, _) => settlement,
        }
    }

    /// Derives the settlement from an answer that proves the action.
    fn read(promise: &Promise, seen: &Seen<'_>, is_confirmed: bool) -> Self {
        let status = seen.status.as_u16();
        let ids = (is_confirmed || promise.is_met(seen)).then(|| promise.read_ids(seen));
        ids.flatten()
            .map_or(Self::CutOff { status }, |ids| Self::Executed { status, ids })
    }
}

impl Failed<'_> {
    /// Returns the problem code of the last answer, or its status.
    fn answered(&self) -> Option<String> {
        let status = || self.answer.map(|seen| seen.status.as_u16().to_string());
        self.code.map(str::to_owned).or_else(status)
    }

    /// Returns `true` if the server examined the request and refused it. Missing connections, a busy server and rejected
    /// credentials return `false`.
    fn is_refused(&self) -> bool {
        let Some(Ending::Answer(answer)) = self.last else {
            return false;
        };
        let is_passing = |row: &ProblemRow| matches!(row.retry, RetryClass::Again | RetryClass::ResignOnce);
        match answer.row {
            _ if !answer.is_problem => false,
            Some(row) => row.stored || !(is_passing(row) || matches!(row.status, 401 | 403)),
            None => is_for_good(&Ending::Answer(answer)),
        }
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

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;
    use crate::journal::Success;
    use crate::json::Limits;
    use crate::outcome::FailureAnswer;

    const SEEN: Seen<'static> = Seen {
        status: StatusCode::CREATED,
        content_type: "application/json",
        body: Some(br#"{"thingId":"t-1","other":7}"#),
        limits: Limits::OWN,
    };

    fn promise(pointer: &str) -> Promise {
        Promise {
            ids: vec![("ThingId".into(), pointer.to_owned().into())],
            successes: Success::accepted(None),
            ..Promise::default()
        }
    }

    fn failed(outcome: Outcome, last: Ending) -> Failed<'static> {
        Failed {
            outcome,
            last: Some(last),
            answer: None,
            code: Some("NO"),
            is_past_retention: false,
        }
    }

    fn refusal(status: u16) -> Ending {
        Ending::Answer(FailureAnswer {
            creates: false,
            status,
            is_problem: true,
            code: None,
            row: None,
            role: Role::Plain,
            replayed: false,
        })
    }

    #[test]
    fn an_answer_is_settled_as_done_only_if_the_contract_describes_it() {
        let of = |seen, pointer| {
            Settlement::of(
                &End::Answered {
                    seen,
                    is_confirmed: false,
                },
                &promise(pointer),
            )
        };
        let ids = vec![("ThingId".to_owned(), "t-1".to_owned())];
        assert_eq!(of(SEEN, "/thingId"), Settlement::Executed { status: 201, ids });
        let cut_off = Settlement::CutOff { status: 201 };
        assert_eq!(of(SEEN, "/other"), cut_off, "an id that is no text");
        let page = Seen {
            content_type: "text/html",
            ..SEEN
        };
        assert_eq!(of(page, "/thingId"), cut_off, "a page of an intermediary");
    }

    #[test]
    fn an_error_settles_an_intent_by_its_outcome_and_its_last_answer() {
        use Outcome::{Executed, NotExecuted, Unknown};
        let code = || Some("NO".to_owned());
        for (failed, settlement) in [
            (
                failed(NotExecuted, refusal(422)),
                Settlement::NotExecuted {
                    code: code(),
                    spent: true,
                },
            ),
            (
                failed(NotExecuted, Ending::NotSent),
                Settlement::NotExecuted {
                    code: code(),
                    spent: false,
                },
            ),
            (failed(Unknown, refusal(422)), Settlement::Unknown { refused: code() }),
            (failed(Unknown, refusal(503)), Settlement::Unknown { refused: None }),
            (failed(Executed, Ending::NoAnswer), Settlement::CutOff { status: 0 }),
            (
                Failed {
                    is_past_retention: true,
                    ..failed(Unknown, Ending::NoAnswer)
                },
                Settlement::Forgotten,
            ),
        ] {
            let end = End::Failed(failed);
            assert_eq!(Settlement::of(&end, &Promise::default()), settlement, "{end:?}");
        }
    }

    #[test]
    fn a_replay_that_no_server_refused_leaves_its_row_open() {
        let of = |last| Settlement::of_replay(&End::Failed(failed(Outcome::NotExecuted, last)), &Promise::default());
        assert_eq!(of(Ending::NotSent), Settlement::Unknown { refused: None });
        assert_eq!(of(refusal(403)), Settlement::Unknown { refused: None });
        assert!(matches!(of(refusal(422)), Settlement::NotExecuted { .. }));
    }
}
