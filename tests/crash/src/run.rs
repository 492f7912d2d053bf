//! A trial: the server runs, the program pays and is killed and pays again, until the kills are used up and all has ended.
//! Never: a payment that is forgotten because its program was killed.

use crate::audit::Audit;
use crate::chance::Chance;
use crate::life::{Death, End, live};
use crate::marks::Place;
use crate::pay::reference;
use crate::plan::{Plan, Store};
use crate::report::Report;
use crate::setup::{Payee, client, is_of_payments, payee};
use crate::verdict::Counts;
use crate::watch::Watch;
use anyhow::Context as _;
use indicatif::ProgressBar;
use sdkwright_sandbox_server::{Faults, Options, Running, Sandbox};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
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

/// Progress of the work.
#[derive(Debug, Default)]
struct Work {
    ended: BTreeSet<u64>,
    to: u64,
    kills: u64,
    places: BTreeMap<Place, u64>,
    /// Mark at which a program was given up.
    over: Option<Place>,
}

/// A bank with a customer, whose ledger counts what payments did.
#[derive(Debug)]
pub struct Bank {
    server: Running,
    payee: Payee,
}

impl Bank {
    /// Starts the local sandbox. `percent` of all calls have a fault.
    pub fn start(seed: u64, percent: u8) -> anyhow::Result<Self> {
        let options = Options {
            // If the server refused a second action for a reference, it would hide a defect of the journal.
            any_reference: true,
            faults: Some(Faults { seed, percent }),
            // The paying program waits milliseconds.
            retry_after: Some(0),
            ..Options::default()
        };
        let server = Sandbox::start_file(CONTRACT, options).map_err(|error| anyhow::anyhow!("{error}"))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let payee = runtime.block_on(payee(&server))?;
        Ok(Self { server, payee })
    }

    /// The command of a program that makes some payments. A `program` that needs other arguments before has them already.
    pub fn pays(&self, mut program: Command, store: Store, journal: &str, payments: Range<u64>) -> Command {
        program.envs(self.server.environment()).arg("pay");
        for (name, value) in [
            ("--store", store.name()),
            ("--place", journal),
            ("--from", &payments.start.to_string()),
            ("--to", &payments.end.to_string()),
            ("--customer", &self.payee.customer),
            ("--account", &self.payee.account),
        ] {
            program.arg(name).arg(value);
        }
        program
    }

    /// The number of actions that payments did.
    pub fn effects(&self) -> usize {
        self.server
            .effects()
            .iter()
            .filter(|effect| is_of_payments(effect))
            .count()
    }

    /// Waits until the last request of a dead program has ended.
    pub fn wait(&self) {
        while self.server.in_progress() > 0 {
            std::thread::sleep(PAUSE);
        }
    }

    /// Compares the ledger with a journal, for all payments before number `to`. Returns the counts, and the calls of what is wrong.
    pub fn audit(&self, store: Store, journal: &str, to: u64) -> anyhow::Result<(Counts, Vec<String>)> {
        self.wait();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let audit = self.auditor(to)?;
        let intents = runtime.block_on(audit.intents(store, journal))?;
        let mut effects = self.server.effects();
        effects.retain(is_of_payments);
        let counts = Counts::from_rows(&intents, &effects);
        let trail = audit.trail(&counts.wrong);
        Ok((counts, trail))
    }

    fn auditor(&self, to: u64) -> anyhow::Result<Audit<'_>> {
        Ok(Audit {
            server: &self.server,
            client: client(&self.server)?,
            customer: &self.payee.customer,
            to,
        })
    }
}

struct Trial<'t> {
    plan: &'t Plan,
    program: &'t Path,
    /// File or connection string of the journal.
    journal: &'t str,
    bank: Bank,
    work: Mutex<Work>,
    watch: Watch,
    bar: &'t ProgressBar,
}

/// Runs a trial. `program` is this crate's own, `journal` a new file or the connection string of a new database, `bar` counts kills.
pub fn run(plan: &Plan, program: &Path, journal: &str, bar: &ProgressBar) -> anyhow::Result<Report> {
    let trial = Trial {
        plan,
        program,
        journal,
        bank: Bank::start(plan.seed, plan.percent)?,
        work: Mutex::default(),
        watch: Watch::new(plan.limit),
        bar,
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
    let work = trial.work.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some(place) = work.over {
        let ended = |number: &u64| work.ended.contains(number);
        let left: Vec<String> = (0..work.to).filter(|number| !ended(number)).map(reference).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        trial.bank.wait();
        let open = runtime.block_on(trial.bank.auditor(work.to)?.open(plan.store, journal))?;
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
    let (counts, trail) = trial.bank.audit(plan.store, journal, work.to)?;
    Ok(Report {
        plan: plan.clone(),
        kills: work.kills,
        places: work.places,
        counts,
        trail,
    })
}

impl Trial<'_> {
    fn work(&self) -> MutexGuard<'_, Work> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts the program again and again.
    fn instance(&self, number: u64) -> anyhow::Result<()> {
        let mut chance = Chance::new(self.plan.seed, number);
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
            let program = Command::new(self.program);
            let mut command = self.bank.pays(program, self.plan.store, self.journal, from..to);
            command.arg("--instance").arg(format!("payments-{number}"));
            match live(command, death, |number| self.ended(number), || self.watch.is_over())? {
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
                }
                End::Failed(why) => anyhow::bail!("the program failed: {why}"),
            }
        }
        Ok(())
    }

    /// A program reports that a payment has ended, again after each start.
    fn ended(&self, number: u64) {
        if self.work().ended.insert(number) {
            self.watch.moved();
        }
    }

    /// Payments from and to, and whether there is still somebody to be killed; nothing once all have ended, or one was
    /// given up.
    fn next(&self) -> Option<(u64, u64, bool)> {
        let mut work = self.work();
        if work.over.is_some() {
            return None;
        }
        let from = (0..=work.to).find(|number| !work.ended.contains(number))?;
        let kills = work.kills < self.plan.kills;
        if kills {
            work.to = work.to.max(from + WINDOW);
        }
        (from < work.to).then_some((from, work.to, kills))
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
