//! A trial: the server runs, the program pays and is killed and pays again, until the kills are used up and all has ended.
//! Never: a payment that is forgotten because its program was killed.

use crate::audit::{Audit, pending};
use crate::chance::Chance;
use crate::clock::{LocalClock, Setting};
use crate::life::{Death, End, Said, live};
use crate::marks::Place;
use crate::pay::reference;
use crate::plan::{Plan, Store};
use crate::report::Report;
use crate::setup::{Payee, client, is_of_payments, payee};
use crate::verdict::Counts;
use crate::watch::Watch;
use anyhow::Context as _;
use indicatif::ProgressBar;
use sdkwright_sandbox_server::{Faults, Options, Running, Sandbox, ServerModel};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

const CONTRACT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/partner-api.yaml");

/// Processes die here and the machine does not: a file in memory is as durable as one on a disk, and quicker.
const MEMORY: &str = "/dev/shm";

/// Number of payments for one run of the program.
const WINDOW: u64 = 6;
/// The latest step that is followed by a kill, and the longest moment behind it.
const STEPS: u64 = 45;
const MICROSECONDS: u64 = 3000;

/// Between two looks at what is under way.
const PAUSE: Duration = Duration::from_millis(5);

/// Seconds that pass at once where keys are forgotten: less than the margin, into it, and beyond the retention.
const LATER: [i64; 5] = [43_200, 84_600, 90_000, 90_000, 90_000];
/// The same where copies come later: almost to the margin, and then as long as their signatures are fresh.
const LATER_WITH_COPIES: [i64; 5] = [82_700, 120, 120, 250, 90_000];
/// The same where a server forgets keys after an hour.
const LATER_THAN_AN_HOUR: i64 = 7_200;

/// Steps of waiting for actions that need time alone, until no key is known.
const PATIENCE: [i64; 4] = [90_000; 4];
/// The same where copies come later: until they have come, and until none is fresh any more.
const PATIENCE_WITH_COPIES: [i64; 5] = [200, 400, 90_000, 90_000, 90_000];

/// Progress of the work.
#[derive(Debug, Default)]
struct Work {
    ended: BTreeSet<u64>,
    to: u64,
    kills: u64,
    places: BTreeMap<Place, u64>,
    /// Seconds by which all clocks are ahead.
    ahead: i64,
    /// Keys that had to be looked up.
    looked_up: BTreeSet<String>,
    /// Number of stuck programs since a payment ended.
    stuck: usize,
    /// Payments that no time brings to an end.
    endless: BTreeSet<u64>,
    /// Mark at which a program was given up.
    over: Option<Place>,
}

struct Trial<'t> {
    plan: &'t Plan,
    program: &'t Path,
    /// File or connection string of the journal.
    journal: &'t str,
    server: Running,
    payee: Payee,
    work: Mutex<Work>,
    watch: Watch,
    bar: &'t ProgressBar,
    /// Held while a program lives: clocks are set only where none does.
    living: RwLock<()>,
}

/// Runs a trial. `program` is this crate's own, `journal` a new file or the connection string of a new database, `bar` counts kills.
pub fn run(plan: &Plan, program: &Path, journal: &str, bar: &ProgressBar) -> anyhow::Result<Report> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let options = Options {
        server_model: plan.model,
        // If the server refused a second action for a reference, it would hide a defect of the journal.
        any_reference: true,
        faults: Some(Faults {
            seed: plan.seed,
            percent: plan.percent,
        }),
        // The paying program waits milliseconds.
        retry_after: Some(0),
        ..Options::default()
    };
    let server = Sandbox::start_file(CONTRACT, options).map_err(|error| anyhow::anyhow!("{error}"))?;
    let payee = runtime.block_on(payee(&server))?;
    let trial = Trial {
        plan,
        program,
        journal,
        server,
        payee,
        work: Mutex::default(),
        watch: Watch::new(plan.limit),
        bar,
        living: RwLock::default(),
    };
    std::thread::scope(|scope| {
        let instances: Vec<_> = (1..=plan.store.instances())
            .map(|number| {
                scope.spawn({
                    let trial = &trial;
                    move || trial.instance(number)
                })
            })
            .collect();
        instances.into_iter().try_for_each(|instance| {
            instance
                .join()
                .map_err(|_| anyhow::anyhow!("an instance of the trial panicked"))?
        })
    })?;
    trial.wait_for_requests();
    let work = trial.work.into_inner().unwrap_or_else(PoisonError::into_inner);
    let audit = Audit {
        server: &trial.server,
        client: client(&trial.server, work.ahead)?,
        customer: &trial.payee.customer,
        to: work.to,
    };
    if let Some(place) = work.over {
        let ended = |number: &u64| work.ended.contains(number);
        let left: Vec<String> = (0..work.to).filter(|number| !ended(number)).map(reference).collect();
        let open = runtime.block_on(audit.open(plan.store, journal, work.ahead))?;
        anyhow::bail!(
            "for {} s no payment ended and no process was killed; the last one stood at `{place}`, after {} kills\n\
             not ended: {}\nopen in the journal: {}",
            plan.limit.as_secs(),
            work.kills,
            left.join(", "),
            if open.is_empty() {
                "nothing".to_owned()
            } else {
                open.join("\n  ")
            },
        );
    }
    // Delayed copies arrive before later requests.
    while trial.server.late_copies() > 0 {
        runtime.block_on(audit.ask());
    }
    let intents = runtime.block_on(audit.intents(plan.store, journal))?;
    let mut effects = trial.server.effects();
    effects.retain(is_of_payments);
    let mut counts = Counts::of(&intents, &effects);
    counts.looked_up(&work.looked_up);
    counts.endless(work.endless.iter().copied().map(reference));
    Ok(Report {
        plan: plan.clone(),
        kills: work.kills,
        places: work.places,
        trail: audit.trail(&counts.wrong),
        counts,
    })
}

impl Trial<'_> {
    fn work(&self) -> MutexGuard<'_, Work> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts the program again and again.
    fn instance(&self, number: u64) -> anyhow::Result<()> {
        let mut chance = Chance::new(self.plan.seed, number);
        let mut clock = Setting::default();
        while let Some((from, to, kills)) = self.next() {
            let death = match self.plan.store {
                _ if !kills => Death::Never,
                // After the second answer (the first is the quote's), so that the action was certainly executed.
                Store::Nothing => Death::At {
                    place: Place::Answered,
                    passed: 1,
                },
                Store::Sqlite | Store::Postgres => death(&mut chance),
            };
            let end = {
                let _alive = self.living.read().unwrap_or_else(PoisonError::into_inner);
                let is_over = || self.watch.is_over();
                let command = self.command(number, from, to, clock);
                live(command, death, |said| self.hear(said), is_over)?
            };
            clock = self.plan.clock.next(&mut chance);
            match end {
                End::Done => {}
                End::Over(place) => {
                    self.work().over = Some(place);
                    return Ok(());
                }
                End::Killed(place) => {
                    self.watch.moved();
                    let mut work = self.work();
                    work.kills += 1;
                    self.bar.inc(1);
                    *work.places.entry(place).or_default() += 1;
                    drop(work);
                    let seconds = self.passes(&mut chance);
                    if seconds > 0 {
                        self.later(seconds)?;
                    }
                }
                End::Stuck => {
                    self.wait_for_time()?;
                    clock = Setting::default();
                }
                End::Failed(why) => anyhow::bail!("the program failed: {why}"),
            }
        }
        Ok(())
    }

    /// A program says that a payment has ended, or has to be looked up. It says it again after each start.
    fn hear(&self, said: Said) {
        let mut work = self.work();
        match said {
            Said::LookedUp(key) => drop(work.looked_up.insert(key)),
            Said::Ended(number) => {
                if work.ended.insert(number) {
                    work.stuck = 0;
                    self.watch.moved();
                }
            }
        }
    }

    /// Returns the number of seconds that pass after a kill.
    fn passes(&self, chance: &mut Chance) -> i64 {
        let (often, seconds) = match self.plan.model {
            _ if self.plan.clock != LocalClock::Right => (2, LATER),
            ServerModel::ForgetsKeys => (2, LATER),
            ServerModel::DelayedCopies => (4, LATER_WITH_COPIES),
            ServerModel::ForgetsEarly => (2, [LATER_THAN_AN_HOUR; 5]),
            ServerModel::OddAnswers
            | ServerModel::Page200
            | ServerModel::Empty2xx
            | ServerModel::FirewallAfter
            | ServerModel::NeverFinishes => (8, LATER),
            _ => return 0,
        };
        let at = usize::try_from(chance.below(seconds.len() as u64)).unwrap_or_default();
        if chance.below(often) == 0 { seconds[at] } else { 0 }
    }

    /// A program cannot go on: where the server may not tell what it did, time passes. What it does not help is endless.
    fn wait_for_time(&self) -> anyhow::Result<()> {
        let mut work = self.work();
        let patience: &[i64] = match self.plan.model {
            ServerModel::DelayedCopies => &PATIENCE_WITH_COPIES,
            _ => &PATIENCE,
        };
        let seconds = patience.get(work.stuck).copied();
        work.stuck += 1;
        let Some(seconds) = seconds else {
            work.stuck = 0;
            let left: Vec<u64> = (0..work.to).filter(|number| !work.ended.contains(number)).collect();
            work.endless.extend(left);
            self.watch.moved();
            return Ok(());
        };
        drop(work);
        if self.plan.is_certain() {
            return Ok(());
        }
        self.later(seconds)
    }

    /// Payments from and to, and whether there is still somebody to be killed; nothing once all have ended, or one was
    /// given up.
    fn next(&self) -> Option<(u64, u64, bool)> {
        let mut work = self.work();
        if work.over.is_some() {
            return None;
        }
        let has_ended = |number: &u64| work.ended.contains(number) || work.endless.contains(number);
        let from = (0..=work.to).find(|number| !has_ended(number))?;
        let kills = work.kills < self.plan.kills;
        if kills {
            work.to = work.to.max(from + WINDOW);
        }
        (from < work.to).then_some((from, work.to, kills))
    }

    /// Sets all clocks ahead, once no program lives. A server that forgets early may do again what is asked for again, and nobody
    /// can tell: while it says nothing of an action, no more time passes than one that a client may know of.
    fn later(&self, seconds: i64) -> anyhow::Result<()> {
        let _nobody = self.living.write().unwrap_or_else(PoisonError::into_inner);
        // A request never takes hours, so all of them end before the clocks move.
        self.wait_for_requests();
        if seconds == LATER_THAN_AN_HOUR && !self.is_settled()? {
            return Ok(());
        }
        let mut work = self.work();
        work.ahead += seconds;
        self.server.set_clock_offset(work.ahead);
        Ok(())
    }

    /// Waits for the end of what a dead program sent last and the server began.
    fn wait_for_requests(&self) {
        while self.server.in_progress() > 0 {
            std::thread::sleep(PAUSE);
        }
    }

    /// Returns `true` if no intent is open.
    fn is_settled(&self) -> anyhow::Result<bool> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let client = client(&self.server, self.work().ahead)?;
        let pending = runtime.block_on(pending(self.plan.store, self.journal, &client))?;
        Ok(pending.is_empty())
    }

    fn command(&self, number: u64, from: u64, to: u64, clock: Setting) -> Command {
        let (mut command, ahead) = (Command::new(self.program), self.work().ahead);
        command.envs(self.server.environment()).arg("pay");
        for (name, value) in [
            ("--store", self.plan.store.name()),
            ("--place", self.journal),
            ("--instance", &format!("payments-{number}")),
            ("--from", &from.to_string()),
            ("--to", &to.to_string()),
            ("--ahead", &(ahead + clock.ahead).to_string()),
            ("--customer", &self.payee.customer),
            ("--account", &self.payee.account),
        ] {
            command.arg(name).arg(value);
        }
        if let Some((readings, then)) = clock.jump {
            command.arg("--jump").arg(format!("{readings}:{}", ahead + then));
        }
        command
    }
}

/// Three of four anywhere, one of four at a place where it waits.
fn death(chance: &mut Chance) -> Death {
    if chance.below(4) > 0 {
        return Death::After {
            steps: 1 + chance.below(STEPS),
            pause: Duration::from_micros(chance.below(MICROSECONDS)),
        };
    }
    let places = [
        Place::Before,
        Place::Writing,
        Place::Written,
        Place::Answered,
        Place::Settling,
        Place::Resuming,
    ];
    Death::At {
        place: places[usize::try_from(chance.below(places.len() as u64)).unwrap_or_default()],
        passed: chance.below(4),
    }
}

/// A new place for a journal, as long as it is held.
#[derive(Debug)]
pub struct Ground {
    /// Arguments of `run`.
    pub journal: String,
    _folder: Option<tempfile::TempDir>,
}

impl Ground {
    /// A new file in a folder of its own; or a new database, with that name, of the server with that connection string.
    pub fn new(store: Store, server: Option<&str>, name: &str) -> anyhow::Result<Self> {
        if store != Store::Postgres {
            let memory = Path::new(MEMORY);
            let folder = if memory.is_dir() {
                tempfile::tempdir_in(memory)?
            } else {
                tempfile::tempdir()?
            };
            let file = folder.path().join("payments.journal");
            return Ok(Self {
                journal: file.display().to_string(),
                _folder: Some(folder),
            });
        }
        let server = server.context("no PostgreSQL server")?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(server, tokio_postgres::NoTls).await?;
            let driven = tokio::spawn(connection);
            client.batch_execute(&format!("CREATE DATABASE {name}")).await?;
            drop(client);
            driven.await?.map_err(anyhow::Error::from)
        })?;
        Ok(Self {
            journal: server.replace("dbname=postgres", &format!("dbname={name}")),
            _folder: None,
        })
    }
}
