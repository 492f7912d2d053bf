//! In: a command line, and the requests of one round as they arrive and are answered. Out: the running application, the fault of each
//! request, a record with times, and a planned kill. Never: a judgement, or an application that outlives its round.

use crate::fault::{IncomingRequest, InjectedFault, KillMoment};
use sdkwright_sandbox_server::record::{self, Call, Contract, Request, RequestedFaults};
use std::collections::HashMap;
use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
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

/// A program and its arguments, as they were given.
#[derive(Debug, Clone)]
pub(crate) struct CommandWords(pub(crate) Vec<OsString>);

impl CommandWords {
    /// Fills places such as `{folder}` in.
    pub(crate) fn filled(&self, values: &[(&str, String)]) -> Vec<OsString> {
        let fill = |word: &OsString| match word.to_str() {
            Some(text) => {
                let filled = values.iter().fold(text.to_owned(), |text, (name, value)| {
                    text.replace(&format!("{{{name}}}"), value)
                });
                filled.into()
            }
            None => word.clone(),
        };
        self.0.iter().map(fill).collect()
    }
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

/// A folder for one run, for its owner alone; it goes with its value.
#[derive(Debug)]
pub(crate) struct RunFolder(PathBuf);

impl RunFolder {
    pub(crate) fn new() -> io::Result<Self> {
        let name = format!("certify-{}", record::hex(&record::random::<8>()));
        let folder = std::env::temp_dir().join(name);
        private(&folder)?;
        Ok(Self(folder))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Makes a folder that only its owner can read.
pub(crate) fn private(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
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
