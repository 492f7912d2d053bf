//! The crash test, short: a few kills under each server model and clock. The long form is `cargo run -p sdkwright-crash`.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use indicatif::ProgressBar;
use std::path::Path;
use std::time::Duration;

use sdkwright_crash::clock::LocalClock;
use sdkwright_crash::plan::{Plan, Store};
use sdkwright_crash::report::{Report, tables};
use sdkwright_crash::run::{Ground, run};
use sdkwright_journal::conformance::PrivateServer;
use sdkwright_sandbox_server::ServerModel;

const KILLS: u64 = 4;

const MODELS: [ServerModel; 5] = [
    ServerModel::AsDecided,
    ServerModel::StoresRefusals,
    ServerModel::ConflictInProgress,
    ServerModel::ForgetsKeys,
    ServerModel::OddAnswers,
];

/// Faults of servers, proxies and firewalls that no contract mentions, each with a trial that exposes a client that ignores it.
const BETWEEN: [Trial; 6] = [
    Trial::of(ServerModel::Page200).times(10).seed(8),
    Trial::of(ServerModel::Empty2xx),
    Trial::of(ServerModel::FirewallAfter),
    Trial::of(ServerModel::DelayedCopies).times(6),
    Trial::of(ServerModel::ForgetsEarly).times(8).seed(2),
    Trial::of(ServerModel::NeverFinishes),
];

/// The clock of the program is wrong, and set again.
const CLOCKS: [Trial; 2] = [
    Trial::of(ServerModel::AsDecided).with(LocalClock::Stale).times(16),
    Trial::of(ServerModel::AsDecided)
        .with(LocalClock::BackAndForth)
        .times(12)
        .seed(8),
];

/// One short trial.
#[derive(Clone, Copy)]
struct Trial {
    model: ServerModel,
    clock: LocalClock,
    kills: u64,
    seed: u64,
}

impl Trial {
    const fn of(model: ServerModel) -> Self {
        Self {
            model,
            clock: LocalClock::Right,
            kills: KILLS,
            seed: 1,
        }
    }

    const fn with(self, clock: LocalClock) -> Self {
        Self { clock, ..self }
    }

    const fn times(self, kills: u64) -> Self {
        Self { kills, ..self }
    }

    const fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    fn plan(self, store: Store) -> Plan {
        Plan {
            model: self.model,
            clock: self.clock,
            store,
            kills: self.kills,
            seed: self.seed,
            percent: 25,
            limit: LIMIT,
        }
    }
}

/// Longer than anything takes: what ends here hangs.
const LIMIT: Duration = Duration::from_mins(10);

fn trial(plan: &Plan, server: Option<&str>) -> Report {
    let name = format!("trial_{}_{}", plan.model.name(), plan.clock.name()).replace('-', "_");
    let ground = Ground::new(plan.store, server, &name).unwrap();
    let report = run(
        plan,
        Path::new(env!("CARGO_BIN_EXE_crash")),
        &ground.journal,
        &ProgressBar::hidden(),
    )
    .unwrap();
    let counts = &report.counts;
    if plan.store == Store::Sqlite && counts.intents == counts.done + counts.refused {
        keep(&ground.journal);
    }
    report
}

/// Lays the files of a settled journal beside what was heard.
fn keep(file: &str) {
    let own = rusqlite::Connection::open(file).unwrap();
    own.busy_timeout(Duration::from_secs(10)).unwrap();
    let approved = "SELECT COUNT(*) FROM sdkwright_journal_intents WHERE evidence IS NOT NULL";
    assert_eq!(own.query_row(approved, [], |row| row.get::<_, i64>(0)).unwrap(), 0);
    let empties = "PRAGMA wal_checkpoint(TRUNCATE)";
    own.query_row(empties, [], |_| Ok(())).unwrap();
    sdkwright_watch::keep_files(Path::new(file).parent().unwrap());
}

/// Runs the trials side by side and checks that each action happens at most once, and that each intent ends as the journal says.
fn assert_sound(store: Store, trials: &[Trial], server: Option<&str>) {
    let reports: Vec<Report> = std::thread::scope(|scope| {
        let run_one = |one: &Trial| trial(&one.plan(store), server);
        let running: Vec<_> = trials.iter().map(|one| scope.spawn(move || run_one(one))).collect();
        running.into_iter().map(|one| one.join().unwrap()).collect()
    });
    println!("{}", tables(&reports));
    for report in reports {
        let (model, trail) = (report.plan.model, report.trail.join("\n"));
        assert_eq!(report.wrong(), Vec::<String>::new(), "{model}\n{trail}");
        assert!(
            report.kills >= report.plan.kills && report.counts.done > 0,
            "{report:?}"
        );
    }
}

#[test]
fn a_program_that_is_killed_pays_once_whatever_the_server_does_with_keys() {
    assert_sound(Store::Sqlite, &MODELS.map(Trial::of), None);
}

#[test]
fn a_program_that_is_killed_pays_once_whatever_stands_between_it_and_the_server() {
    assert_sound(Store::Sqlite, &BETWEEN, None);
}

#[test]
fn a_program_that_is_killed_pays_once_whatever_its_clock_says() {
    assert_sound(Store::Sqlite, &CLOCKS, None);
}

#[test]
fn two_programs_that_share_a_database_and_are_killed_pay_once() {
    let Some(server) = PrivateServer::start().unwrap() else {
        // skipped without initdb
        return;
    };
    let models = [ServerModel::ConflictInProgress, ServerModel::ForgetsKeys];
    assert_sound(Store::Postgres, &models.map(Trial::of), Some(&server.config()));
}

#[test]
fn without_a_journal_the_same_counter_sees_an_action_happen_twice() {
    let plan = Plan {
        model: ServerModel::AsDecided,
        clock: LocalClock::Right,
        store: Store::Nothing,
        kills: 2,
        seed: 1,
        percent: 0,
        limit: LIMIT,
    };
    let report = trial(&plan, None);
    assert_eq!(report.counts.twice, 1, "{report:?}");
    assert!(
        report
            .wrong()
            .iter()
            .any(|line| line.ends_with("pay-0 happened 3 times")),
        "{:?}",
        report.wrong()
    );
}

#[test]
fn a_trial_in_which_nothing_moves_ends_and_says_what_is_open() {
    let plan = Plan {
        model: ServerModel::AsDecided,
        clock: LocalClock::Right,
        store: Store::Sqlite,
        kills: 1,
        seed: 1,
        percent: 0,
        limit: Duration::ZERO,
    };
    let ground = Ground::new(plan.store, None, "trial_over").unwrap();
    let error = run(
        &plan,
        Path::new(env!("CARGO_BIN_EXE_crash")),
        &ground.journal,
        &ProgressBar::hidden(),
    )
    .unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with("for 0 s no payment ended"), "{text}");
    assert!(
        text.contains("not ended: ") && text.contains("open in the journal: "),
        "{text}"
    );
}
