//! All that there is to say about one run, with the files it is about.

use super::{
    code::{Code, Level},
    diagnostic::Diagnostic,
    strict::StrictRanges,
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
    /// By code, and by the level it was said with.
    counts: BTreeMap<(Code, Level), usize>,
    /// The places of words that must be understood, if the contract uses our vocabulary.
    strict: Option<StrictRanges>,
    /// Losses that were not shown, until it is known whether the contract uses our vocabulary.
    hidden: Vec<Diagnostic>,
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

    /// The contract uses our vocabulary, and these are the places of its words: from now on, and in what was said before,
    /// what is lost of such a word is an error, which no level lowers.
    pub fn hold_to(&mut self, words: impl IntoIterator<Item = Span>) {
        let strict = self.strict.get_or_insert_default();
        words.into_iter().for_each(|span| strict.insert(span));
        let said = std::mem::take(&mut self.kept).into_iter();
        for diagnostic in said.chain(std::mem::take(&mut self.hidden)) {
            if diagnostic.level == Level::Error || !self.is_held(&diagnostic) {
                if diagnostic.level != Level::Hidden {
                    self.kept.push(diagnostic);
                }
                continue;
            }
            let count = self.counts.entry((diagnostic.code, diagnostic.level)).or_default();
            *count = count.saturating_sub(1);
            self.take(diagnostic, Level::Error);
        }
    }

    /// Does the contract use our vocabulary?
    pub fn is_held_to_vocabulary(&self) -> bool {
        self.strict.is_some()
    }

    /// Does it say that a word of our vocabulary is lost, in a contract that uses it?
    fn is_held(&self, diagnostic: &Diagnostic) -> bool {
        let inside = |strict: &StrictRanges| diagnostic.code.is_loss() && strict.contains(diagnostic.primary.span);
        self.strict
            .as_ref()
            .is_some_and(|strict| diagnostic.code.is_of_vocabulary() || inside(strict))
    }

    /// Takes a diagnostic and gives it the level of its code, or that of an error where the contract is held to our
    /// vocabulary. One that was said before at the same place is dropped.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        let level = if self.is_held(&diagnostic) {
            Level::Error
        } else {
            self.levels.of(diagnostic.code)
        };
        self.push_as(diagnostic, level);
    }

    /// Takes a diagnostic that is an error whatever level is set for its code.
    pub fn insist(&mut self, diagnostic: Diagnostic) {
        self.push_as(diagnostic, Level::Error);
    }

    fn push_as(&mut self, diagnostic: Diagnostic, level: Level) {
        if level != Level::Hidden {
            let key = (diagnostic.code, diagnostic.primary.span, diagnostic.message.clone());
            if self.count_of(diagnostic.code, level) < KEPT && !self.seen.insert(key) {
                return;
            }
        }
        self.take(diagnostic, level);
    }

    fn take(&mut self, diagnostic: Diagnostic, level: Level) {
        let count = self.counts.entry((diagnostic.code, level)).or_default();
        *count += 1;
        let diagnostic = Diagnostic { level, ..diagnostic };
        if level == Level::Hidden {
            if self.strict.is_none() && diagnostic.code.is_loss() && *count <= KEPT {
                self.hidden.push(diagnostic);
            }
        } else if *count <= KEPT {
            self.kept.push(diagnostic);
        }
    }

    fn count_of(&self, code: Code, level: Level) -> usize {
        self.counts.get(&(code, level)).copied().unwrap_or(0)
    }

    /// Takes a diagnostic that is only made if it is shown at all.
    pub fn say(&mut self, code: Code, diagnostic: impl FnOnce() -> Diagnostic) {
        if self.levels.of(code) == Level::Hidden && !code.is_loss() {
            *self.counts.entry((code, Level::Hidden)).or_default() += 1;
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
        self.errors() > 0
    }

    /// How many errors there are.
    pub fn errors(&self) -> usize {
        let all = self.counts.iter().filter(|((_, level), _)| *level == Level::Error);
        all.map(|(_, count)| count).sum()
    }

    /// What is to be shown, by place; what is nowhere comes last.
    pub fn diagnostics(&self) -> Vec<&Diagnostic> {
        let mut all: Vec<&Diagnostic> = self.kept.iter().collect();
        all.sort_by(|a, b| (a.primary.span, a.code, &a.message).cmp(&(b.primary.span, b.code, &b.message)));
        all
    }

    /// Every code that came, with each level it was said with, and how often (those not kept or not shown included).
    pub fn summary(&self) -> Vec<(Code, Level, usize)> {
        let all = self.counts.iter().filter(|(_, count)| **count > 0);
        all.map(|((code, level), count)| (*code, *level, *count)).collect()
    }

    /// How often a code came.
    pub fn count(&self, code: Code) -> usize {
        let all = self.counts.iter().filter(|((one, _), _)| *one == code);
        all.map(|(_, count)| count).sum()
    }

    /// How many of a code are counted with a level but not kept.
    pub fn omitted(&self, code: Code, level: Level) -> usize {
        if level == Level::Hidden {
            0
        } else {
            self.count_of(code, level).saturating_sub(KEPT)
        }
    }
}
