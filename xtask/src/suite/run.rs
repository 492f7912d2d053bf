//! Runs processes side by side.
//!
//! In: processes in the order of their starts. Out: how each ended, with its output in a file. A file and no pipe, since a
//! server that outlives its test would keep a pipe open.

use std::collections::VecDeque;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};
use std::{io, thread};

use super::arguments::Arguments;
use super::outcome::Ended;
use super::programs::Job;

/// Time between two looks at a process.
const LOOK: Duration = Duration::from_millis(10);

/// Start or end of a process.
#[derive(Clone, Copy)]
pub(super) enum Event<'a> {
    Began(&'a str),
    Ended(&'a Ended),
}

/// Runs the processes, and tells of each start and end.
pub(super) fn side_by_side(
    queue: VecDeque<&Job>,
    arguments: &Arguments,
    output: &Path,
    tell: &mut impl FnMut(Event<'_>),
) -> io::Result<Vec<Ended>> {
    let queue = Mutex::new(queue);
    let (sender, receiver) = mpsc::channel();
    thread::scope(|threads| {
        for _ in 0..arguments.jobs() {
            let (sender, queue) = (sender.clone(), &queue);
            threads.spawn(move || {
                loop {
                    let next = queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                    let Some(job) = next else { break };
                    // Not at the same time: a program may have a folder that is its own.
                    for time in 0..arguments.times {
                        let _ = sender.send(Ok(job.name.clone()));
                        let _ = sender.send(Err(one(job, time, arguments, output)));
                    }
                }
            });
        }
        drop(sender);
        let mut all = Vec::new();
        for told in receiver {
            match told {
                Ok(name) => tell(Event::Began(&name)),
                Err(ended) => {
                    let ended = ended?;
                    tell(Event::Ended(&ended));
                    all.push(ended);
                }
            }
        }
        Ok(all)
    })
}

/// Runs a process to its end.
fn one(job: &Job, time: usize, arguments: &Arguments, output: &Path) -> io::Result<Ended> {
    let suffix = if time == 0 {
        String::new()
    } else {
        format!(".{}", time + 1)
    };
    let file = output.join(job.name.replace(['/', ':'], ".") + &suffix + ".txt");
    let began = Instant::now();
    let ended = wait(job, arguments, &file);
    let seconds = began.elapsed().as_secs_f64();
    Ended::new(job, ended, seconds, file)
}

/// Starts a process and waits for it. Returns no status if it took too long.
fn wait(job: &Job, arguments: &Arguments, file: &PathBuf) -> io::Result<Option<ExitStatus>> {
    let out = File::create(file)?;
    let mut command = job.command();
    if let Some(threads) = arguments.threads {
        command.env("RUST_TEST_THREADS", threads.to_string());
    }
    let mut child = command
        .stdin(Stdio::null())
        .stderr(out.try_clone()?)
        .stdout(out)
        .spawn()?;
    let began = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if began.elapsed() > arguments.limit() {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(LOOK);
    }
}
