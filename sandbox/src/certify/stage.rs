//! In: the requests of one round, as they come and are answered. Out: the trouble of each, a record with times, and the kill
//! where one is planned. Never: a judgement.

use super::fault::{Coming, InjectedFault, Side};
use super::process::Process;
use crate::record::{self, Call, Contract, Forced, Request};
use std::collections::HashMap;
use std::io;
use std::process::ExitStatus;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A request as it came, and its answer.
#[derive(Debug, Clone)]
pub(crate) struct Recorded {
    /// Number of the program's start, counted from 1.
    pub(crate) start: usize,
    /// Time since the round began.
    pub(crate) at: Duration,
    /// Time at which it was answered.
    pub(crate) answered: Duration,
    /// `true` if the program got the whole answer.
    pub(crate) is_heard: bool,
    pub(crate) call: Call,
}

/// A request without an answer.
#[derive(Debug)]
struct Open {
    number: usize,
    start: usize,
    at: Duration,
    is_heard: bool,
    head: (String, String, Vec<(String, String)>),
}

#[derive(Debug, Default)]
struct Record {
    start: usize,
    requests: usize,
    /// Number of calls at each target.
    times: HashMap<String, u64>,
    first: Option<String>,
    open: Vec<Open>,
    calls: Vec<Recorded>,
    last: Duration,
    /// The time of a planned kill, once it is known.
    due: Option<Instant>,
    /// True for a start that the planned kill ended.
    was_killed: bool,
}

/// One round while it runs.
#[derive(Debug)]
pub(crate) struct Stage {
    contract: Arc<Contract>,
    trouble: InjectedFault,
    begun: Instant,
    record: Mutex<Record>,
    program: Mutex<Option<Process>>,
}

impl Stage {
    pub(crate) fn new(contract: Arc<Contract>, trouble: InjectedFault) -> Self {
        Self {
            contract,
            trouble,
            begun: Instant::now(),
            record: Mutex::default(),
            program: Mutex::default(),
        }
    }

    /// Starts the program; requests are of this start from now on.
    pub(crate) fn start(&self, start: impl FnOnce() -> io::Result<Process>) -> io::Result<()> {
        // Held until the program is known, so that a kill finds it.
        let mut program = locked(&self.program);
        {
            let mut record = locked(&self.record);
            record.start += 1;
            record.was_killed = false;
            record.last = self.begun.elapsed();
            if record.start == 1 {
                record.due = self.due_behind(0);
            }
        }
        *program = Some(start()?);
        Ok(())
    }

    /// The exit status, if the program has ended.
    pub(crate) fn ended(&self) -> Option<ExitStatus> {
        locked(&self.program).as_mut()?.ended()
    }

    /// Kills the program, if it still runs.
    pub(crate) fn kill(&self) {
        if let Some(process) = locked(&self.program).as_mut() {
            process.kill();
        }
    }

    /// Returns `true` if the planned kill ended this start.
    pub(crate) fn was_killed(&self) -> bool {
        locked(&self.record).was_killed
    }

    /// The time of the planned kill, if it is one behind this request.
    fn due_behind(&self, number: usize) -> Option<Instant> {
        match self.trouble {
            InjectedFault::Killed {
                call,
                side: Side::Within(wait),
            } if call == number => Some(Instant::now() + wait),
            _ => None,
        }
    }

    /// Kills the program where that is due, or else returns the time until then.
    pub(crate) fn kill_if_due(&self) -> Option<Duration> {
        let wait = {
            let mut record = locked(&self.record);
            let wait = record.due?.saturating_duration_since(Instant::now());
            if wait.is_zero() {
                record.due = None;
                // Answers that were under way may not have arrived.
                record.open.iter_mut().for_each(|open| open.is_heard = false);
            }
            wait
        };
        if wait.is_zero() {
            self.kill_as_planned();
        }
        Some(wait)
    }

    fn kill_as_planned(&self) {
        locked(&self.record).was_killed = true;
        self.kill();
    }

    /// Time since the last request came, or since the program was started.
    pub(crate) fn quiet(&self) -> Duration {
        self.begun.elapsed().saturating_sub(locked(&self.record).last)
    }

    /// The requests that were answered, oldest first.
    pub(crate) fn calls(&self) -> Vec<Recorded> {
        locked(&self.record).calls.clone()
    }

    /// A request comes.
    pub(crate) fn come(&self, request: &Request) -> Forced {
        let (forced, is_last) = self.note(request);
        if is_last {
            self.kill_as_planned();
        }
        forced
    }

    fn note(&self, request: &Request) -> (Forced, bool) {
        let mut record = locked(&self.record);
        let operation = record::operation(&self.contract, request).map(|operation| operation.id.as_str());
        let header = self.contract.extensions.idempotency.as_ref().map(|rules| &rules.header);
        let key = header.and_then(|header| request.header(header));
        // A program that takes a new key each time meets the trouble of a target only once, too.
        let name = format!("{} {}", request.method, request.target);
        let is_first = *record.first.get_or_insert_with(|| name.clone()) == name;
        let times = record.times.entry(name).or_default();
        *times += 1;
        let coming = Coming {
            operation,
            is_keyed: key.is_some(),
            is_first,
            nth: *times,
        };
        record.requests += 1;
        record.last = self.begun.elapsed();
        let number = record.requests;
        let side = match self.trouble {
            InjectedFault::Killed { call, side } if call == number => Some(side),
            // A program that is faster than in the first round is killed at its next request.
            InjectedFault::Killed { call, .. } if call + 1 == number && record.due.take().is_some() => {
                Some(Side::Before)
            }
            _ => None,
        };
        record.due = self.due_behind(number).or(record.due);
        let forced = self.trouble.of(&coming);
        let is_within = matches!(side, Some(Side::Within(_)));
        let is_before = side == Some(Side::Before);
        let forced = Forced {
            drop: forced.drop.or(is_before.then_some(true)),
            ..forced
        };
        let open = Open {
            number,
            start: record.start,
            at: record.last,
            is_heard: forced.drop.is_none() && !forced.truncate && (side.is_none() || is_within),
            head: head(&request.method, &request.target, &request.headers),
        };
        record.open.push(open);
        (forced, is_before)
    }

    /// A request was answered; its program has no answer yet.
    pub(crate) fn answered(&self, call: &Call) {
        let number = {
            let mut record = locked(&self.record);
            let now = self.begun.elapsed();
            let head = head(&call.method, &call.target, &call.headers);
            let Some(at) = record.open.iter().position(|open| open.head == head) else {
                return;
            };
            let open = record.open.remove(at);
            record.last = now;
            record.calls.push(Recorded {
                start: open.start,
                at: open.at,
                answered: now,
                is_heard: open.is_heard,
                call: call.clone(),
            });
            open.number
        };
        let planned = InjectedFault::Killed {
            call: number,
            side: Side::After,
        };
        if self.trouble == planned {
            self.kill_as_planned();
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn head(method: &str, target: &str, headers: &[(String, String)]) -> (String, String, Vec<(String, String)>) {
    (method.to_owned(), target.to_owned(), headers.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_faster_than_before_is_killed_at_its_next_request() {
        let contract = "{ openapi: 3.0.3, info: { title: A, version: '1' }, paths: { /a: { get: { operationId: a, responses: {} } } } }";
        let contract = Contract::read(contract).unwrap();
        let killed = InjectedFault::Killed {
            call: 1,
            side: Side::Within(Duration::from_hours(1)),
        };
        let stage = Stage::new(Arc::new(contract), killed);
        let request = Request {
            method: "GET".to_owned(),
            target: "/a".to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
        };
        assert!(stage.come(&request).drop.is_none() && !stage.was_killed());
        assert_eq!(stage.come(&request).drop, Some(true));
        assert!(stage.was_killed());
    }
}
