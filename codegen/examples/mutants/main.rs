//! Sends mutants of contracts through the whole generator: none may make it panic, hang, or need much memory.
//!
//! `cargo run --release -p sdkwright-codegen --example mutants -- --into FOLDER [--bytes N] [--trees N] [--seed N] [--threads N]
//! [--keep N --runtime FOLDER] FILE...`; N mutants of each kind are shared out over all files. The same seed gives the same
//! mutants. Whatever fails lies in FOLDER/faults; if the process is ended from outside or by its stack, the mutants that
//! were being read lie in FOLDER/now. `--keep` writes the crates of N mutants whose code differs from that of the contract
//! into FOLDER/crates, so that they can be compiled. Exit code: 0, 1 if a mutant failed, 2 if the run itself did.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a program")]

#[path = "../../../tests/laws/change.rs"]
#[allow(
    dead_code,
    clippy::expect_used,
    reason = "only the mutants of it are needed, and its texts are its own"
)]
mod change;
mod mutant;
mod trial;
mod watchdog;
#[path = "../../../tests/words.rs"]
mod words;

use mutant::{Contract, Kind, Mutant};
use sdkwright_codegen::Stage;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};
use trial::{Door, Trial};
use watchdog::Watchdog;

/// Stack of a thread, in bytes: as much as the command's own.
const STACK: usize = 8 << 20;

/// The arguments of the command line.
#[derive(Default)]
struct Arguments {
    counts: BTreeMap<Kind, usize>,
    seed: u64,
    threads: usize,
    keep: usize,
    runtime: String,
    into: PathBuf,
    files: Vec<PathBuf>,
}

impl Arguments {
    fn read(mut words: impl Iterator<Item = String>) -> Option<Self> {
        let mut read = Self {
            seed: 1,
            threads: thread::available_parallelism().map_or(1, usize::from),
            ..Self::default()
        };
        while let Some(word) = words.next() {
            if !word.starts_with("--") {
                read.files.push(word.into());
                continue;
            }
            let value = words.next()?;
            match word.as_str() {
                "--bytes" => drop(read.counts.insert(Kind::Bytes, value.parse().ok()?)),
                "--trees" => drop(read.counts.insert(Kind::Trees, value.parse().ok()?)),
                "--seed" => read.seed = value.parse().ok()?,
                "--threads" => read.threads = value.parse().ok().filter(|threads| *threads > 0)?,
                "--keep" => read.keep = value.parse().ok()?,
                "--runtime" => read.runtime = value,
                "--into" => read.into = value.into(),
                _ => return None,
            }
        }
        let whole = !read.files.is_empty() && !read.into.as_os_str().is_empty() && !read.counts.is_empty();
        whole.then_some(read)
    }
}

/// Results of the mutants of one kind of one contract.
#[derive(Default)]
struct Row {
    mutants: usize,
    reached: BTreeMap<Stage, usize>,
    made: usize,
    faults: Vec<(Mutant, String)>,
    /// Number of faults that are hangs.
    slow: usize,
    slowest: Duration,
    /// One mutant for every code that differs from that of the contract and from that of the others.
    differ: BTreeMap<u64, usize>,
}

impl Row {
    fn count(&mut self, mutant: Mutant, trial: Trial, unchanged: u64) {
        self.mutants += 1;
        for stage in trial.reached {
            *self.reached.entry(stage).or_default() += 1;
        }
        if trial.took > watchdog::PATIENCE {
            self.slow += 1;
            self.faults.push((mutant, format!("takes {:?}", trial.took)));
        }
        self.slowest = self.slowest.max(trial.took);
        match trial.code {
            Ok(code) => {
                self.made += usize::from(code.is_some());
                if let Some(code) = code.filter(|code| *code != unchanged) {
                    // The smallest number counts, so that the result does not depend on the order of threads.
                    let first = self.differ.entry(code).or_insert(mutant.number);
                    *first = mutant.number.min(*first);
                }
            }
            Err(fault) => self.faults.push((mutant, fault)),
        }
    }

    fn print(&self, name: &str, kind: Kind, peak: Option<u64>) {
        let reached = |stage: Stage| self.reached.get(&stage).copied().unwrap_or(0);
        println!(
            "{name:<22} {:>6} {:>7} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6} {:>8} {:>6}",
            kind.word(),
            self.mutants,
            reached(Stage::Parse),
            reached(Stage::Lower),
            reached(Stage::Seal),
            reached(Stage::Emit),
            self.made,
            self.differ.len(),
            self.faults.len(),
            self.slow,
            self.slowest.as_millis(),
            peak.map_or_else(|| "-".to_owned(), |peak| (peak >> 20).to_string()),
        );
    }

    fn head() {
        println!(
            "{:<22} {:>6} {:>7} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6} {:>8} {:>6}",
            "contract",
            "kind",
            "mutants",
            "parse",
            "lower",
            "seal",
            "emit",
            "ok",
            "differ",
            "faults",
            "hangs",
            "slowest",
            "MiB"
        );
    }
}

fn main() -> ExitCode {
    let Some(arguments) = Arguments::read(std::env::args().skip(1)) else {
        eprintln!(
            "usage: mutants --into FOLDER --bytes N --trees N [--seed N] [--threads N] [--keep N --runtime FOLDER] FILE..."
        );
        return ExitCode::from(2);
    };
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> io::Result<bool> {
    let started = Instant::now();
    for folder in ["faults", "now", "crates"] {
        let folder = arguments.into.join(folder);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
    }
    let contracts: Vec<Contract> = arguments
        .files
        .iter()
        .map(|file| Contract::read(file))
        .collect::<io::Result<_>>()?;
    let door = Door::open(&arguments.runtime)?;
    let watchdog = Watchdog::begin(arguments.threads, arguments.into.join("now"));
    let mut differ = Vec::new();
    let (mut sum, mut faults, mut highest) = (Row::default(), 0, None);
    Row::head();
    for (index, contract) in contracts.iter().enumerate() {
        for (kind, count) in &arguments.counts {
            // The remainder goes to the first contracts.
            let share = count / contracts.len() + usize::from(index < count % contracts.len());
            watchdog::forget_peak();
            let row = mutants(arguments, contract, *kind, share, &door, &watchdog);
            let peak = watchdog::peak();
            highest = highest.max(peak);
            row.print(&contract.name, *kind, peak);
            for (mutant, fault) in &row.faults {
                let saved = arguments
                    .into
                    .join("faults")
                    .join(mutant.name(contract))
                    .with_extension("yaml");
                fs::write(&saved, contract.mutated(*mutant))?;
                println!("  {}: {fault}", saved.display());
            }
            faults += row.faults.len();
            differ.extend(row.differ.values().map(|number| {
                (
                    contract,
                    Mutant {
                        kind: *kind,
                        number: *number,
                        seed: arguments.seed,
                    },
                )
            }));
            sum = added(sum, &row);
        }
    }
    sum.print("all", Kind::All, highest);
    println!(
        "{} mutants in {} s on {} threads, seed {}",
        sum.mutants,
        started.elapsed().as_secs(),
        arguments.threads,
        arguments.seed
    );
    keep(arguments, &differ, &door)?;
    Ok(faults == 0)
}

fn added(mut sum: Row, row: &Row) -> Row {
    sum.mutants += row.mutants;
    for (stage, count) in &row.reached {
        *sum.reached.entry(*stage).or_default() += count;
    }
    sum.made += row.made;
    sum.slow += row.slow;
    sum.slowest = sum.slowest.max(row.slowest);
    sum.faults.extend(row.faults.iter().cloned());
    sum.differ.extend(&row.differ);
    sum
}

/// All mutants of one kind of one contract, on all threads.
fn mutants(
    arguments: &Arguments,
    contract: &Contract,
    kind: Kind,
    count: usize,
    door: &Door,
    watchdog: &Watchdog,
) -> Row {
    let unchanged = door
        .pass(contract, &contract.unchanged(kind))
        .code
        .ok()
        .flatten()
        .unwrap_or(0);
    let (next, row) = (AtomicUsize::new(0), Mutex::new(Row::default()));
    let work = |thread: usize| {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                return;
            }
            let mutant = Mutant {
                kind,
                number,
                seed: arguments.seed,
            };
            let bytes = contract.mutated(mutant);
            watchdog.enters(thread, &mutant.name(contract), &bytes);
            let trial = door.pass(contract, &bytes);
            watchdog.leaves(thread);
            row.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .count(mutant, trial, unchanged);
        }
    };
    thread::scope(|scope| {
        for thread in 0..arguments.threads {
            let work = &work;
            if thread::Builder::new()
                .stack_size(STACK)
                .spawn_scoped(scope, move || work(thread))
                .is_err()
            {
                work(thread);
            }
        }
    });
    row.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Writes the crates of some mutants, taken evenly from all that differ.
fn keep(arguments: &Arguments, differ: &[(&Contract, Mutant)], door: &Door) -> io::Result<()> {
    let count = arguments.keep.min(differ.len());
    let chosen: BTreeSet<usize> = (0..count).map(|one| one * differ.len() / count.max(1)).collect();
    for (contract, mutant) in chosen.iter().filter_map(|index| differ.get(*index)) {
        let name = mutant.name(contract);
        let folder = arguments.into.join("crates").join(&name);
        let bytes = contract.mutated(*mutant);
        for (path, text) in door.files(contract, &bytes, &name) {
            write(&folder.join(path), &text)?;
        }
        write(&folder.join("contract.yaml"), &bytes)?;
    }
    if arguments.keep > 0 {
        println!(
            "{count} of {} that differ are kept in {}",
            differ.len(),
            arguments.into.join("crates").display()
        );
    }
    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, bytes)
}
