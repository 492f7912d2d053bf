//! Kills a worker, an engine, or both, while payouts run against the local sandbox, and counts what the sandbox executed:
//! `engine_kills ENGINE WORKER [KILLS [SEED]]` with the programs of an engine and of its example. It fails if a payout was paid twice, is
//! lost or never ends.

#![allow(clippy::print_stdout, reason = "it reports")]

use std::collections::BTreeMap;
use std::error::Error;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use sdkwright_sandbox_server::{Options, Running, Sandbox};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The payouts that run at a time.
const CROWD: usize = 16;
/// The time for all payouts to end after the last kill.
const PATIENCE: Duration = Duration::from_mins(3);

/// The programs of an engine and its example.
#[derive(Clone)]
struct Programs {
    name: String,
    engine: String,
    worker: String,
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

    fn worker(&self) -> Result<Child> {
        let mut worker = Command::new(&self.worker);
        worker.arg("worker");
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
            let mut command = Command::new(&self.worker);
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

/// The executed actions of a payout, by the sandbox.
#[derive(Default)]
struct Executed {
    drafts: usize,
    submissions: usize,
}

fn executed(server: &Running) -> BTreeMap<String, Executed> {
    let (mut payouts, mut owners) = (BTreeMap::<String, Executed>::new(), BTreeMap::new());
    for effect in server.effects() {
        let withdrawal = effect.resource.unwrap_or_default();
        if effect.operation.starts_with("createPartnerFiatWithdrawal") {
            // A mutant adds the attempt to the id of the payout.
            let reference = effect.subject.last().cloned().unwrap_or_default();
            let id = reference.split(':').next().unwrap_or_default().to_owned();
            owners.insert(withdrawal, id.clone());
            payouts.entry(id).or_default().drafts += 1;
        } else if let Some(id) = owners.get(&withdrawal) {
            payouts.entry(id.clone()).or_default().submissions += 1;
        }
    }
    payouts
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, engine, worker, rest @ ..] = arguments.as_slice() else {
        return Err("usage: engine_kills temporal|restate|dbos ENGINE WORKER [KILLS [SEED]]".into());
    };
    let kills: usize = rest.first().map_or(Ok(50), |text| text.parse())?;
    let seed: u64 = rest.get(1).map_or(Ok(7), |text| text.parse())?;
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
        worker: worker.clone(),
        folder: folder.path().to_owned(),
        port,
        environment,
    };
    println!("{name}: {kills} kills with the seed {seed}");

    let (next, is_over) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let ended = Arc::new(Mutex::new(BTreeMap::new()));
    let late = Arc::new(Mutex::new(None::<Instant>));
    let (mut engine, mut worker) = (programs.engine()?, programs.worker()?);
    let crowd: Vec<_> = (0..CROWD)
        .map(|_| {
            let (programs, next, is_over) = (programs.clone(), next.clone(), is_over.clone());
            let (ended, late) = (ended.clone(), late.clone());
            thread::spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    let id = format!("wd-{}", next.fetch_add(1, Ordering::Relaxed));
                    let until = || {
                        late.lock()
                            .is_ok_and(|late| late.is_some_and(|late| Instant::now() > late))
                    };
                    let mut result = Err(String::new());
                    for command in ["pay", "approve", "wait"] {
                        result = programs.command([command, &id], &until);
                    }
                    if let Ok(mut ended) = ended.lock() {
                        ended.insert(id, result);
                    }
                }
            })
        })
        .collect();

    // Calls take long enough to be interrupted, and some responses are lost.
    let faults = {
        let (server, is_over) = (server.clone(), is_over.clone());
        let mut chance = Chance(seed.wrapping_mul(31) | 1);
        thread::spawn(move || {
            while !is_over.load(Ordering::Relaxed) {
                let answer = ["delay:300", "delay:600", "drop", "delay:300,drop"];
                let _ = server.answer_next(answer[usize::try_from(chance.below(4)).unwrap_or_default()]);
                thread::sleep(Duration::from_millis(150));
            }
        })
    };

    let mut chance = Chance(seed | 1);
    let mut killed = [0_usize; 3];
    let mut in_calls = 0;
    thread::sleep(Duration::from_secs(5));
    for _ in 0..kills {
        thread::sleep(Duration::from_millis(1_000 + chance.below(5_000)));
        in_calls += usize::from(server.in_progress() > 0);
        // The worker dies most often: it makes the calls.
        let kind = [0, 0, 1, 2][usize::try_from(chance.below(4))?];
        killed[kind] += 1;
        if kind != 0 {
            engine.kill()?;
            engine.wait()?;
        }
        if kind != 1 {
            worker.kill()?;
            worker.wait()?;
        }
        if kind != 0 {
            engine = programs.engine()?;
        }
        if kind != 1 {
            worker = programs.worker()?;
        }
        // An engine whose port or folder is still in use ends, and so does a worker that cannot reach its engine.
        if engine.try_wait()?.is_some() {
            engine = programs.engine()?;
        }
        if worker.try_wait()?.is_some() {
            worker = programs.worker()?;
        }
    }
    is_over.store(true, Ordering::Relaxed);
    if let Ok(mut late) = late.lock() {
        *late = Some(Instant::now() + PATIENCE);
    }
    while crowd.iter().any(|thread| !thread.is_finished()) {
        if engine.try_wait()?.is_some() {
            engine = programs.engine()?;
        }
        if worker.try_wait()?.is_some() {
            worker = programs.worker()?;
        }
        thread::sleep(Duration::from_millis(100));
    }
    let _ = faults.join();
    let _ = worker.kill();
    let _ = engine.kill();
    let ended = ended.lock().map_err(|_| "a thread failed")?;
    report(&server, &ended, killed, in_calls)
}

fn report(
    server: &Running,
    ended: &BTreeMap<String, std::result::Result<String, String>>,
    killed: [usize; 3],
    in_calls: usize,
) -> Result<()> {
    let executed = executed(server);
    let none = Executed::default();
    let (mut paid, mut doubles, mut drafts, mut lost, mut stuck) = (0, 0, 0, 0, 0);
    for (id, result) in ended {
        let executed = executed.get(id).unwrap_or(&none);
        let is_completed = result.as_ref().is_ok_and(|text| text.contains("COMPLETED"));
        paid += usize::from(is_completed && executed.submissions == 1);
        doubles += usize::from(executed.submissions > 1);
        drafts += usize::from(executed.drafts > 1);
        lost += usize::from(is_completed && executed.submissions == 0);
        stuck += usize::from(!is_completed);
        if !is_completed {
            println!("{id} did not end: {result:?}");
        }
    }
    let [workers, engines, both] = killed;
    println!("kills: {workers} of the worker, {engines} of the engine, {both} of both; {in_calls} during a call");
    println!("payouts: {}, paid once: {paid}", ended.len());
    println!("paid twice: {doubles}, drafted twice: {drafts}, lost: {lost}, stuck: {stuck}");
    if doubles + drafts + lost + stuck > 0 || paid == 0 {
        return Err("a payout was not paid exactly once".into());
    }
    Ok(())
}
