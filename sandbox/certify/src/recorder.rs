//! In: a command line, the fault of a round, and the requests of the round as they arrive and are answered. Out: the running
//! application, what goes wrong with each request, a record with times, and a planned kill. Never: a judgement, chance, or an
//! application that outlives its round.

use sdkwright_sandbox_server::record::{Call, Contract, Newer, Request, RequestedFaults, RequestedRefusal};
use std::collections::HashMap;
use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A request as it came, and its answer.
#[derive(Debug, Clone)]
pub(crate) struct RecordedRequest {
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
struct OpenRequest {
    number: usize,
    start: usize,
    at: Duration,
    is_heard: bool,
    method: String,
    target: String,
    headers: Vec<(String, String)>,
}

impl OpenRequest {
    fn is_of(&self, call: &Call) -> bool {
        (&self.method, &self.target, &self.headers) == (&call.method, &call.target, &call.headers)
    }
}

#[derive(Debug, Default)]
struct RoundRecord {
    start: usize,
    requests: usize,
    /// Number of calls at each target.
    times: HashMap<String, u64>,
    first: Option<String>,
    open: Vec<OpenRequest>,
    calls: Vec<RecordedRequest>,
    last: Duration,
    /// The time of a planned kill, once it is known.
    due: Option<Instant>,
    /// True for a start that the planned kill ended.
    was_killed: bool,
}

/// One round while it runs.
#[derive(Debug)]
pub(crate) struct RoundRecorder {
    contract: Arc<Contract>,
    fault: InjectedFault,
    begun: Instant,
    record: Mutex<RoundRecord>,
    program: Mutex<Option<RunningProgram>>,
}

impl RoundRecorder {
    pub(crate) fn new(contract: Arc<Contract>, fault: InjectedFault) -> Self {
        Self {
            contract,
            fault,
            begun: Instant::now(),
            record: Mutex::default(),
            program: Mutex::default(),
        }
    }

    /// Starts the program; requests are of this start from now on.
    pub(crate) fn start(&self, start: impl FnOnce() -> io::Result<RunningProgram>) -> io::Result<()> {
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
        match self.fault {
            InjectedFault::Killed {
                call,
                side: KillMoment::Within(wait),
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
    pub(crate) fn calls(&self) -> Vec<RecordedRequest> {
        locked(&self.record).calls.clone()
    }

    /// A request comes.
    pub(crate) fn come(&self, request: &Request) -> RequestedFaults {
        let (fault, is_last) = self.note(request);
        if is_last {
            self.kill_as_planned();
        }
        fault
    }

    fn note(&self, request: &Request) -> (RequestedFaults, bool) {
        let mut record = locked(&self.record);
        let operation = self.contract.requested(request).map(|operation| operation.id.as_str());
        let key = self.contract.key_header().and_then(|header| request.header(header));
        // A program that takes a new key each time meets the fault of a target only once, too.
        let name = format!("{} {}", request.method, request.target);
        let is_first = *record.first.get_or_insert_with(|| name.clone()) == name;
        let times = record.times.entry(name).or_default();
        *times += 1;
        let coming = IncomingRequest {
            operation,
            is_keyed: key.is_some(),
            is_first,
            nth: *times,
        };
        record.requests += 1;
        record.last = self.begun.elapsed();
        let number = record.requests;
        let side = match self.fault {
            InjectedFault::Killed { call, side } if call == number => Some(side),
            // A program that is faster than in the first round is killed at its next request.
            InjectedFault::Killed { call, .. } if call + 1 == number && record.due.take().is_some() => {
                Some(KillMoment::Before)
            }
            _ => None,
        };
        record.due = self.due_behind(number).or(record.due);
        let mut fault = self.fault.faults(&coming);
        let is_within = matches!(side, Some(KillMoment::Within(_)));
        let is_before = side == Some(KillMoment::Before);
        fault.drop = fault.drop.or(is_before.then_some(true));
        let open = OpenRequest {
            number,
            start: record.start,
            at: record.last,
            is_heard: fault.drop.is_none() && !fault.truncate && (side.is_none() || is_within),
            method: request.method.clone(),
            target: request.target.clone(),
            headers: request.headers.clone(),
        };
        record.open.push(open);
        (fault, is_before)
    }

    /// A request was answered; its program has no answer yet.
    pub(crate) fn answered(&self, call: &Call) {
        let number = {
            let mut record = locked(&self.record);
            let now = self.begun.elapsed();
            let Some(at) = record.open.iter().position(|open| open.is_of(call)) else {
                return;
            };
            let open = record.open.remove(at);
            record.last = now;
            record.calls.push(RecordedRequest {
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
            side: KillMoment::After,
        };
        if self.fault == planned {
            self.kill_as_planned();
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Ends every program that runs, and starts no other.
pub(crate) fn interrupt() {
    INTERRUPTED.store(true, Ordering::SeqCst);
}

pub(crate) fn is_interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// A program that was started.
#[derive(Debug)]
pub(crate) struct RunningProgram(Child);

impl RunningProgram {
    /// Starts a program in a group of its own; what it prints goes to a file.
    pub(crate) fn start(words: &[OsString], variables: &[(String, String)], output: &Path) -> io::Result<Self> {
        let (program, arguments) = words
            .split_first()
            .ok_or_else(|| io::Error::other("the application is missing"))?;
        let file = File::create(output)?;
        let mut command = Command::new(program);
        command
            .args(arguments)
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file);
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        Ok(Self(command.spawn()?))
    }

    /// The exit status, if the program has ended.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.0.try_wait().ok().flatten()
    }

    /// Kills the program and its children, and waits for its end.
    pub(crate) fn kill(&mut self) {
        #[cfg(unix)]
        if self.ended().is_none() {
            let group = format!("-{}", self.0.id());
            let _ = Command::new("kill")
                .args(["-KILL", "--", &group])
                .stderr(Stdio::null())
                .status();
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for RunningProgram {
    fn drop(&mut self) {
        self.kill();
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_faster_than_before_is_killed_at_its_next_request() {
        let contract = "{ openapi: 3.0.3, info: { title: A, version: '1' }, paths: { /a: { get: { operationId: a, responses: {} } } } }";
        let contract = Arc::new(Contract::parse(contract).unwrap());
        let killed = InjectedFault::Killed {
            call: 1,
            side: KillMoment::Within(Duration::from_hours(1)),
        };
        let recorder = RoundRecorder::new(contract, killed);
        let request = Request {
            method: "GET".to_owned(),
            target: "/a".to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
        };
        assert!(recorder.come(&request).drop.is_none() && !recorder.was_killed());
        assert_eq!(recorder.come(&request).drop, Some(true));
        assert!(recorder.was_killed());
    }
}
