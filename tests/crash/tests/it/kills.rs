//! A few kills at a healthy server, at one that loses responses, and of two processes on one store.

use indicatif::ProgressBar;
use std::path::Path;
use std::time::Duration;

use sdkwright_crash::plan::{Plan, Store};
use sdkwright_crash::report::{Report, tables};
use sdkwright_crash::run::{Ground, run};
use sdkwright_journal::conformance::PrivateServer;

/// A trial with a few kills, and with a quarter of all calls lost, delayed, repeated, cut off or refused if `is_faulty`.
const fn plan(store: Store, is_faulty: bool) -> Plan {
    Plan {
        store,
        kills: 8,
        seed: 1,
        percent: if is_faulty { 25 } else { 0 },
        // Longer than anything takes: what ends here hangs.
        limit: Duration::from_mins(10),
    }
}

fn trial(plan: &Plan, server: Option<&str>) -> anyhow::Result<Report> {
    let ground = Ground::new(plan.store, server, &format!("trial_{}", plan.percent)).unwrap();
    let report = run(
        plan,
        Path::new(env!("CARGO_BIN_EXE_crash")),
        &ground.journal,
        &ProgressBar::hidden(),
    )?;
    if plan.store == Store::Sqlite && report.counts.wrong.is_empty() {
        keep(&ground.journal);
    }
    Ok(report)
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

/// Checks that each action happens once, and that each intent ends as the journal says.
fn assert_sound(store: Store, server: Option<&str>) {
    for plan in [plan(store, false), plan(store, true)] {
        let report = trial(&plan, server).unwrap();
        println!("{}", tables(std::slice::from_ref(&report)));
        assert_eq!(report.counts.wrong, Vec::<String>::new(), "{}", report.trail.join("\n"));
        assert!(report.kills >= plan.kills && report.counts.done > 0, "{report:?}");
    }
}

#[test]
fn a_program_that_is_killed_pays_once_and_loses_no_payment() {
    assert_sound(Store::Sqlite, None);
}

#[test]
fn two_programs_that_share_a_database_and_are_killed_pay_once() {
    let Some(server) = PrivateServer::start().unwrap() else {
        // skipped without initdb
        return;
    };
    assert_sound(Store::Postgres, Some(&server.config()));
}

#[test]
fn without_a_journal_the_same_counter_sees_an_action_happen_twice() {
    let plan = Plan {
        kills: 2,
        ..plan(Store::Nothing, false)
    };
    let report = trial(&plan, None).unwrap();
    assert_eq!(report.counts.twice, 1, "{report:?}");
    let wrong = &report.counts.wrong;
    assert!(
        wrong.iter().any(|line| line.ends_with("pay-0 happened 3 times")),
        "{wrong:?}"
    );
}

#[test]
fn a_trial_in_which_nothing_moves_ends_and_says_what_is_open() {
    let plan = Plan {
        limit: Duration::ZERO,
        ..plan(Store::Sqlite, false)
    };
    let text = trial(&plan, None).unwrap_err().to_string();
    assert!(text.starts_with("for 0 s no payment ended"), "{text}");
    assert!(
        text.contains("not ended: ") && text.contains("open in the journal: "),
        "{text}"
    );
}
