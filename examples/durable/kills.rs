//! Kills a worker, an engine, or both, while payouts run against the local sandbox, and counts what the sandbox executed:
//! `engine_kills NAME ENGINE KILLS SEED WORKER..` with the program of an engine, and builds of its worker. The server model changes after
//! each kill. The next worker has another clock if `CLOCK_LIBRARY` names libfaketime, and is any of the builds. It fails if a payout was
//! paid twice, is lost or never ends.

#![allow(clippy::print_stdout, reason = "it reports")]

mod report;

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use report::{Kills, REFUSALS, report};
use sdkwright_sandbox_server::{Options, Running, Sandbox, ServerModel};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The payouts that run at a time.
const CROWD: usize = 16;
/// The time for all payouts to end after the last kill. A look-up that finds nothing waits 13 minutes until no copy of its request can act, and a
/// payout has two.
const PATIENCE: Duration = Duration::from_mins(40);
/// The time of each build after the last kill. A workflow of one build may need it again.
const TURN: Duration = Duration::from_secs(20);
/// The clocks of workers, as libfaketime takes them; the last kill leaves the first. A request that a worker signs hours ahead can act until
/// then, and its payout waits as long. A client corrects its clock by a day at most.
const CLOCKS: [&str; 4] = ["+0", "-2h", "-23h", "+20s"];
/// The server models. Keys that stay in progress for ever need a person.
const MODELS: [ServerModel; 8] = [
    ServerModel::AsDecided,
    ServerModel::StoresRefusals,
    ServerModel::ConflictInProgress,
    ServerModel::OddAnswers,
    ServerModel::Page200,
    ServerModel::Empty2xx,
    ServerModel::FirewallAfter,
    ServerModel::DelayedCopies,
];

/// The programs of an engine and its example.
#[derive(Clone)]
struct Programs {
    name: String,
    engine: String,
    /// Builds of the worker. The first one starts and reads payouts.
    workers: Vec<String>,
    folder: PathBuf,
    port: u16,
    environment: Vec<(String, String)>,
}

impl Programs {
    fn engine(&self) -> Result<Child> {
        let mut engine = Command::new(&self.engine);
        match self.name.as_str() {
            "temporal" => {
                let port = self.port.to_string();
                engine.args([
                    "server",
                    "start-dev",
                    "--headless",
                    "--log-level",
                    "never",
                    "--port",
                    &port,
                ]);
                engine.arg("--db-filename").arg(self.folder.join("engine.db"));
                // A workflow that another build cannot continue is tried again at most 10 minutes later, and each build runs for less.
                engine.args(["--dynamic-config-value", "history.workflowTaskRetryMaxInterval=\"2s\""]);
            }
            "restate" => {
                engine
                    .arg("--base-dir")
                    .arg(&self.folder)
                    .arg("--log-filter")
                    .arg("error");
            }
            "dbos" => {
                engine.arg(&self.folder).arg(self.port.to_string());
            }
            other => return Err(format!("unknown engine {other}").into()),
        }
        Ok(self.quiet(engine).spawn()?)
    }

    /// Retries at once what waits for a later attempt, as an operator may: the build that it needs runs for a short time.
    fn retry_now(&self) -> Result<()> {
        if self.name == "temporal" {
            let mut reset = Command::new(&self.engine);
            reset.args(["activity", "reset", "--yes", "--query", "ExecutionStatus='Running'"]);
            reset.args(["--address", &format!("127.0.0.1:{}", self.port)]);
            // The engine may start anew meanwhile.
            self.quiet(reset).status()?;
        }
        Ok(())
    }

    fn worker(&self, build: usize, clock: &str) -> Result<Child> {
        let mut worker = Command::new(&self.workers[build]);
        worker.arg("worker");
        if let Ok(library) = std::env::var("CLOCK_LIBRARY") {
            worker.envs([("LD_PRELOAD", library.as_str()), ("FAKETIME", clock)]);
            worker.env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        }
        let worker = self.quiet(worker).spawn()?;
        if self.name == "restate" {
            let (admin, port) = (self.port + 1, self.port + 2);
            let body = format!("{{\"uri\":\"http://127.0.0.1:{port}\",\"force\":true}}");
            let mut register = Command::new("curl");
            register.args([
                "-sf",
                "--retry",
                "20",
                "--retry-all-errors",
                "--retry-delay",
                "1",
                "-H",
                "content-type: application/json",
            ]);
            register.args(["-d", &body, &format!("http://127.0.0.1:{admin}/deployments")]);
            // The engine may be killed meanwhile.
            drop(self.quiet(register).spawn()?);
        }
        Ok(worker)
    }

    /// Runs a command of the example until it succeeds or is late; then returns its last error. The engine may be dead meanwhile.
    fn command(&self, arguments: [&str; 2], is_late: &dyn Fn() -> bool) -> std::result::Result<String, String> {
        let mut errors = "it never ran".to_owned();
        while !is_late() {
            let mut command = Command::new(&self.workers[0]);
            command.args(arguments).envs(self.environment.clone());
            let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
            let mut child = child.map_err(|error| error.to_string())?;
            let start = Instant::now();
            while matches!(child.try_wait(), Ok(None)) && start.elapsed() < Duration::from_secs(20) {
                thread::sleep(Duration::from_millis(50));
            }
            let _ = child.kill();
            let output = child.wait_with_output().map_err(|error| error.to_string())?;
            errors = String::from_utf8_lossy(&output.stderr).into_owned();
            if output.status.success() || errors.contains("AlreadyStarted") {
                return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
            }
            if REFUSALS.iter().any(|refusal| errors.contains(refusal)) {
                return Err(errors);
            }
            thread::sleep(Duration::from_millis(300));
        }
        Err(errors)
    }

    fn quiet(&self, mut command: Command) -> Command {
        command.envs(self.environment.clone());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    }
}

/// Numbers for the plan of kills (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// State of all threads: those that pay, and the one that kills.
#[derive(Default)]
struct Progress {
    next: AtomicUsize,
    is_over: AtomicBool,
    late: Mutex<Option<Instant>>,
    open: Mutex<BTreeSet<String>>,
    ended: Mutex<BTreeMap<String, std::result::Result<String, String>>>,
}

impl Progress {
    /// Pays one payout after the other.
    fn pay(&self, programs: &Programs) {
        let is_late = || {
            let late = self.late.lock();
            late.is_ok_and(|late| late.is_some_and(|late| Instant::now() > late))
        };
        while !self.is_over.load(Ordering::Relaxed) {
            let id = format!("wd-{}", self.next.fetch_add(1, Ordering::Relaxed));
            if let Ok(mut open) = self.open.lock() {
                open.insert(id.clone());
            }
            let mut result = Ok(String::new());
            for command in ["pay", "approve", "wait"] {
                result = result.and_then(|_| programs.command([command, &id], &is_late));
            }
            if let (Ok(mut open), Ok(mut ended)) = (self.open.lock(), self.ended.lock()) {
                open.remove(&id);
                ended.insert(id, result);
            }
        }
    }

    fn open(&self) -> BTreeSet<String> {
        self.open.lock().map(|open| open.clone()).unwrap_or_default()
    }
}

/// A running engine and its worker.
struct Processes {
    programs: Programs,
    engine: Child,
    worker: Child,
    build: usize,
    clock: &'static str,
}

impl Processes {
    fn start(programs: Programs) -> Result<Self> {
        let (engine, worker) = (programs.engine()?, programs.worker(0, CLOCKS[0])?);
        Ok(Self {
            programs,
            engine,
            worker,
            build: 0,
            clock: CLOCKS[0],
        })
    }

    fn stop(child: &mut Child) -> Result<()> {
        child.kill()?;
        child.wait()?;
        Ok(())
    }

    /// Starts what has ended: an engine whose port or folder was still in use, or a worker that could not reach its engine.
    fn revive(&mut self) -> Result<()> {
        if self.engine.try_wait()?.is_some() {
            self.engine = self.programs.engine()?;
        }
        if self.worker.try_wait()?.is_some() {
            self.worker = self.programs.worker(self.build, self.clock)?;
        }
        Ok(())
    }

    /// Kills at random, and returns the kills of each kind.
    fn kill(
        &mut self,
        kills: usize,
        seed: u64,
        progress: &Progress,
        server: &Running,
    ) -> Result<BTreeMap<&'static str, Kills>> {
        let engine = if self.programs.name == "dbos" {
            "database"
        } else {
            "engine"
        };
        let mut done = BTreeMap::<_, Kills>::new();
        let mut chance = Chance(seed | 1);
        let mut below = move |bound: usize| usize::try_from(chance.below(bound as u64)).unwrap_or_default();
        thread::sleep(Duration::from_secs(5));
        for _ in 0..kills {
            thread::sleep(Duration::from_millis(1_000 + below(5_000) as u64));
            // The worker dies most often: it makes the calls.
            let kind = ["worker", "worker", engine, "both"][below(4)];
            let mut kinds = vec![kind];
            if server.in_progress() > 0 {
                kinds.push("during a call");
            }
            if kind != "worker" {
                Self::stop(&mut self.engine)?;
            }
            if kind != engine {
                Self::stop(&mut self.worker)?;
                let (build, clock) = (below(self.programs.workers.len()), CLOCKS[below(4)]);
                if build != self.build {
                    kinds.push("other code");
                }
                if clock != self.clock && std::env::var_os("CLOCK_LIBRARY").is_some() {
                    kinds.push("other clock");
                }
                (self.build, self.clock) = (build, clock);
            }
            server.switch(MODELS[below(MODELS.len())], None);
            let open = progress.open();
            for kind in kinds {
                let kills = done.entry(kind).or_default();
                kills.count += 1;
                kills.payouts.extend(open.iter().cloned());
            }
            if kind != "worker" {
                self.engine = self.programs.engine()?;
            }
            if kind != engine {
                self.worker = self.programs.worker(self.build, self.clock)?;
            }
            self.revive()?;
        }
        Ok(done)
    }

    /// Runs each build in turn until all payouts have ended.
    fn end(mut self, is_ended: impl Fn() -> bool) -> Result<()> {
        let builds = self.programs.workers.len();
        self.clock = CLOCKS[0];
        for turn in 0.. {
            Self::stop(&mut self.worker)?;
            self.build = turn % builds;
            self.worker = self.programs.worker(self.build, self.clock)?;
            self.programs.retry_now()?;
            let start = Instant::now();
            while builds == 1 || start.elapsed() < TURN {
                if is_ended() {
                    let _ = self.worker.kill();
                    let _ = self.engine.kill();
                    return Ok(());
                }
                self.revive()?;
                thread::sleep(Duration::from_millis(100));
            }
        }
        Ok(())
    }
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, engine, kills, seed, workers @ ..] = arguments.as_slice() else {
        return Err("usage: engine_kills temporal|restate|dbos ENGINE KILLS SEED WORKER..".into());
    };
    let (kills, seed): (usize, u64) = (kills.parse()?, seed.parse()?);
    let contract = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/partner-api.yaml");
    // Without the second protection, a reference that the server accepts once.
    let options = Options {
        seed: true,
        any_reference: true,
        ..Options::default()
    };
    let server = Arc::new(Sandbox::start_file(contract, options)?);
    let folder = tempfile::tempdir()?;
    let port = free_port()?;
    let mut environment = server.environment();
    for (name, value) in [
        ("TEMPORAL_ADDRESS", format!("127.0.0.1:{port}")),
        (
            "DBOS_DATABASE_URL",
            format!("postgres://postgres@127.0.0.1:{port}/postgres"),
        ),
        ("RESTATE_INGRESS__BIND_ADDRESS", format!("127.0.0.1:{port}")),
        ("PAYOUT_ENGINE", format!("http://127.0.0.1:{port}")),
        ("RESTATE_ADMIN__BIND_ADDRESS", format!("127.0.0.1:{}", port + 1)),
        ("PAYOUT_WORKER", format!("127.0.0.1:{}", port + 2)),
        ("RESTATE_BIND_ADDRESS", format!("127.0.0.1:{}", port + 3)),
    ] {
        environment.push((name.to_owned(), value));
    }
    let programs = Programs {
        name: name.clone(),
        engine: engine.clone(),
        workers: workers.to_vec(),
        folder: folder.path().to_owned(),
        port,
        environment,
    };
    println!("{name}: {kills} kills with the seed {seed}");

    let progress = Arc::new(Progress::default());
    let mut running = Processes::start(programs.clone())?;
    let crowd: Vec<_> = (0..CROWD)
        .map(|_| {
            let (programs, progress) = (programs.clone(), progress.clone());
            thread::spawn(move || progress.pay(&programs))
        })
        .collect();

    // Calls take long enough to be interrupted, and some responses are lost.
    let faults = {
        let (server, progress) = (server.clone(), progress.clone());
        let mut chance = Chance(seed.wrapping_mul(31) | 1);
        thread::spawn(move || {
            while !progress.is_over.load(Ordering::Relaxed) {
                let answer = ["delay:300", "delay:600", "drop", "delay:300,drop"];
                let _ = server.answer_next(answer[usize::try_from(chance.below(4)).unwrap_or_default()]);
                thread::sleep(Duration::from_millis(150));
            }
        })
    };

    let done = running.kill(kills, seed, &progress, &server)?;
    server.switch(ServerModel::AsDecided, None);
    progress.is_over.store(true, Ordering::Relaxed);
    if let Ok(mut late) = progress.late.lock() {
        *late = Some(Instant::now() + PATIENCE);
    }
    running.end(|| crowd.iter().all(thread::JoinHandle::is_finished))?;
    let _ = faults.join();
    let ended = progress.ended.lock().map_err(|_| "a thread failed")?;
    report(name, kills, &server, &ended, done)
}
