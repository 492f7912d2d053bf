//! One run of the paying program, and its death. In: a command, and when to kill it. Out: how it ended, and where it was then.
//! Never: a kill by another signal than the one that cannot be caught.

use crate::marks::Place;
use crate::pay::{ENDED, STUCK};
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

/// When a program is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Death {
    Never,
    /// A moment behind one of its steps.
    After {
        steps: u64,
        pause: Duration,
    },
    /// At a place, where it waits for it, when it passed that so often before.
    At {
        place: Place,
        passed: u64,
    },
}

/// How it ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum End {
    Killed(Place),
    /// All its payments have ended.
    Done,
    /// What is left will not end as long as the server knows the keys.
    Stuck,
    Failed(String),
}

/// A run of the program.
#[derive(Debug)]
pub(crate) struct Life {
    pub(crate) end: End,
    /// Payments that have ended, as it says.
    pub(crate) ended: Vec<u64>,
}

pub(crate) fn live(mut command: Command, death: Death) -> anyhow::Result<Life> {
    if let Death::At { place, passed } = death {
        command.arg("--halt").arg(format!("{place}:{passed}"));
    }
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
    let lines = child
        .stdout
        .take()
        .map(BufReader::new)
        .into_iter()
        .flat_map(BufReader::lines);
    let (mut place, mut ended) = (Place::Starting, Vec::new());
    let (mut steps, mut passed) = (0, 0);
    for line in lines {
        let line = line?;
        if let Some(number) = line.strip_prefix(ENDED) {
            ended.push(number.parse()?);
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
            // The lines behind it, which are there already, tell how far it came.
            child.kill()?;
        }
    }
    let status = child.wait()?;
    let end = match status.code() {
        Some(0) => End::Done,
        Some(code) if code == i32::from(STUCK) => End::Stuck,
        None => End::Killed(place),
        Some(_) => End::Failed(format!("{status}, {place}")),
    };
    Ok(Life { end, ended })
}
