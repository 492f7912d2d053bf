//! One history: decisions come in, processes run, die and start again in virtual time, and the first wrong belief goes out.
//!
//! One thread polls all processes. Which one runs next is a decision, too.

use crate::choice::Choices;
use crate::oracle::{Belief, Wrong};
use crate::state::{SharedWorld, WorldEvent, WorldState};
use crate::world::World;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

/// The error of a service.
pub type Error = Box<dyn std::error::Error>;

/// Waits before the next run of a process, in seconds: the last one for all further runs.
const WAITS: [u64; 4] = [10, 300, 3600, 90_000];
/// Runs of a process after which a history without a result is stuck.
const LIVES: u32 = 9;
/// Polls after which a history without an end is stuck.
const POLLS: u32 = 20_000;

/// The end of a history.
#[derive(Debug)]
pub(crate) struct HistoryEnd {
    pub(crate) wrong: Option<Wrong>,
    pub(crate) choices: Choices,
    pub(crate) timeline: Vec<String>,
}

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

type Running = Pin<Box<dyn Future<Output = Result<Belief, Error>>>>;

/// Differences of a clock from the right time, in seconds.
const CLOCKS: [i64; 4] = [0, -7200, 7200, 100_000];

/// Runs one history.
pub(crate) fn run<F, P>(shared: &Arc<SharedWorld>, choices: Choices, is_recorded: bool, program: &F) -> HistoryEnd
where
    F: Fn(World) -> P,
    P: Future<Output = Result<Belief, Error>> + 'static,
{
    let state = Arc::new(Mutex::new(WorldState::new(shared.clone(), choices, is_recorded)));
    let with =
        |change: &mut dyn FnMut(&mut WorldState)| change(&mut state.lock().unwrap_or_else(PoisonError::into_inner));
    let mut tasks: Vec<Option<Running>> = (0..shared.processes).map(|_| None).collect();
    let flag = Arc::new(Flag(AtomicBool::new(false)));
    let waker = Waker::from(flag.clone());
    let mut context = Context::from_waker(&waker);
    with(&mut |state| {
        for process in 0..shared.processes {
            state.at(0, WorldEvent::Restart(process));
        }
    });
    for _ in 0..POLLS {
        let Some(process) = next(&state, &mut tasks, program) else {
            break;
        };
        let Some(task) = &mut tasks[process] else { continue };
        flag.0.store(false, Ordering::Relaxed);
        let polled = task.as_mut().poll(&mut context);
        let mut is_over = true;
        with(&mut |state| {
            let is_dying = std::mem::take(&mut state.processes[process].is_dying);
            match &polled {
                _ if is_dying => restart(state, process, None),
                Poll::Ready(Ok(belief)) => {
                    state.note(|| format!("process {process} ends: {belief:?}"));
                    if let Some(wrong) = state.bank.believed(shared.pays, *belief) {
                        state.wrong(wrong);
                    }
                }
                Poll::Ready(Err(error)) => restart(state, process, Some(error)),
                Poll::Pending => {
                    is_over = false;
                    state.processes[process].is_awake = flag.0.load(Ordering::Relaxed);
                }
            }
        });
        if is_over {
            tasks[process] = None;
        }
    }
    drop(tasks);
    let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
    if state.wrong.is_none() && !state.events.is_empty() {
        state.wrong(Wrong::Stuck {
            error: "it never ends".to_owned(),
        });
    }
    HistoryEnd {
        wrong: state.wrong.take(),
        choices: std::mem::replace(
            &mut state.choices,
            Choices::new(crate::choice::Seed::default(), crate::choice::ChoiceSource::Listed),
        ),
        timeline: state.timeline.take().unwrap_or_default(),
    }
}

/// Ends a run of a process, and plans the next one.
fn restart(state: &mut WorldState, process: usize, error: Option<&Error>) {
    state.note(|| match error {
        Some(error) => format!("process {process} fails: {error}"),
        None => format!("process {process} is gone"),
    });
    state.ends += 1;
    state.processes[process].life += 1;
    let life = state.processes[process].life;
    // A single process has no reason to fail before a first fault, unless the samples or the service are wrong.
    let is_first = state.processes.len() == 1 && state.choices.taken.0.is_empty();
    if life >= LIVES || is_first {
        let error = error.map_or_else(|| "it dies".to_owned(), ToString::to_string);
        state.wrong(Wrong::Stuck { error });
    }
    let usual = WAITS[(life as usize - 1).min(WAITS.len() - 1)];
    let wait = match state.choose(3) {
        0 => usual,
        1 => WAITS[WAITS.len() - 1],
        _ => {
            state.note(|| "the store is restored from a backup".to_owned());
            state.kept.restore();
            WAITS[0]
        }
    };
    let at = (state.now + wait * 1000).max(state.down_until);
    state.at(at, WorldEvent::Restart(process));
}

/// Returns the process that runs next, or `None` if the history is over.
fn next<F, P>(state: &Arc<Mutex<WorldState>>, tasks: &mut [Option<Running>], program: &F) -> Option<usize>
where
    F: Fn(World) -> P,
    P: Future<Output = Result<Belief, Error>> + 'static,
{
    loop {
        let mut own = state.lock().unwrap_or_else(PoisonError::into_inner);
        if own.wrong.is_some() {
            return None;
        }
        let awake: Vec<usize> = (0..tasks.len())
            .filter(|process| own.processes[*process].is_awake && tasks[*process].is_some())
            .collect();
        if !awake.is_empty() {
            let chosen = if awake.len() > 1 { own.choose(awake.len()) } else { 0 };
            let process = awake[chosen.min(awake.len() - 1)];
            own.processes[process].is_awake = false;
            return Some(process);
        }
        let ((at, _), event) = own.events.pop_first()?;
        own.now = own.now.max(at);
        match event {
            WorldEvent::Wake { process, life } => {
                own.processes[process].is_awake |= own.processes[process].life == life;
            }
            WorldEvent::Arrive(message) => {
                own.note(|| "a late request arrives".to_owned());
                drop(own.arrive(&message));
            }
            WorldEvent::Restart(process) => {
                let ahead = CLOCKS[own.choose(CLOCKS.len()).min(CLOCKS.len() - 1)];
                own.processes[process].ahead = ahead;
                own.processes[process].is_awake = true;
                let life = own.processes[process].life;
                own.note(|| format!("process {process} starts, its clock is {ahead} s ahead"));
                drop(own);
                let world = World {
                    state: state.clone(),
                    process,
                    life,
                };
                tasks[process] = Some(Box::pin(program(world)));
            }
        }
    }
}
