//! The searches: a service comes in, it runs in many histories, and the first one with a wrong belief goes out.

use crate::choice::{ChoiceSource, Choices, Deviation, FEW, Random, Seed};
use crate::history::{Error, run};
use crate::oracle::{Belief, Wrong};
use crate::state::{Handler, NewServer, SharedWorld};
use crate::world::World;
use sdkwright_runtime::testing::Sample;
use std::fmt;
use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// A check of a service: the operations of its API, and the one that must happen once.
#[derive(Debug, Clone)]
pub struct Check {
    samples: &'static [Sample],
    pays: &'static str,
    processes: usize,
    threads: usize,
    deviations: usize,
    limit: Duration,
    handler: Option<Handler>,
    server: Option<NewServer>,
}

/// What a search did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Searched {
    /// Number of histories.
    pub histories: u64,
    /// `true` if no history of the search is left.
    pub is_complete: bool,
    /// Time that it took.
    pub took: Duration,
}

impl fmt::Display for Searched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (histories, seconds) = (self.histories, self.took.as_millis());
        let rest = if self.is_complete { "complete" } else { "not complete" };
        write!(
            f,
            "{histories} histories in {}.{:03} s, {rest}",
            seconds / 1000,
            seconds % 1000
        )
    }
}

/// A history that ends with a wrong belief.
#[derive(Debug, Clone)]
pub struct Failure {
    /// Replays it.
    pub seed: Seed,
    /// The first wrong belief.
    pub wrong: Wrong,
    /// What happened, with the seconds since the begin.
    pub timeline: Vec<String>,
    /// The search until then.
    pub searched: Searched,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.wrong)?;
        writeln!(f, "seed {} (replay it with `.replay(seed)`)", self.seed)?;
        self.timeline.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl std::error::Error for Failure {}

/// Histories of [`check`] with more deviations than one.
const RANDOM: u64 = 500;

/// Checks a service with the server of the contract: each history with one deviation, then random ones with more.
///
/// `pays` is the `operationId` that must happen once. The variable `SDKWRIGHT_WORLD_SEED` replays the history of a failure.
pub fn check<F, P>(operations: &'static [Sample], pays: &'static str, program: F) -> Result<Searched, Box<Failure>>
where
    F: Fn(World) -> P + Sync,
    P: Future<Output = Result<Belief, Error>> + 'static,
{
    let check = Check::new(operations, pays);
    if let Some(seed) = std::env::var("SDKWRIGHT_WORLD_SEED")
        .ok()
        .and_then(|text| text.parse().ok())
    {
        check.replay(seed, &program)?;
    }
    let first = check.clone().deviations(1).exhaustive(&program)?;
    let second = check.random(1, RANDOM, &program)?;
    Ok(Searched {
        histories: first.histories + second.histories,
        is_complete: true,
        took: first.took + second.took,
    })
}

impl Check {
    /// Describes a check of one process: `pays` is the `operationId` that must happen once.
    pub fn new(samples: &'static [Sample], pays: &'static str) -> Self {
        Self {
            samples,
            pays,
            processes: 1,
            threads: thread::available_parallelism().map_or(1, usize::from),
            deviations: 2,
            limit: Duration::MAX,
            handler: None,
            server: None,
        }
    }

    /// Sets the number of processes, which share one store.
    #[must_use]
    pub fn processes(mut self, processes: usize) -> Self {
        self.processes = processes.max(1);
        self
    }

    /// Sets the number of threads, which run independent histories.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = threads.max(1);
        self
    }

    /// Sets a handler for requests that the operations of the check do not describe. Its responses never fail.
    #[must_use]
    pub fn handler(mut self, handler: Handler) -> Self {
        self.handler = Some(handler);
        self
    }

    /// Sets a server that executes all requests in place of the simulated one. Network and store fail as before, and the server can die after each
    /// call of its store.
    #[must_use]
    pub fn server(mut self, server: NewServer) -> Self {
        self.server = Some(server);
        self
    }

    /// Sets the number of deviations from the good history in an exhaustive search: 2 by default, or 1.
    #[must_use]
    pub fn deviations(mut self, deviations: usize) -> Self {
        self.deviations = deviations;
        self
    }

    /// Sets the time after which a search ends.
    #[must_use]
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    fn shared(&self) -> Arc<SharedWorld> {
        Arc::new(SharedWorld::new(
            self.samples,
            self.pays,
            self.processes,
            self.handler,
            self.server,
        ))
    }

    /// Runs the history of a seed, and returns its timeline.
    pub fn replay<F, P>(&self, seed: Seed, program: F) -> Result<Vec<String>, Box<Failure>>
    where
        F: Fn(World) -> P,
        P: Future<Output = Result<Belief, Error>> + 'static,
    {
        let choices = Choices::new(seed.clone(), ChoiceSource::Listed);
        let end = run(&self.shared(), choices, true, &program);
        match end.wrong {
            None => Ok(end.timeline),
            Some(wrong) => Err(Box::new(Failure {
                seed,
                wrong,
                timeline: end.timeline,
                searched: Searched {
                    histories: 1,
                    is_complete: false,
                    took: Duration::ZERO,
                },
            })),
        }
    }

    /// Runs all histories with at most two deviations from the good one, or [as few](Self::deviations).
    pub fn exhaustive<F, P>(&self, program: F) -> Result<Searched, Box<Failure>>
    where
        F: Fn(World) -> P + Sync,
        P: Future<Output = Result<Belief, Error>> + 'static,
    {
        let search = FailureSearch::new(self);
        let good = search.run(Seed::default(), ChoiceSource::Listed, &program);
        let singles = beyond(&Seed::default(), good.as_deref().unwrap_or_default());
        let widths: Vec<Mutex<Vec<Seed>>> = singles.iter().map(|_| Mutex::default()).collect();
        search.all(singles.len(), |at| {
            let ran = search.run(singles[at].clone(), ChoiceSource::Listed, &program);
            let next = beyond(&singles[at], ran.as_deref().unwrap_or_default());
            *widths[at].lock().unwrap_or_else(PoisonError::into_inner) = next;
        });
        if self.deviations < 2 {
            return search.ended(&program);
        }
        let pairs = widths
            .into_iter()
            .map(|one| one.into_inner().unwrap_or_else(PoisonError::into_inner));
        let mut pairs: Vec<Seed> = pairs.flatten().collect();
        // In a mixed order, so that a fault of one kind is found early.
        let mut random = Random(1);
        for at in (1..pairs.len()).rev() {
            pairs.swap(at, random.below(u32::try_from(at + 1).unwrap_or(u32::MAX)) as usize);
        }
        // First the few faults of network, store and clock, then two faults close to each other.
        pairs.sort_by_key(|Seed(pair)| (pair.iter().any(|one| one.number > FEW), pair[1].at - pair[0].at));
        search.all(pairs.len(), |at| {
            search.run(pairs[at].clone(), ChoiceSource::Listed, &program);
        });
        search.ended(&program)
    }

    /// Runs random histories: as many, or until the limit of time.
    pub fn random<F, P>(&self, first: u64, histories: u64, program: F) -> Result<Searched, Box<Failure>>
    where
        F: Fn(World) -> P + Sync,
        P: Future<Output = Result<Belief, Error>> + 'static,
    {
        let search = FailureSearch::new(self);
        search.all(usize::try_from(histories).unwrap_or(usize::MAX), |at| {
            let mut random = Random(first.wrapping_add(at as u64).wrapping_mul(0x2545_f491_4f6c_dd1d));
            let rarity = [3, 6, 12][random.below(3) as usize];
            let left = 1 + random.below(6);
            let source = ChoiceSource::Random { random, rarity, left };
            search.run(Seed::default(), source, &program);
        });
        search.ended(&program)
    }
}

/// Returns the seeds with one more deviation, after the last one.
fn beyond(seed: &Seed, widths: &[u32]) -> Vec<Seed> {
    let first = seed.0.last().map_or(0, |Deviation { at, .. }| at + 1);
    let places = widths.iter().enumerate().skip(first as usize);
    places
        .flat_map(|(at, width)| (1..*width).map(move |number| (u32::try_from(at).unwrap_or(u32::MAX), number)))
        .map(|(at, number)| seed.with(at, number))
        .collect()
}

/// One search over threads.
struct FailureSearch<'c> {
    check: &'c Check,
    shared: Arc<SharedWorld>,
    began: Instant,
    histories: AtomicU64,
    is_over: AtomicBool,
    is_late: AtomicBool,
    failed: Mutex<Option<(Seed, Searched)>>,
}

impl<'c> FailureSearch<'c> {
    fn new(check: &'c Check) -> Self {
        Self {
            check,
            shared: check.shared(),
            began: Instant::now(),
            histories: AtomicU64::new(0),
            is_over: AtomicBool::new(false),
            is_late: AtomicBool::new(false),
            failed: Mutex::new(None),
        }
    }

    fn searched(&self, is_complete: bool) -> Searched {
        Searched {
            histories: self.histories.load(Ordering::Relaxed),
            is_complete,
            took: self.began.elapsed(),
        }
    }

    /// Runs one history, and returns the widths of its decisions.
    fn run<F, P>(&self, seed: Seed, source: ChoiceSource, program: &F) -> Option<Vec<u32>>
    where
        F: Fn(World) -> P,
        P: Future<Output = Result<Belief, Error>> + 'static,
    {
        let end = run(&self.shared, Choices::new(seed, source), false, program);
        self.histories.fetch_add(1, Ordering::Relaxed);
        if end.wrong.is_some() {
            self.is_over.store(true, Ordering::Relaxed);
            let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
            let taken = end.choices.taken;
            let is_shorter = |(known, _): &(Seed, Searched)| taken.0.len() < known.0.len();
            if failed.as_ref().is_none_or(is_shorter) {
                *failed = Some((taken, self.searched(false)));
            }
            return None;
        }
        Some(end.choices.widths)
    }

    /// Does all of this work on the threads, until a history fails or the time is over.
    fn all(&self, count: usize, work: impl Fn(usize) + Sync) {
        let next = AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..self.check.threads {
                scope.spawn(|| {
                    while !self.is_over.load(Ordering::Relaxed) {
                        if self.began.elapsed() >= self.check.limit {
                            self.is_late.store(true, Ordering::Relaxed);
                            self.is_over.store(true, Ordering::Relaxed);
                            return;
                        }
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        if at >= count {
                            return;
                        }
                        work(at);
                    }
                });
            }
        });
    }

    fn ended<F, P>(&self, program: &F) -> Result<Searched, Box<Failure>>
    where
        F: Fn(World) -> P,
        P: Future<Output = Result<Belief, Error>> + 'static,
    {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some((seed, searched)) = failed else {
            return Ok(self.searched(!self.is_late.load(Ordering::Relaxed)));
        };
        match self.check.replay(seed.clone(), program) {
            Err(failure) => Err(Box::new(Failure { searched, ..*failure })),
            Ok(timeline) => Err(Box::new(Failure {
                seed,
                wrong: Wrong::Stuck {
                    error: "the history has another end when it is replayed: the service reads a clock or random numbers of the system".to_owned(),
                },
                timeline,
                searched,
            })),
        }
    }
}
