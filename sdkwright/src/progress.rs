//! Progress output of runs above two seconds, on a terminal.

use std::sync::mpsc;
use std::time::Duration;

/// Delay of the first message, and interval of the next ones.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    pub(crate) first: Duration,
    pub(crate) then: Duration,
}

/// Time that people wait without a sign of progress.
pub(crate) const PACE: Pace = Pace {
    first: Duration::from_secs(2),
    then: Duration::from_secs(5),
};

/// Runs the work; prints its name and duration if it takes longer than the pace.
pub(crate) fn watched<T>(what: &str, pace: Pace, mut say: impl FnMut(&str) + Send, work: impl FnOnce() -> T) -> T {
    let (done, waits) = mpsc::channel::<()>();
    std::thread::scope(|threads| {
        threads.spawn(move || {
            let (mut wait, mut waited) = (pace.first, Duration::ZERO);
            while let Err(mpsc::RecvTimeoutError::Timeout) = waits.recv_timeout(wait) {
                waited += wait;
                say(&format!("{what} ... {} s", waited.as_secs()));
                wait = pace.then;
            }
        });
        let result = work();
        drop(done);
        result
    })
}

#[cfg(test)]
mod tests {
    use super::{PACE, Pace, watched};
    use std::sync::mpsc;
    use std::time::Duration;

    #[test]
    fn long_work_is_told_while_it_goes_on() {
        let (said, heard) = mpsc::channel();
        let pace = Pace {
            first: Duration::ZERO,
            then: Duration::ZERO,
        };
        // The work ends only after two messages.
        let lines = watched(
            "generating",
            pace,
            move |line| {
                let _ = said.send(line.to_owned());
            },
            || [heard.recv().unwrap(), heard.recv().unwrap()],
        );
        assert_eq!(lines, ["generating ... 0 s", "generating ... 0 s"]);
    }

    #[test]
    fn short_work_is_done_without_a_word() {
        let pace = Pace {
            first: Duration::from_hours(1),
            ..PACE
        };
        let mut lines = 0;
        assert_eq!(watched("generating", pace, |_| lines += 1, || 7), 7);
        assert_eq!(lines, 0);
    }
}
