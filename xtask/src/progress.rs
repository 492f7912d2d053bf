//! A sign of life for runs above two seconds, for whoever looks at a terminal.

use std::sync::mpsc;
use std::time::Duration;

/// When the first sign comes, and the time between two.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    pub(crate) first: Duration,
    pub(crate) then: Duration,
}

/// What a person waits without asking.
pub(crate) const PACE: Pace = Pace {
    first: Duration::from_secs(2),
    then: Duration::from_secs(5),
};

/// Does the work; says what is being done, and for how long, if it takes longer than the pace.
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
        // The work ends only when two signs have come.
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
