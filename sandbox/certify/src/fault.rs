//! In: the number of a request in its round, and how often it came before. Out: what goes wrong with it. Never: chance; the same
//! round is the same each time.

use sdkwright_sandbox_server::record::{Newer, RequestedFaults, RequestedRefusal};
use std::time::Duration;

/// The fault of one round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum InjectedFault {
    /// Nothing goes wrong.
    None,
    /// Every list has several pages.
    Pages,
    /// Answers have more members, or unknown states.
    Newer(Newer),
    /// The server's clock is so many seconds ahead, or behind.
    Clock(i64),
    /// Forged, repeated and unknown deliveries come.
    Deliveries,
    /// The first answer at every target gets lost, the second one to a call with a key is cut off.
    Lost,
    /// The first call at every target is refused with this code, and with a time to wait.
    Busy(String),
    /// A proxy answers the first call three times that the server is down.
    Down,
    /// This operation is refused with this code.
    Refused { operation: String, code: String },
    /// The program is killed at this call.
    Killed { call: usize, side: KillMoment },
}

/// The moment of a kill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KillMoment {
    /// The server has not seen the request yet.
    Before,
    /// The server has carried it out, and the program has no answer.
    After,
    /// So long behind the request, or behind the start of the program if its number is 0; at the latest when the next one comes.
    Within(Duration),
}

/// A request as it comes.
#[derive(Debug)]
pub(crate) struct IncomingRequest<'a> {
    pub(crate) operation: Option<&'a str>,
    pub(crate) is_keyed: bool,
    /// True for calls at the target of the first call.
    pub(crate) is_first: bool,
    /// Number of calls at this target.
    pub(crate) nth: u64,
}

impl InjectedFault {
    /// The name of the round.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::None => "plain",
            Self::Pages => "pages",
            Self::Newer(Newer::Members) => "members",
            Self::Newer(Newer::Values) => "values",
            Self::Clock(0..) => "clock",
            Self::Clock(_) => "behind",
            Self::Deliveries => "deliveries",
            Self::Lost => "lost",
            Self::Busy(_) => "busy",
            Self::Down => "down",
            Self::Refused { .. } => "refused",
            Self::Killed { .. } => "killed",
        }
    }

    /// The fault in a sentence.
    pub(crate) fn about(&self) -> String {
        match self {
            Self::None => "There are no faults.".to_owned(),
            Self::Pages => "Every list has several pages; the first one may be empty.".to_owned(),
            Self::Newer(Newer::Members) => "Responses have members that are not in the contract.".to_owned(),
            Self::Newer(Newer::Values) => {
                "While only the owner can act, the status is a value that is not in the contract. So are values of other enumerations that the application did not send; in lists, those of the last item."
                    .to_owned()
            }
            Self::Clock(seconds) => {
                let side = if *seconds < 0 { "behind" } else { "ahead" };
                format!("The server's clock is {} seconds {side}.", seconds.unsigned_abs())
            }
            Self::Deliveries => "Genuine, repeated, forged, stale and unknown webhooks arrive.".to_owned(),
            Self::Lost => {
                "The first response of every target is lost; the second response to a call with a key is cut off.".to_owned()
            }
            Self::Busy(code) => format!("The first call to every target is refused with {code} and `Retry-After`."),
            Self::Down => "A proxy responds to the first call three times with 503.".to_owned(),
            Self::Refused { operation, code } => format!("{operation} is refused once with {code}."),
            Self::Killed { call, side } => {
                let side = match side {
                    KillMoment::Before => "before the server has it",
                    KillMoment::After => "after the server has executed it",
                    KillMoment::Within(wait) if *call == 0 => {
                        return format!(
                            "The application is killed {} ms after its start, and restarted.",
                            wait.as_millis()
                        );
                    }
                    KillMoment::Within(wait) => &format!("{} ms after it", wait.as_millis()),
                };
                format!("The application is killed at its request {call}, {side}, and restarted.")
            }
        }
    }

    /// Returns `true` for faults, after which a program is started again.
    pub(crate) const fn is_fault(&self) -> bool {
        matches!(self, Self::Lost | Self::Busy(_) | Self::Down | Self::Killed { .. })
    }

    /// Returns what goes wrong with a request.
    pub(crate) fn faults(&self, coming: &IncomingRequest<'_>) -> RequestedFaults {
        let mut fault = RequestedFaults::default();
        match self {
            Self::Newer(newer) => fault.newer = Some(*newer),
            Self::Lost if coming.nth == 1 => fault.drop = Some(false),
            Self::Lost if coming.nth == 2 && coming.is_keyed => fault.truncate = true,
            Self::Busy(code) if coming.nth == 1 => fault.refusal = Some(RequestedRefusal::Code(code.clone())),
            Self::Down if coming.is_first && coming.nth <= 3 => fault.page = Some(503),
            Self::Refused { operation, code } if coming.operation == Some(operation) && coming.nth == 1 => {
                fault.refusal = Some(RequestedRefusal::Code(code.clone()));
            }
            _ => {}
        }
        fault
    }
}
