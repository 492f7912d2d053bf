//! In: the command line. Out: the tables of a crash test, or one run of the program that it kills. Never: success where an
//! action happened twice or was lost.

use clap::{Parser, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use sdkwright_crash::pay::{self, Settings};
use sdkwright_crash::plan::{Plan, Store};
use sdkwright_crash::report::tables;
use sdkwright_crash::run::{Ground, run};
use sdkwright_journal::conformance::PrivateServer;
use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

const AFTER_HELP: &str = "\
Without --percent there are two trials: a healthy server, and one with faults at a quarter of all calls, such as lost responses.
PostgreSQL runs as a private server in a folder of its own, with two paying processes. The seed decides faults, kills and their order;
what the machine does in between it does not. `sdkwright-world` searches other servers, clocks and networks, without kills.

Examples:
  cargo run -p sdkwright-crash -- --store sqlite --kills 1000
  cargo run -p sdkwright-crash -- --store postgres --kills 300
  cargo run -p sdkwright-crash -- --kills 50 --seed 7 --percent 60";

/// Kills a paying program at random instants, and counts at the server what its actions did.
#[derive(Debug, Parser)]
#[command(name = "crash", styles = clap_cargo::style::CLAP_STYLING, after_help = AFTER_HELP, args_conflicts_with_subcommands = true)]
struct Arguments {
    /// Number of kills in each trial.
    #[arg(long, default_value_t = 100)]
    kills: u64,
    /// Store of the journal: sqlite, postgres, or nothing (no journal and a new key each time: actions happen twice).
    #[arg(long, default_value = "sqlite")]
    store: Store,
    /// Tells one trial from another.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Percentage of calls with a fault at the server.
    #[arg(long)]
    percent: Option<u8>,
    /// For how many seconds no payment may end and no process be killed; then the trial ends, and says what is open.
    #[arg(long, default_value_t = 300)]
    limit: u64,
    #[command(subcommand)]
    part: Option<Part>,
}

#[derive(Debug, Subcommand)]
enum Part {
    /// The program that is killed.
    #[command(hide = true)]
    Pay(Settings),
}

fn main() -> anyhow::Result<ExitCode> {
    sdkwright_watch::listen();
    let arguments = Arguments::parse();
    if let Some(Part::Pay(settings)) = &arguments.part {
        pay::run(settings)?;
        return Ok(ExitCode::SUCCESS);
    }
    let server = match arguments.store {
        Store::Postgres => Some(PrivateServer::start()?.ok_or_else(|| anyhow::anyhow!("PostgreSQL is not installed"))?),
        Store::Sqlite | Store::Nothing => None,
    };
    let config = server.as_ref().map(PrivateServer::config);
    let trials = arguments.percent.map_or(vec![0, 25], |percent| vec![percent]);
    let (mut reports, mut wrong) = (Vec::new(), 0);
    let mut out = std::io::stdout();
    let style = ProgressStyle::with_template("{prefix} [{bar:30}] {pos}/{len} kills, {elapsed}")?;
    for (number, percent) in trials.into_iter().enumerate() {
        let plan = Plan {
            store: arguments.store,
            kills: arguments.kills,
            seed: arguments.seed,
            percent,
            limit: Duration::from_secs(arguments.limit),
        };
        let ground = Ground::new(plan.store, config.as_deref(), &format!("trial_{number}"))?;
        let bar = ProgressBar::new(plan.kills)
            .with_prefix(format!("{percent}% faults"))
            .with_style(style.clone());
        let report = run(&plan, &std::env::current_exe()?, &ground.journal, &bar)?;
        drop(bar);
        for line in &report.counts.wrong {
            wrong += 1;
            writeln!(out, "WRONG with {percent}% faults: {line}")?;
        }
        for call in &report.trail {
            writeln!(out, "{call}")?;
        }
        reports.push(report);
    }
    write!(out, "{}", tables(&reports))?;
    Ok(if wrong == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
