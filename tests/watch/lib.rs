//! Hears everything that is told while a test program runs: every span and event of `tracing` at every level, every record of
//! `log`, and the words of panics.
//!
//! In: the variable `SDK_WATCH`, a folder. Out: a file in it for each program, with what was heard, and copies of what a test
//! wants to have searched. `.ci/leaks` sets the variable and searches. Never: anything at all without the variable, unless a
//! test listens by itself. Nothing but tests may depend on this.

#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a test that cannot go on fails"
)]

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

/// Where somebody watches.
fn folder() -> Option<PathBuf> {
    std::env::var_os("SDK_WATCH").map(PathBuf::from)
}

/// A file of this process alone.
fn place(folder: &Path, name: &str) -> PathBuf {
    let program = std::env::current_exe().unwrap();
    let program = program.file_stem().unwrap().to_string_lossy();
    folder.join(format!("{program}-{}.{name}", std::process::id()))
}

/// What was heard. Clones are the same.
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
    /// The one that hears the whole program; nothing else may hear it already.
    pub fn everywhere() -> &'static Self {
        static EAR: OnceLock<Ear> = OnceLock::new();
        EAR.get_or_init(|| {
            let ear = folder().map_or_else(Self::default, |folder| Self::writing(place(&folder, "log")));
            tracing::subscriber::set_global_default(ear.clone()).unwrap();
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
            "{what} {} {}:{}",
            metadata.target(),
            metadata.name(),
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
