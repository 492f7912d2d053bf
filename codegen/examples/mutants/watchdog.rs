//! Watchdog of the run: the threads report which mutant they read. A mutant that does not end, or a process that needs too
//! much memory, stops the run with the name of the mutant; after any stop the mutants being read are on the disk.

use std::{
    fs,
    path::PathBuf,
    process::exit,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

/// A mutant that takes longer has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);
/// One that takes longer will not end.
const ENDLESS: Duration = Duration::from_mins(1);
/// Memory limit of the whole process, in bytes.
const MEMORY: u64 = 2 << 30;

/// For each thread: the mutant it reads, and since when.
type Reading = Arc<Mutex<Vec<Option<(String, Instant)>>>>;

/// Watchdog of all threads.
pub(crate) struct Watchdog {
    reading: Reading,
    now: PathBuf,
}

impl Watchdog {
    /// Begins to look at so many threads; what they read is put into a folder.
    pub(crate) fn begin(threads: usize, now: PathBuf) -> Self {
        let reading: Reading = Arc::new(Mutex::new(vec![None; threads]));
        let watched = Arc::clone(&reading);
        thread::spawn(move || {
            loop {
                thread::sleep(Duration::from_millis(50));
                look(&watched);
            }
        });
        Self { reading, now }
    }

    /// A thread starts with a mutant.
    pub(crate) fn enters(&self, thread: usize, name: &str, bytes: &[u8]) {
        // An error is ignored: the file only helps to find the mutant of a crash.
        let _ = fs::write(self.now.join(format!("{thread}.yaml")), bytes);
        self.set(thread, Some((name.to_owned(), Instant::now())));
    }

    /// A thread has finished its mutant.
    pub(crate) fn leaves(&self, thread: usize) {
        self.set(thread, None);
    }

    fn set(&self, thread: usize, what: Option<(String, Instant)>) {
        let mut reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = reading.get_mut(thread) {
            *place = what;
        }
    }
}

fn look(reading: &Reading) {
    let reading = reading.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let endless = reading.iter().flatten().find(|(_, since)| since.elapsed() > ENDLESS);
    if let Some((name, _)) = endless {
        println!("{name} does not end; its bytes lie in `now`");
        exit(1);
    }
    if of_status("VmRSS:").is_some_and(|bytes| bytes > MEMORY) {
        let names: Vec<&str> = reading.iter().flatten().map(|(name, _)| name.as_str()).collect();
        println!(
            "one of {} needs more than {} MiB; their bytes lie in `now`",
            names.join(", "),
            MEMORY >> 20
        );
        exit(1);
    }
}

/// The most that the process has used since [`forget_peak`], in bytes, where the system tells.
pub(crate) fn peak() -> Option<u64> {
    of_status("VmHWM:")
}

/// Begins a new peak, where the system can.
pub(crate) fn forget_peak() {
    let _ = fs::write("/proc/self/clear_refs", "5");
}

fn of_status(word: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let rest = status.lines().find_map(|line| line.strip_prefix(word))?;
    let kilobytes: u64 = rest.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kilobytes << 10)
}
