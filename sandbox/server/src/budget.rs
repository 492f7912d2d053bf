//! In: evaluations of rules, and what they do. Out: an error for those that take more steps or more time than a call may take. Never: an
//! evaluation that continues beyond.

use cel::ExecutionError;
use std::cell::Cell;
use std::time::{Duration, Instant};

/// The most steps of the expressions of one call: elements of macros, and parts of new values.
const STEPS: u64 = 300_000;
/// The longest time of the expressions of one call.
const TIME: Duration = Duration::from_secs(2);
/// The steps of an evaluation, whatever the expression.
const START: u64 = 3;

/// The steps and the time that evaluations may still take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StepBudget {
    steps: u64,
    time: Duration,
}

impl Default for StepBudget {
    fn default() -> Self {
        Self {
            steps: STEPS,
            time: TIME,
        }
    }
}

impl StepBudget {
    pub(crate) fn is_spent(self) -> bool {
        self.steps == 0
    }

    /// Evaluates within the budget. After an evaluation beyond it, nothing is left.
    pub(crate) fn run<T>(&mut self, work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
        let began = Instant::now();
        RUNNING.set((self.steps, Some(began + self.time)));
        let result = spend(START).map_err(|error| error.to_string()).and_then(|()| work());
        (self.steps, _) = RUNNING.replace((u64::MAX, None));
        self.time = self.time.saturating_sub(began.elapsed());
        if self.is_spent() {
            // A part of the expression may hide the error of another one.
            return Err(beyond().to_string());
        }
        result
    }
}

thread_local! {
    /// The steps that are left to the evaluation of this thread, and its end.
    static RUNNING: Cell<(u64, Option<Instant>)> = const { Cell::new((u64::MAX, None)) };
}

pub(crate) fn beyond() -> ExecutionError {
    let why = format!("the expressions take more than {STEPS} steps or {} s", TIME.as_secs());
    ExecutionError::function_error("rules", why)
}

/// Takes steps from the evaluation of this thread.
pub(crate) fn spend(steps: u64) -> Result<(), ExecutionError> {
    let (left, end) = RUNNING.get();
    let is_late = end.is_some_and(|end| Instant::now() > end);
    let left = if is_late { 0 } else { left.saturating_sub(steps) };
    RUNNING.set((left, end));
    if left == 0 { Err(beyond()) } else { Ok(()) }
}

/// Takes the steps of a product of numbers with so many digits, or of a search in a text for a pattern, by their characters.
pub(crate) fn spend_product(one: u64, two: u64) -> Result<(), ExecutionError> {
    spend(one.saturating_mul(two) / 64)
}
