//! In: a contract, a program and which fault it meets. Out: the report of all rounds. Never: a round in which the program could
//! not meet its fault.

use crate::findings::{ExamCase, Redactor};
use crate::recorder::{self, InjectedFault, KillMoment, RecordedRequest};
use crate::report::ExamReport;
use crate::round::{self, CommandWords, ExaminedProgram, ForeignServer, Round};
use crate::{endings, requests, retries};
use sdkwright_sandbox_server::record::{Compiled, Contract, Error, Newer, Operation, chosen as chosen_by};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;

/// Seconds that the server's clock is apart in the rounds about it.
const APART: i64 = 7_200;

/// An examination of one program.
#[derive(Debug, Clone)]
pub struct Exam {
    /// The contract.
    pub contract: PathBuf,
    /// Its overlays; those that `contracts.yaml` names for it if there are none.
    pub overlays: Vec<PathBuf>,
    /// The folder with the files that its references may lead to; that of `contracts.yaml`, or else its own.
    pub root: Option<PathBuf>,
    /// The program and its arguments, with `{run}`, `{folder}` and `{address}` as places to fill in.
    pub program: Vec<OsString>,
    /// `true` for the rounds with faults and kills.
    pub faults: bool,
    /// Number of rounds in which the program is killed at a request.
    pub kills: usize,
    /// Number of rounds in which the program is killed at any instant.
    pub instants: usize,
    /// Tells one choice of kills from another.
    pub seed: u64,
    /// States in which new resources begin, by the names of their schemas ([`Options::begin`](sdkwright_sandbox_server::Options::begin)).
    pub begin: BTreeMap<String, String>,
    /// A server that executes the calls in place of the sandbox. It has no rounds about pages and clocks.
    pub server: Option<ForeignServer>,
    /// URL of the program's receiver of webhooks, with the same places.
    pub webhook_url: Option<String>,
    /// Longest time of one start.
    pub limit: Duration,
    /// Longest time without a request.
    pub idle: Duration,
    /// Number of rounds that run side by side, each with a server and a program of its own.
    pub jobs: usize,
}

impl Exam {
    /// An examination with the usual settings.
    pub fn new(contract: impl Into<PathBuf>, program: Vec<OsString>) -> Self {
        Self {
            contract: contract.into(),
            overlays: Vec::new(),
            root: None,
            program,
            faults: false,
            kills: 4,
            instants: 2,
            seed: 1,
            begin: BTreeMap::new(),
            server: None,
            webhook_url: None,
            limit: Duration::from_mins(1),
            idle: Duration::from_secs(15),
            jobs: 4,
        }
    }
}

/// Runs all rounds, and judges them. `say` is told about each round once it is over.
pub fn examine(exam: &Exam, say: &mut dyn FnMut(&str)) -> Result<ExamReport, Error> {
    let compiled = Compiled::read_file(&exam.contract, &exam.overlays, exam.root.as_deref())?;
    let contract = compiled.contract();
    let subject = ExaminedProgram {
        words: CommandWords(exam.program.clone()),
        begin: exam.begin.clone(),
        server: exam.server.clone(),
        webhook_url: exam.webhook_url.clone(),
        limit: exam.limit,
        idle: exam.idle,
    };
    let run = |fault: &InjectedFault| round::run(&compiled, &subject, fault.clone());
    let plain = run(&InjectedFault::None)?;
    say(&plain.summary());
    let faults = planned_faults(exam, contract, &plain);
    let mut rounds = vec![plain];
    rounds.extend(side_by_side(exam.jobs, &faults, &run, say)?);
    if recorder::is_interrupted() {
        return Err(Error::Unknown("the certification was interrupted".to_owned()));
    }
    let case = ExamCase {
        contract,
        rounds: &rounds,
    };
    let judges = [requests::lines, retries::lines, endings::lines, requests::receipt_lines];
    let lines = judges.iter().flat_map(|judge| judge(&case)).collect();
    Ok(ExamReport {
        contract: exam.contract.display().to_string(),
        program: exam.program.iter().map(|word| word.display().to_string()).collect(),
        redactor: Redactor::new(contract, &rounds),
        lines,
        rounds,
    })
}

/// Runs rounds, so many at a time; they are told about and returned in their order.
fn side_by_side(
    jobs: usize,
    faults: &[InjectedFault],
    run: &(impl Fn(&InjectedFault) -> Result<Round, Error> + Sync),
    say: &mut dyn FnMut(&str),
) -> Result<Vec<Round>, Error> {
    let next = AtomicUsize::new(0);
    let (over, all) = mpsc::channel();
    std::thread::scope(|threads| {
        for _ in 0..jobs.clamp(1, faults.len().max(1)) {
            let (next, over) = (&next, over.clone());
            let work = move || {
                while let Some((at, fault)) = taken(next, faults) {
                    let round = run(fault);
                    if round.is_err() {
                        // No further round begins.
                        next.store(faults.len(), Ordering::Relaxed);
                    }
                    if over.send((at, round)).is_err() {
                        return;
                    }
                }
            };
            let started = std::thread::Builder::new().spawn_scoped(threads, work);
            started.map_err(|source| Error::Unknown(format!("a round cannot be started: {source}")))?;
        }
        drop(over);
        let (mut waiting, mut rounds) = (BTreeMap::new(), Vec::new());
        for (at, round) in all {
            waiting.insert(at, round?);
            while let Some(round) = waiting.remove(&rounds.len()) {
                say(&round.summary());
                rounds.push(round);
            }
        }
        Ok(rounds)
    })
}

/// The next round that nobody runs yet, and its number.
fn taken<'a>(next: &AtomicUsize, faults: &'a [InjectedFault]) -> Option<(usize, &'a InjectedFault)> {
    if recorder::is_interrupted() {
        return None;
    }
    let at = next.fetch_add(1, Ordering::Relaxed);
    Some((at, faults.get(at)?))
}

/// The rounds behind the first one: those whose fault a program can meet that did this without any.
fn planned_faults(exam: &Exam, contract: &Contract, plain: &Round) -> Vec<InjectedFault> {
    let mut faults = Vec::new();
    if !plain.calls.is_empty() {
        if operations(contract, plain)
            .iter()
            .any(|operation| operation.pagination.is_some())
            && exam.server.is_none()
        {
            faults.push(InjectedFault::Pages);
        }
        faults.extend([
            InjectedFault::Newer(Newer::Members),
            InjectedFault::Newer(Newer::Values),
        ]);
        if !contract.extensions.signing.is_empty() && exam.server.is_none() {
            faults.extend([InjectedFault::Clock(APART), InjectedFault::Clock(-APART)]);
        }
    }
    if exam.webhook_url.is_some() && contract.extensions.webhook_signing.is_some() {
        faults.push(InjectedFault::Deliveries);
    }
    if exam.faults && !plain.calls.is_empty() {
        faults.push(InjectedFault::Lost);
        faults.extend(busy(contract).map(InjectedFault::Busy));
        faults.push(InjectedFault::Down);
        faults.extend(refused(contract, plain));
        faults.extend(kills(exam, contract, plain));
        faults.extend(instants(exam, plain));
    }
    faults
}

/// The operations that a round called, in the order of its calls.
fn operations<'a>(contract: &'a Contract, round: &Round) -> Vec<&'a Operation> {
    let ids = round.calls.iter().filter_map(|came| came.call.operation.as_ref());
    ids.filter_map(|id| contract.operation(id)).collect()
}

/// The code of a server that asks for time, best of all one that says nothing else.
fn busy(contract: &Contract) -> Option<String> {
    let in_progress = contract.in_progress_code();
    let rows = contract.extensions.registry.iter();
    let again = rows.filter(|(code, row)| row.retry == "again" && Some(code.as_str()) != in_progress);
    let best = again.min_by_key(|(_, row)| (!row.not_executed.otherwise, row.status != 429));
    best.map(|(code, _)| code.clone())
}

/// A refusal for good of the last action: one that nothing but its operation's list makes possible.
fn refused(contract: &Contract, plain: &Round) -> Option<InjectedFault> {
    let operation = operations(contract, plain)
        .into_iter()
        .rfind(|operation| operation.has_effect())?;
    let signing = contract.signing(operation);
    let of_signing = ["client", "signature", "expired", "replayed"].map(|name| signing.map(|own| own.problem(name)));
    let of_keys = [contract.conflict_code(), contract.in_progress_code()];
    let is_free = |code: &&String| {
        !of_keys.contains(&Some(code.as_str())) && !of_signing.iter().flatten().any(|known| known == *code)
    };
    let rank = |code: &String| {
        let row = contract.extensions.registry.get(code)?;
        let is_final = ["never", "after-change"].iter().position(|word| row.retry == *word)?;
        row.not_executed.otherwise.then_some(is_final)
    };
    let codes = operation.problems.iter().filter(is_free);
    let (_, code) = codes
        .filter_map(|code| Some((rank(code)?, code)))
        .min_by_key(|(rank, _)| *rank)?;
    Some(InjectedFault::Refused {
        operation: operation.id.clone(),
        code: code.clone(),
    })
}

/// Kills among the requests up to the one behind the last action; those behind it only look.
fn kills(exam: &Exam, contract: &Contract, plain: &Round) -> Vec<InjectedFault> {
    let acts = |came: &RecordedRequest| {
        let id = came.call.operation.as_deref();
        id.and_then(|id| contract.operation(id))
            .is_some_and(Operation::has_effect)
    };
    let calls = plain
        .calls
        .iter()
        .rposition(acts)
        .map_or(plain.calls.len(), |at| at + 1);
    let every: BTreeSet<(usize, bool)> = (1..=calls).flat_map(|call| [(call, false), (call, true)]).collect();
    // The last action is the dearest one: it is always among them.
    let mut chosen: Vec<(usize, bool)> = every.iter().copied().filter(|(call, _)| *call == calls).collect();
    let mut others: Vec<(usize, bool)> = every.into_iter().filter(|(call, _)| *call != calls).collect();
    others.sort_by_key(|(call, after)| chosen_by(exam.seed, &format!("kill {call} {after}")));
    chosen.extend(others);
    chosen.reverse();
    let from = chosen.len().saturating_sub(exam.kills);
    let killed = |(call, is_after): (usize, bool)| InjectedFault::Killed {
        call,
        side: if is_after {
            KillMoment::After
        } else {
            KillMoment::Before
        },
    };
    chosen.split_off(from).into_iter().rev().map(killed).collect()
}

/// Kills at instants between the start of the program and its last request, each named by the request before it.
fn instants(exam: &Exam, plain: &Round) -> Vec<InjectedFault> {
    let mut came: Vec<Duration> = plain.calls.iter().map(|came| came.at).collect();
    came.sort_unstable();
    let whole = came.last().copied().unwrap_or_default();
    let at = |number: usize| {
        let share = u32::try_from(chosen_by(exam.seed, &format!("instant {number}")) % 10_000).unwrap_or_default();
        let instant = whole * share / 10_000;
        let call = came.partition_point(|at| *at <= instant);
        let before = call.checked_sub(1).map_or(Duration::ZERO, |last| came[last]);
        InjectedFault::Killed {
            call,
            side: KillMoment::Within(instant.saturating_sub(before)),
        }
    };
    (0..exam.instants).map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recorder::InjectedFault;
    use std::sync::{Condvar, Mutex};

    fn round(fault: &InjectedFault) -> Round {
        Round {
            fault: fault.clone(),
            starts: Vec::new(),
            calls: Vec::new(),
            effects: Vec::new(),
            posted: Vec::new(),
            secrets: Vec::new(),
        }
    }

    #[test]
    fn rounds_run_side_by_side_and_are_told_about_in_their_order() {
        let (over, told) = ((Mutex::new(false), Condvar::new()), Mutex::new(Vec::new()));
        // The first round ends only behind the second one.
        let run = |fault: &InjectedFault| {
            let mut is_over = over.0.lock().unwrap();
            if *fault == InjectedFault::Lost {
                let patience = Duration::from_secs(30);
                is_over = over
                    .1
                    .wait_timeout_while(is_over, patience, |is_over| !*is_over)
                    .unwrap()
                    .0;
                assert!(*is_over, "no other round ran meanwhile");
            }
            *is_over = true;
            over.1.notify_all();
            Ok(round(fault))
        };
        let faults = [InjectedFault::Lost, InjectedFault::Down, InjectedFault::Clock(1)];
        let rounds = side_by_side(2, &faults, &run, &mut |line| {
            told.lock().unwrap().push(line[..5].to_owned());
        });
        let names: Vec<_> = rounds.unwrap().iter().map(|round| round.fault.name()).collect();
        assert_eq!(names, ["lost", "down", "clock"]);
        assert_eq!(*told.lock().unwrap(), ["lost ", "down ", "clock"]);
    }

    #[test]
    fn behind_a_round_that_cannot_be_run_no_other_begins() {
        let begun = AtomicUsize::new(0);
        let run = |_: &InjectedFault| {
            begun.fetch_add(1, Ordering::Relaxed);
            Err(Error::Unknown("no server".to_owned()))
        };
        let rounds = side_by_side(1, &[InjectedFault::Lost, InjectedFault::Down], &run, &mut |_| {});
        assert!(rounds.is_err());
        assert_eq!(begun.load(Ordering::Relaxed), 1);
    }
}
