//! Progress of runs above one second: the stage and the share that is done.
//!
//! In: signs of the work. Out: lines for standard error. Never changes or delays the work.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

use sdkwright_contract::Stage;

/// Delay of the first line, and interval of the next ones.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    pub(crate) first: Duration,
    pub(crate) then: Duration,
}

impl Pace {
    /// Returns the pace for a run that began so long ago: a line is rewritten on a terminal, and written anew elsewhere.
    pub(crate) fn after(began: Duration, is_terminal: bool) -> Self {
        Self {
            first: Duration::from_secs(1).saturating_sub(began),
            then: if is_terminal {
                Duration::from_millis(200)
            } else {
                Duration::from_secs(3)
            },
        }
    }
}

/// The place of a run: a stage, and the share of the whole that is done, in percent.
#[derive(Debug)]
pub(crate) struct Progress(Mutex<(&'static str, u8)>);

/// Shares at which the stages of the generator begin, and the end of the last one; measured on contracts of 1 to 10 MB.
const SHARES: [(Stage, u8); 7] = [
    (Stage::Load, 0),
    (Stage::Parse, 8),
    (Stage::Lower, 28),
    (Stage::Seal, 35),
    (Stage::Assign, 37),
    (Stage::Emit, 40),
    (Stage::Gather, EMITTED),
];
const EMITTED: u8 = 85;
/// Share at which the files are written.
const WRITE: u8 = 88;

impl Progress {
    fn new() -> Self {
        Self(Mutex::new(("read", 0)))
    }

    /// Notes a stage, and the share in percent that is done.
    fn at(&self, stage: &'static str, share: u8) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (stage, share);
    }

    /// Notes that a stage begins.
    pub(crate) fn begins(&self, stage: Stage) {
        let share = SHARES.iter().find(|(known, _)| *known == stage);
        self.at(stage.word(), share.map_or(0, |(_, share)| *share));
    }

    /// Notes how many files are emitted.
    pub(crate) fn emitted(&self, done: usize, all: usize) {
        let begun = SHARES[5].1;
        let part = usize::from(EMITTED - begun) * done / all.max(1);
        self.at(Stage::Emit.word(), begun + u8::try_from(part).unwrap_or(0));
    }

    /// Notes that the files are being written.
    pub(crate) fn writes(&self) {
        self.at("write", WRITE);
    }

    fn line(&self, what: &str) -> String {
        let (stage, share) = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        format!("{what}: {stage}, {share} %")
    }
}

/// Runs the work. Tells where it is if it takes longer than the pace, and at the end that it is over, by an empty line.
pub(crate) fn watched<T>(
    what: &str,
    pace: Pace,
    mut say: impl FnMut(&str) + Send,
    work: impl FnOnce(&Progress) -> T,
) -> T {
    let (done, waits) = mpsc::channel::<()>();
    let progress = &Progress::new();
    std::thread::scope(|threads| {
        threads.spawn(move || {
            let (mut wait, mut last) = (pace.first, String::new());
            while let Err(mpsc::RecvTimeoutError::Timeout) = waits.recv_timeout(wait) {
                let line = progress.line(what);
                if line != last {
                    say(&line);
                    last = line;
                }
                wait = pace.then;
            }
            if !last.is_empty() {
                say("");
            }
        });
        let result = work(progress);
        drop(done);
        result
    })
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
    use std::sync::mpsc;
    use std::time::Duration;

    use sdkwright_contract::Stage;

    use super::{EMITTED, Pace, Progress, SHARES, watched};

    #[test]
    fn long_work_is_told_by_stage_and_share_while_it_goes_on() {
        let (said, heard) = mpsc::channel();
        let pace = Pace {
            first: Duration::ZERO,
            then: Duration::ZERO,
        };
        let say = move |line: &str| {
            let _ = said.send(line.to_owned());
        };
        // Each step of the work waits for the line about it.
        let until = |wanted: &str| while heard.recv().unwrap() != wanted {};
        watched("shop.yaml", pace, say, |progress| {
            progress.begins(Stage::Parse);
            until("shop.yaml: parse, 8 %");
            progress.emitted(1, 3);
            until("shop.yaml: emit, 55 %");
            progress.emitted(3, 3);
            until("shop.yaml: emit, 85 %");
        });
        until("");
    }

    #[test]
    fn short_work_is_done_without_a_word() {
        let mut lines = 0;
        let pace = Pace::after(Duration::ZERO, false);
        let hour = Pace {
            first: Duration::from_hours(1),
            ..pace
        };
        assert_eq!(pace.first, Duration::from_secs(1));
        assert_eq!(watched("shop.yaml", hour, |_| lines += 1, |_| 7), 7);
        assert_eq!(lines, 0);
    }

    #[test]
    fn the_shares_grow_with_the_stages() {
        assert!(SHARES.is_sorted() && SHARES[5].0 == Stage::Emit);
        let progress = Progress::new();
        for (stage, share) in SHARES {
            progress.begins(stage);
            assert!(progress.line("a").ends_with(&format!("{}, {share} %", stage.word())));
        }
        progress.emitted(0, 0);
        assert!(progress.line("a").ends_with("emit, 40 %") && super::WRITE > EMITTED);
    }
}
