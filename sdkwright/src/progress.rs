//! Progress of a run on a terminal: a stage, and a bar with counts.
//!
//! In: signs of the work. Out: one line of standard error, cleared at the end; nothing if that is not a terminal. Never
//! changes or delays the work.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use sdkwright_contract::Stage;
use sdkwright_contract::text::visible_line;

const TEMPLATE: &str = "{prefix}: {msg} [{bar:30}] {pos}/{len}, {elapsed}";

/// Stages of `generate`: those of [`Stage`], then the files are written.
const STAGES: usize = 8;

/// The bar of one piece of work. The line is cleared when it is dropped.
#[derive(Debug)]
pub(crate) struct WorkBar(ProgressBar);

impl WorkBar {
    /// Begins a bar for a contract or a comparison.
    pub(crate) fn new(what: &str) -> Self {
        let bar = ProgressBar::no_length().with_prefix(visible_line(what).into_owned());
        if !bar.is_hidden() {
            // The template is a constant; the default of the crate shows the same counts.
            bar.set_style(ProgressStyle::with_template(TEMPLATE).unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        Self(bar)
    }

    /// Notes that a stage of `generate` begins.
    pub(crate) fn begins(&self, stage: Stage) {
        self.counts(stage.word(), stage as usize, STAGES);
    }

    /// Notes that the files are being written.
    pub(crate) fn writes(&self) {
        self.counts("write", STAGES - 1, STAGES);
    }

    /// Notes how much of a stage is done, such as its files.
    pub(crate) fn counts(&self, stage: &'static str, done: usize, all: usize) {
        self.0.set_length(all as u64);
        self.0.set_position(done as u64);
        self.0.set_message(stage);
    }
}

// Wall-clock time of each stage; `codegen` announces the stages, the clock is here.

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

#[cfg(test)]
mod tests {
    use sdkwright_contract::Stage;

    use super::WorkBar;

    #[test]
    fn a_bar_counts_stages_then_files_and_is_hidden_without_a_terminal() {
        let progress = WorkBar::new("shop.yaml");
        assert!(progress.0.is_hidden());
        progress.begins(Stage::Gather);
        assert_eq!((progress.0.position(), progress.0.length()), (6, Some(8)));
        progress.counts("emit", 1, 3);
        assert_eq!((progress.0.position(), progress.0.length()), (1, Some(3)));
    }
}
