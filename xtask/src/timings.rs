//! How long each stage of a run takes on the wall; `codegen` says when one begins, the clock is here.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// Stages in the order in which they first began, with what they took.
#[derive(Debug)]
pub(crate) struct Timings {
    stages: RefCell<Vec<(&'static str, Duration)>>,
    now: RefCell<Option<(&'static str, Instant)>>,
}

impl Timings {
    /// No stage has begun.
    pub(crate) fn start() -> Self {
        Self {
            stages: RefCell::new(Vec::new()),
            now: RefCell::new(None),
        }
    }

    /// A stage begins, and the one before it ends.
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

    /// A line per stage and one for all, in milliseconds.
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
