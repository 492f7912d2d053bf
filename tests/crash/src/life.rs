//! One run of the paying program, and its death. In: a command, and when to kill it. Out: how it ended, and where it was then.
//! Never: a kill by another signal than the one that cannot be caught.

use crate::marks::Place;
use crate::pay::ENDED;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// The moment at which a program is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Death {
    /// It lives.
    Never,
    /// A moment behind one of its steps.
    After {
        /// Number of its steps.
        steps: u64,
        /// The moment.
        pause: Duration,
    },
    /// At a place, where it waits for it, when it passed that so often before.
    At {
        /// The place.
        place: Place,
        /// Number of earlier passes.
        passed: u64,
    },
}

/// The end of a run.
#[derive(Debug, PartialEq, Eq)]
pub enum End {
    /// By a signal, at that place.
    Killed(Place),
    /// All its payments have ended.
    Done,
    /// Given up: the program made no progress for too long.
    Over(Place),
    /// With that exit code and place.
    Failed(String),
}

/// Between two looks at whether anything moves, while the program says nothing.
const LOOK: Duration = Duration::from_millis(200);

/// Runs the program until it ends, is killed or is given up. `ended` hears of each payment that has ended.
pub fn live(
    mut command: Command,
    death: Death,
    ended: impl Fn(u64),
    is_over: impl Fn() -> bool,
) -> anyhow::Result<End> {
    if let Death::At { place, passed } = death {
        command.arg("--halt").arg(format!("{place}:{passed}"));
    }
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
    let (tell, lines) = channel();
    let out = child.stdout.take().map(BufReader::new);
    // A thread of its own reads the lines, because a hanging program writes none.
    let reader = std::thread::spawn(move || {
        let lines = out.into_iter().flat_map(BufReader::lines);
        // Sending fails once the receiver has given the program up.
        let _ = lines.map(|line| tell.send(line)).find(Result::is_err);
    });
    let mut place = Place::Starting;
    let (mut steps, mut passed, mut given_up) = (0, 0, false);
    loop {
        let line = match lines.recv_timeout(LOOK) {
            Ok(line) => Some(line?),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => break,
        };
        if !given_up && is_over() {
            given_up = true;
            child.kill()?;
        }
        let Some(line) = line else { continue };
        if let Some(number) = line.strip_prefix(ENDED) {
            ended(number.parse()?);
            continue;
        }
        place = line.parse().map_err(anyhow::Error::msg)?;
        steps += 1;
        let is_due = match death {
            Death::Never => false,
            Death::After { steps: wanted, pause } => {
                if steps == wanted {
                    std::thread::sleep(pause);
                }
                steps == wanted
            }
            Death::At {
                place: wanted,
                passed: before,
            } => {
                passed += u64::from(place == wanted);
                place == wanted && passed == before + 1
            }
        };
        if is_due {
            // Lines that are already in the pipe are still read, and show how far the program came.
            child.kill()?;
        }
    }
    let _ = reader.join();
    let status = child.wait()?;
    Ok(match status.code() {
        Some(0) => End::Done,
        None if given_up => End::Over(place),
        None => End::Killed(place),
        Some(_) => End::Failed(format!("{status}, {place}")),
    })
}
