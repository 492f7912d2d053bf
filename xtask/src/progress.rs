//! A sign of life for runs above two seconds.

use std::sync::mpsc;
use std::time::Duration;

/// Does the work; says on stderr what is being done if it takes more than two seconds.
pub(crate) fn watched<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let (done, waits) = mpsc::channel::<()>();
    let line = format!("{what} ...");
    let watcher = std::thread::spawn(move || {
        let mut seconds = 2;
        let mut wait = Duration::from_secs(2);
        while let Err(mpsc::RecvTimeoutError::Timeout) = waits.recv_timeout(wait) {
            super::terminal::say(&format!("{line} {seconds} s"));
            wait = Duration::from_secs(5);
            seconds += 5;
        }
    });
    let result = work();
    drop(done);
    let _ = watcher.join();
    result
}
