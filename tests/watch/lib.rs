//! Hears everything that is told while a test program runs: every span and event of `tracing` at every level, every record of
//! `log`, and the words of panics.
//!
//! In: the variable `SDK_WATCH`, a folder. Out: a file in it for each program, with what was heard, and copies of what a test
//! wants to have searched; what one thread tells, for a test that asks for it. `.ci/leaks` sets the variable and searches. Never:
//! a file without the variable, and a subscriber of one thread alone (`tracing::subscriber::with_default`): `tracing` asks once
//! whether a place in the code is heard, and where another thread comes to it first, nobody is. Nothing but tests may depend
//! on this.

#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a test that cannot go on fails"
)]

use std::cell::{Cell, RefCell};
use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Writes down all that this program tells from now on, if somebody watches. Every fixture that makes a client begins with it.
pub fn listen() {
    everyone();
    if folder().is_some() {
        Ear::everywhere();
    }
}

/// Lays something beside what was heard, if somebody watches: what a child process printed, a file that a test leaves.
pub fn keep(name: &str, bytes: impl AsRef<[u8]>) {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    if let Some(folder) = folder() {
        let name = format!("{}.{name}", COUNT.fetch_add(1, Ordering::Relaxed));
        std::fs::write(place(&folder, &name), bytes).unwrap();
    }
}

/// Lays all files of a folder beside what was heard, if somebody watches: those of a journal in which everything is settled.
pub fn keep_files(of: &Path) {
    if folder().is_none() {
        return;
    }
    for entry in std::fs::read_dir(of).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            keep_files(&path);
        } else {
            keep(
                &path.file_name().unwrap().to_string_lossy(),
                std::fs::read(&path).unwrap(),
            );
        }
    }
}

/// Runs `work` with `subscriber` for the events of this thread, besides the listener of the whole program.
pub fn heard_by<T>(subscriber: impl Subscriber, work: impl FnOnce() -> T) -> T {
    /// Forgets the subscriber, also where the work panics.
    struct Until;
    impl Drop for Until {
        fn drop(&mut self) {
            OWN.set(None);
            ALONE.set(false);
        }
    }
    everyone();
    OWN.set(Some(Arc::new(subscriber)));
    let _until = Until;
    work()
}

/// Runs `work` with `subscriber` alone for the events of this thread: for events that must not be in what the whole program
/// tells, such as leaks that a test plants.
pub fn heard_only_by<T>(subscriber: impl Subscriber, work: impl FnOnce() -> T) -> T {
    heard_by(subscriber, || {
        ALONE.set(true);
        work()
    })
}

thread_local! {
    /// The subscriber of this thread.
    static OWN: RefCell<Option<Arc<dyn Subscriber>>> = const { RefCell::new(None) };
    /// The listener of the whole program does not hear this thread.
    static ALONE: Cell<bool> = const { Cell::new(false) };
}

/// The subscriber of the whole program.
static WHOLE: OnceLock<Ear> = OnceLock::new();

/// Makes sure that every place in the code is heard, whatever thread comes to it first, and whether or not somebody listens.
fn everyone() {
    static HEARD: OnceLock<()> = OnceLock::new();
    HEARD.get_or_init(|| {
        tracing::subscriber::set_global_default(Everyone).unwrap();
        // Another thread may have cached a callsite as disabled while the line above ran.
        tracing::callsite::rebuild_interest_cache();
    });
}

/// The subscriber of the program: it tells on to the ear of the whole program and to whoever hears this thread.
struct Everyone;

impl Everyone {
    fn each<T>(mut tell: impl FnMut(&dyn Subscriber) -> T) -> Option<T> {
        let whole = WHOLE.get().filter(|_| !ALONE.get()).map(|ear| tell(ear));
        let own = OWN.with_borrow(Clone::clone);
        own.map(|own| tell(&*own)).or(whole)
    }
}

impl Subscriber for Everyone {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        Self::each(|one| one.new_span(attributes)).unwrap_or_else(|| Id::from_u64(1))
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        Self::each(|one| one.record(span, values));
    }

    fn record_follows_from(&self, span: &Id, follows: &Id) {
        Self::each(|one| one.record_follows_from(span, follows));
    }

    fn event(&self, event: &Event<'_>) {
        Self::each(|one| one.event(event));
    }

    fn enter(&self, span: &Id) {
        Self::each(|one| one.enter(span));
    }

    fn exit(&self, span: &Id) {
        Self::each(|one| one.exit(span));
    }
}

/// The file for the log, if one is set.
fn folder() -> Option<PathBuf> {
    std::env::var_os("SDK_WATCH").map(PathBuf::from)
}

/// A file of this process alone.
fn place(folder: &Path, name: &str) -> PathBuf {
    let program = std::env::current_exe().unwrap();
    let program = program.file_stem().unwrap().to_string_lossy();
    folder.join(format!("{program}-{}.{name}", std::process::id()))
}

/// The recorded text. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Ear(Arc<Notes>);

#[derive(Debug)]
enum Notes {
    Memory(Mutex<String>),
    /// Written line by line, since a program may be killed.
    File(PathBuf, File),
}

impl Default for Notes {
    fn default() -> Self {
        Self::Memory(Mutex::default())
    }
}

impl Ear {
    /// Returns the listener for the whole program; no other global subscriber may be set.
    pub fn everywhere() -> &'static Self {
        everyone();
        WHOLE.get_or_init(|| {
            let ear = folder().map_or_else(Self::default, |folder| Self::writing(place(&folder, "log")));
            log::set_boxed_logger(Box::new(ear.clone())).unwrap();
            log::set_max_level(log::LevelFilter::Trace);
            let (panics, before) = (ear.clone(), std::panic::take_hook());
            std::panic::set_hook(Box::new(move |panic| {
                panics.note(format_args!("panic {panic}"));
                before(panic);
            }));
            ear.note(format_args!("listening"));
            ear
        })
    }

    fn writing(path: PathBuf) -> Self {
        let file = OpenOptions::new().create(true).append(true).open(&path).unwrap();
        Self(Arc::new(Notes::File(path, file)))
    }

    /// All that was heard so far.
    pub fn heard(&self) -> String {
        match &*self.0 {
            Notes::Memory(text) => text.lock().unwrap().clone(),
            Notes::File(path, _) => std::fs::read_to_string(path).unwrap(),
        }
    }

    /// Takes down a line.
    pub fn note(&self, told: std::fmt::Arguments<'_>) {
        let line = format!("{told}\n");
        match &*self.0 {
            Notes::Memory(text) => text.lock().unwrap().push_str(&line),
            Notes::File(_, file) => {
                let mut file = file;
                file.write_all(line.as_bytes()).unwrap();
            }
        }
    }

    fn fields(&self, what: &str, metadata: &Metadata<'_>, record: impl FnOnce(&mut Fields)) {
        let mut fields = Fields(String::new());
        record(&mut fields);
        self.note(format_args!(
            "{what} {} {} {}:{}",
            metadata.target(),
            metadata.name(),
            metadata.level(),
            fields.0
        ));
    }
}

struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        write!(self.0, " {field}={value:?} {value:#?}").unwrap();
    }
}

impl Subscriber for Ear {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        self.fields("span", attributes.metadata(), |fields| attributes.record(fields));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        let mut fields = Fields(String::new());
        values.record(&mut fields);
        self.note(format_args!("record{}", fields.0));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        self.fields("event", event.metadata(), |fields| event.record(fields));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

impl log::Log for Ear {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        self.note(format_args!("log {} {}", record.target(), record.args()));
    }

    fn flush(&self) {}
}

#[cfg(test)]
mod tests {
    use super::{Ear, heard_by};

    #[test]
    fn what_another_thread_came_to_first_is_heard() {
        fn before() {
            tracing::info!("said before");
        }
        fn meanwhile() {
            tracing::info!("said meanwhile");
        }
        std::thread::spawn(before).join().unwrap();
        let ear = Ear::default();
        heard_by(ear.clone(), || {
            std::thread::spawn(meanwhile).join().unwrap();
            before();
            meanwhile();
        });
        before();
        let heard = ear.heard();
        assert_eq!(heard.matches("said before\n").count(), 1, "{heard}");
        assert_eq!(heard.matches("said meanwhile\n").count(), 1, "{heard}");
    }
}
