//! Hears everything that is told while a program runs: every span and event of `tracing` at every level, every record of
//! `log`, and the words of panics.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, OnceLock};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// What was heard. Clones are the same.
#[derive(Debug, Clone, Default)]
pub struct Ear(Arc<Mutex<String>>);

impl Ear {
    /// The one that hears the whole program.
    pub fn everywhere() -> &'static Self {
        static EAR: OnceLock<Ear> = OnceLock::new();
        EAR.get_or_init(|| {
            let ear = Self::default();
            tracing::subscriber::set_global_default(ear.clone()).unwrap();
            log::set_boxed_logger(Box::new(ear.clone())).unwrap();
            log::set_max_level(log::LevelFilter::Trace);
            let (panics, before) = (ear.clone(), std::panic::take_hook());
            std::panic::set_hook(Box::new(move |panic| {
                panics.note(format_args!("panic {panic}"));
                before(panic);
            }));
            ear
        })
    }

    /// All that was heard so far.
    pub fn heard(&self) -> String {
        self.0.lock().unwrap().clone()
    }

    pub fn note(&self, told: std::fmt::Arguments<'_>) {
        let mut heard = self.0.lock().unwrap();
        heard.write_fmt(told).unwrap();
        heard.push('\n');
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
