//! All that there is to say about one run, with the files it is about.

use super::{
    code::{Code, Level},
    diagnostic::Diagnostic,
};
use crate::text::{SourceMap, Span};
use std::collections::{BTreeMap, HashSet};

/// How a contract is judged as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Mode {
    /// For contracts of our own: what we do not understand is an error.
    #[default]
    Strict,
    /// For contracts of others: the smallest part falls back, with a warning.
    Lenient,
}

/// The level of every code.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Levels {
    /// As a whole.
    pub mode: Mode,
    /// Codes that are set by hand.
    pub overrides: BTreeMap<Code, Level>,
}

impl Levels {
    /// Strict.
    pub fn strict() -> Self {
        Self::default()
    }

    /// Lenient.
    pub fn lenient() -> Self {
        Self {
            mode: Mode::Lenient,
            overrides: BTreeMap::new(),
        }
    }

    /// The level of a code.
    pub fn of(&self, code: Code) -> Level {
        let (strict, lenient) = code.levels();
        let by_mode = if self.mode == Mode::Strict { strict } else { lenient };
        self.overrides.get(&code).copied().unwrap_or(by_mode)
    }
}

/// How many diagnostics of one code are kept; the others are counted.
const KEPT: usize = 200;

/// What there is to say.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The files it is about.
    pub sources: SourceMap,
    levels: Levels,
    kept: Vec<Diagnostic>,
    seen: HashSet<(Code, Span, String)>,
    counts: BTreeMap<Code, usize>,
    errors: usize,
}

impl Report {
    /// Nothing to say yet.
    pub fn new(levels: Levels) -> Self {
        Self {
            levels,
            ..Self::default()
        }
    }

    /// The levels in force.
    pub fn levels(&self) -> &Levels {
        &self.levels
    }

    /// Is what we do not understand an error?
    pub fn is_strict(&self) -> bool {
        self.levels.mode == Mode::Strict
    }

    /// Takes a diagnostic and gives it the level of its code. One that was said before at the same place is dropped.
    pub fn push(&mut self, mut diagnostic: Diagnostic) {
        diagnostic.level = self.levels.of(diagnostic.code);
        let count = self.counts.entry(diagnostic.code).or_default();
        if diagnostic.level == Level::Hidden {
            *count += 1;
            return;
        }
        if *count < KEPT {
            let key = (diagnostic.code, diagnostic.primary.span, diagnostic.message.clone());
            if !self.seen.insert(key) {
                return;
            }
        }
        *count += 1;
        self.errors += usize::from(diagnostic.level == Level::Error);
        if *count <= KEPT {
            self.kept.push(diagnostic);
        }
    }

    /// Takes a diagnostic that is only made if it is shown at all.
    pub fn say(&mut self, code: Code, diagnostic: impl FnOnce() -> Diagnostic) {
        if self.levels.of(code) == Level::Hidden {
            *self.counts.entry(code).or_default() += 1;
        } else {
            self.push(diagnostic());
        }
    }

    /// Was nothing said that would be shown?
    pub fn is_silent(&self) -> bool {
        self.kept.is_empty()
    }

    /// Is there an error?
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// How many errors there are.
    pub fn errors(&self) -> usize {
        self.errors
    }

    /// What is to be shown, by place; what is nowhere comes last.
    pub fn diagnostics(&self) -> Vec<&Diagnostic> {
        let mut all: Vec<&Diagnostic> = self.kept.iter().collect();
        all.sort_by(|a, b| (a.primary.span, a.code, &a.message).cmp(&(b.primary.span, b.code, &b.message)));
        all
    }

    /// Every code that came, its level and how often (those not kept or not shown included).
    pub fn summary(&self) -> Vec<(Code, Level, usize)> {
        self.counts
            .iter()
            .map(|(code, count)| (*code, self.levels.of(*code), *count))
            .collect()
    }

    /// How often a code came.
    pub fn count(&self, code: Code) -> usize {
        self.counts.get(&code).copied().unwrap_or(0)
    }

    /// How many of a code are counted but not kept.
    pub fn omitted(&self, code: Code) -> usize {
        if self.levels.of(code) == Level::Hidden {
            0
        } else {
            self.count(code).saturating_sub(KEPT)
        }
    }
}
