//! Marks of the paying program: one line on its standard output for each step, so that the killer knows the step it hit.
//! Never: a line that is kept back in a buffer.

use std::fmt;
use std::io::Write as _;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

/// A place in the life of an intent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// The process starts, and opens its journal.
    Starting,
    /// Nothing is written down: it reads, quotes and drafts.
    Before,
    /// The intent is being written down.
    Writing,
    /// The intent is recorded, and not sent.
    Written,
    /// The request is sent, and no answer has arrived.
    InFlight,
    /// The answer, or its loss, is known to the program and not written down.
    Answered,
    /// The result is being recorded.
    Settling,
    /// The program finishes what an earlier run of it left.
    Resuming,
}

impl Place {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Starting,
        Self::Before,
        Self::Writing,
        Self::Written,
        Self::InFlight,
        Self::Answered,
        Self::Settling,
        Self::Resuming,
    ];

    /// Its word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Before => "before",
            Self::Writing => "writing",
            Self::Written => "written",
            Self::InFlight => "in-flight",
            Self::Answered => "answered",
            Self::Settling => "settling",
            Self::Resuming => "resuming",
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|place| place.name() == text);
        found.ok_or_else(|| format!("`{text}` is no place"))
    }
}

/// Says where the program is. Clones say it together.
#[derive(Debug, Clone)]
pub struct Marks(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    place: Place,
    /// The mark at which to stop for good, and the number of times it is passed before.
    halt: Option<(Place, u64)>,
}

impl Marks {
    /// Begins at the start. At `halt` the program stops, and waits to be killed.
    pub fn new(halt: Option<(Place, u64)>) -> Self {
        let place = Place::Starting;
        Self(Arc::new(Mutex::new(State { place, halt })))
    }

    /// The present place.
    pub fn place(&self) -> Place {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).place
    }

    /// Goes on to a place.
    pub fn set(&self, place: Place) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.place = place;
        say(place.name());
        match &mut state.halt {
            Some((wanted, 0)) if *wanted == place => loop {
                std::thread::park();
            },
            Some((wanted, left)) if *wanted == place => *left -= 1,
            _ => {}
        }
    }
}

/// Prints a line at once.
pub fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // One write, so that a kill leaves no half line. An error is ignored: without its reader, this program is being killed.
    let _ = out.write_all(format!("{line}\n").as_bytes());
    let _ = out.flush();
}
