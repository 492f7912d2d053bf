//! Wall-clock time of each stage; `codegen` announces the stages, the clock is here.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// Stages in the order of their first start, with their durations.
#[derive(Debug)]
pub(crate) struct Timings {
    stages: RefCell<Vec<(&'static str, Duration)>>,
    now: RefCell<Option<(&'static str, Instant)>>,
}

impl Timings {
    /// Returns an empty table.
    pub(crate) fn start() -> Self {
        Self {
            stages: RefCell::new(Vec::new()),
            now: RefCell::new(None),
        }
    }

    /// Ends the current stage and begins another.
    pub(crate) fn begin(&self, stage: &'static str) {
        self.end();
        self.now.replace(Some((stage, Instant::now())));
    }

    fn end(&self) {
        let Some((stage, since)) = self.now.take() else { return };
        let mut stages = self.stages.borrow_mut();
        match stages.iter_mut().find(|(known, _)| *known == stage) {
            Some((_, took)) => *took += since.elapsed(),
            None => stages.push((stage, since.elapsed())),
        }
    }

    /// Returns a line per stage and one for the total, in milliseconds.
    pub(crate) fn table(&self) -> String {
        self.end();
        let stages = self.stages.borrow();
        let all = stages.iter().map(|(_, took)| *took).sum();
        stages
            .iter()
            .copied()
            .chain([("all", all)])
            .fold("timings:".to_owned(), |mut text, (stage, took)| {
                let _ = write!(text, "\n{:>8} ms  {stage}", took.as_millis());
                text
            })
    }
}
