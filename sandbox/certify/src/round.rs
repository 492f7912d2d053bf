//! In: a program, a contract and the fault of one round. Out: everything that the program did in it, in a folder that goes with
//! the round. Never: a judgement.

use crate::deliveries::{self, DeliveryAttempt};
use crate::recorder::{self, InjectedFault, RecordedRequest, RoundRecorder, RunningProgram};
use sdkwright_sandbox_server::record::{self, Compiled, Effect, Error, FaultPlan, Options, Running};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Most starts of a program in one round.
const STARTS: usize = 5;
/// Time between two looks at a running program.
const LOOK: Duration = Duration::from_millis(10);
/// Seconds of `Retry-After`.
const RETRY_AFTER: u64 = 1;
/// The last characters of a program's output that are kept.
const OUTPUT: usize = 4_000;

/// A server of the contract that runs already, and the client that it knows.
#[derive(Clone, Default)]
pub struct ForeignServer {
    /// Its base URL (`http` only).
    pub url: String,
    /// The id of the client.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
}

/// The secret never prints.
impl std::fmt::Debug for ForeignServer {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("ForeignServer")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

/// A program under examination, and how it is run.
#[derive(Debug, Clone)]
pub(crate) struct ExaminedProgram {
    pub(crate) words: CommandWords,
    /// States in which new resources begin, by schema.
    pub(crate) begin: BTreeMap<String, String>,
    /// The server that executes its calls, in place of the sandbox.
    pub(crate) server: Option<ForeignServer>,
    /// The URL of its webhooks, with places to fill in; `None` for a program that receives none.
    pub(crate) webhook_url: Option<String>,
    /// Longest time of one start.
    pub(crate) limit: Duration,
    /// Longest time without a request.
    pub(crate) idle: Duration,
}

/// The end of one start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ProgramEnd {
    /// Ended by itself; without a code, a signal ended it.
    Exited(Option<i32>),
    /// Killed as planned.
    Killed,
    /// Stopped because it made no request for a while, or took too long.
    Stopped(&'static str),
}

impl ProgramEnd {
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Exited(Some(code)) => format!("ended with exit code {code}"),
            Self::Exited(None) => "was ended by a signal".to_owned(),
            Self::Killed => "was killed".to_owned(),
            Self::Stopped(why) => format!("was stopped: {why}"),
        }
    }
}

/// One start of the program.
#[derive(Debug, Clone)]
pub(crate) struct ProgramStart {
    pub(crate) ending: ProgramEnd,
    /// The last lines that it printed.
    pub(crate) output: String,
}

/// Everything that happened in one round.
#[derive(Debug)]
pub(crate) struct Round {
    pub(crate) fault: InjectedFault,
    pub(crate) starts: Vec<ProgramStart>,
    pub(crate) calls: Vec<RecordedRequest>,
    pub(crate) effects: Vec<Effect>,
    pub(crate) posted: Vec<DeliveryAttempt>,
    /// Texts that no report shows.
    pub(crate) secrets: Vec<String>,
}

impl Round {
    /// The end of the last start.
    pub(crate) fn ending(&self) -> Option<&ProgramEnd> {
        self.starts.last().map(|start| &start.ending)
    }

    pub(crate) fn ended_well(&self) -> bool {
        self.ending() == Some(&ProgramEnd::Exited(Some(0)))
    }
}

/// Runs one round on a server of its own.
pub(crate) fn run(compiled: &Compiled, subject: &ExaminedProgram, fault: InjectedFault) -> Result<Round, Error> {
    let contract = compiled.contract();
    let recorder = Arc::new(RoundRecorder::new(Arc::clone(contract), fault.clone()));
    let (asked, answered) = (Arc::clone(&recorder), Arc::clone(&recorder));
    let plan = FaultPlan {
        page_size: (fault == InjectedFault::Pages).then_some(1),
        server: subject.server.as_ref().map(|server| server.url.clone()),
        fault: Box::new(move |request| asked.come(request)),
    };
    let folder = RunFolder::new().map_err(|source| program("its folder cannot be made", &source))?;
    let places = places(&folder)?;
    let webhook_url = subject.webhook_url.as_ref().map(|url| {
        places.iter().fold(url.clone(), |url, (name, value)| {
            url.replace(&format!("{{{name}}}"), value)
        })
    });
    let options = Options {
        // As the server of the command line.
        seed: true,
        retry_after: Some(RETRY_AFTER),
        // A second action under one reference is found by looking, not prevented by the server.
        any_reference: true,
        begin: subject.begin.clone(),
        client_id: subject.server.as_ref().map(|server| server.client_id.clone()),
        client_secret: subject.server.as_ref().map(|server| server.client_secret.clone()),
        // Time passes by requests, so that a round takes as many of them on any machine.
        speed: Some(0),
        webhook_url: webhook_url.clone().filter(|_| fault != InjectedFault::Deliveries),
        watcher: Some(Box::new(move |call| answered.answered(call))),
        ..Options::default()
    };
    let sandbox = compiled.start(options, plan)?;
    if let InjectedFault::Clock(seconds) = fault {
        sandbox.set_clock_offset(seconds);
    }
    let running = Ran {
        subject,
        recorder: &recorder,
        sandbox: &sandbox,
        folder: &folder,
        places: &places,
    };
    let (mut starts, mut posted) = (Vec::new(), Vec::new());
    if let (InjectedFault::Deliveries, Some(url)) = (&fault, &webhook_url) {
        running.start(1)?;
        posted = deliveries::post(contract, &sandbox.webhook_secret, &recorder, url);
        recorder.kill();
        starts.push(running.ended(1, ProgramEnd::Stopped("all deliveries were sent")));
    } else {
        for number in 1..=STARTS {
            starts.push(running.once(number)?);
            let is_over = matches!(
                starts.last().map(|start| &start.ending),
                Some(ProgramEnd::Exited(Some(0)) | ProgramEnd::Stopped(_))
            );
            if is_over || !fault.is_fault() {
                break;
            }
        }
    }
    Ok(Round {
        starts,
        calls: recorder.calls(),
        effects: sandbox.effects(),
        posted,
        secrets: vec![sandbox.client_secret.clone(), sandbox.webhook_secret.clone()],
        fault,
    })
}

fn program(what: &str, source: &io::Error) -> Error {
    Error::Unknown(format!("the application: {what}: {source}"))
}

/// Names and values that are filled into the command line: the same in all starts of a round, others in the next round.
fn places(folder: &RunFolder) -> Result<Vec<(&'static str, String)>, Error> {
    let of_program = folder.path().join("program");
    private(&of_program).map_err(|source| program("its folder cannot be made", &source))?;
    // The port is free now, and the program takes it soon. Below 32,768 nobody gets one who asks for any port.
    let listen = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    let listener = listen(10_000 + u16::from_be_bytes(record::random::<2>()) % 20_000).or_else(|_| listen(0));
    let address = listener.and_then(|it| it.local_addr()).map_err(Error::Listen)?;
    Ok(vec![
        ("run", format!("run-{}", record::hex(&record::random::<6>()))),
        ("folder", of_program.display().to_string()),
        ("address", address.to_string()),
    ])
}

/// A round while it runs.
struct Ran<'a> {
    subject: &'a ExaminedProgram,
    recorder: &'a RoundRecorder,
    sandbox: &'a Running,
    folder: &'a RunFolder,
    places: &'a [(&'static str, String)],
}

impl Ran<'_> {
    fn start(&self, number: usize) -> Result<(), Error> {
        let mut variables = self.sandbox.environment();
        if variables.is_empty() {
            variables.push(("SANDBOX_BASE_URL".to_owned(), self.sandbox.base_url.clone()));
        }
        let named = self.places.iter();
        variables.extend(named.map(|(name, value)| (format!("SANDBOX_{}", name.to_uppercase()), value.clone())));
        let words = self.subject.words.filled(self.places);
        let output = self.output(number);
        let started = self
            .recorder
            .start(|| RunningProgram::start(&words, &variables, &output));
        started.map_err(|source| program(&format!("{} cannot be started", words[0].display()), &source))
    }

    /// Starts the program and waits for its end.
    fn once(&self, number: usize) -> Result<ProgramStart, Error> {
        self.start(number)?;
        let began = Instant::now();
        let ending = loop {
            if let Some(status) = self.recorder.ended() {
                break if self.recorder.was_killed() {
                    ProgramEnd::Killed
                } else {
                    ProgramEnd::Exited(status.code())
                };
            }
            let wait = self.recorder.kill_if_due();
            let why = if recorder::is_interrupted() {
                "the certification was interrupted"
            } else if began.elapsed() > self.subject.limit {
                "it took too long"
            } else if self.recorder.quiet() > self.subject.idle {
                "it made no request for a while"
            } else {
                std::thread::sleep(wait.unwrap_or(LOOK).min(LOOK));
                continue;
            };
            self.recorder.kill();
            break ProgramEnd::Stopped(why);
        };
        Ok(self.ended(number, ending))
    }

    fn ended(&self, number: usize, ending: ProgramEnd) -> ProgramStart {
        let bytes = std::fs::read(self.output(number)).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let skipped = text.chars().count().saturating_sub(OUTPUT);
        ProgramStart {
            ending,
            output: text.chars().skip(skipped).collect(),
        }
    }

    fn output(&self, number: usize) -> PathBuf {
        self.folder.path().join(format!("output-{number}"))
    }
}

/// A program and its arguments, as they were given.
#[derive(Debug, Clone)]
pub(crate) struct CommandWords(pub(crate) Vec<OsString>);

impl CommandWords {
    /// Fills places such as `{folder}` in.
    fn filled(&self, values: &[(&str, String)]) -> Vec<OsString> {
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

/// A folder for one run, for its owner alone; it goes with its value.
#[derive(Debug)]
struct RunFolder(PathBuf);

impl RunFolder {
    fn new() -> io::Result<Self> {
        let name = format!("certify-{}", record::hex(&record::random::<8>()));
        let folder = std::env::temp_dir().join(name);
        private(&folder)?;
        Ok(Self(folder))
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Makes a folder that only its owner can read.
fn private(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
