//! One diagnostic about the contract, its spelling suggestion, and all diagnostics of one run, with their levels and the files they refer to.

use std::collections::{BTreeMap, HashSet};

use super::code::{Code, Level};
use crate::limits;
use crate::text::{FileId, SourceMap, Span};

/// A location with a short text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// Text shown at the location; may be empty.
    pub text: String,
}

/// A diagnostic: problem, location, and help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its kind.
    pub code: Code,
    /// Its level; set by the report.
    pub level: Level,
    /// One sentence without a full stop.
    pub message: String,
    /// Main location.
    pub primary: Label,
    /// Further locations.
    pub secondary: Vec<Label>,
    /// Suggested corrections.
    pub help: Vec<String>,
    /// Reasons and consequences.
    pub notes: Vec<String>,
}

impl Diagnostic {
    /// Returns a diagnostic without a location.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            level: Level::Error,
            message: message.into(),
            primary: Label {
                span: Span::NOWHERE,
                text: String::new(),
            },
            secondary: Vec::new(),
            help: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Returns the refusal of a contract in Swagger.
    pub(crate) fn swagger(version: &str) -> Self {
        let message = format!(
            "this is Swagger {version}, which is not supported; supported are Swagger 2.0 and OpenAPI 3.0, 3.1 and 3.2"
        );
        Self::new(Code::Swagger, message).help(
            "convert the contract first, for example with `npx api-spec-converter --from=swagger_1 --to=openapi_3 FILE`",
        )
    }

    /// Sets the location.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.primary.span = span;
        self
    }

    /// Sets the text at the location.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// Adds a further location.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Adds a suggested correction.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// Adds a reason or consequence.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Adds "did you mean" with the nearest of these words, if one is near.
    #[must_use]
    pub fn did_you_mean<'w>(self, word: &str, words: impl IntoIterator<Item = &'w str>) -> Self {
        match nearest(word, words) {
            Some(near) => self.help(format!("did you mean `{near}`?")),
            None => self,
        }
    }
}

// Spelling suggestions: the nearest of a set of words by edit distance.

/// Returns the nearest word within the allowed distance: one edit for short words, a third of the letters of longer
/// ones, without the `x-` that extensions have in common. Ties go to the first in the alphabet.
pub fn nearest<'w>(word: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let letters = word.strip_prefix("x-").unwrap_or(word).chars().count();
    let allowed = (letters / 3).clamp(1, 4).min(letters.saturating_sub(1));
    if word.len() > limits::SUGGESTED_BYTES {
        return None;
    }
    let own = letters_of(word);
    let is_near = |other: &str| {
        let pair = own.zip(letters_of(other));
        // An edit takes one letter away and adds another at most.
        pair.is_none_or(|(one, other)| (one ^ other).count_ones() as usize <= 2 * allowed)
    };
    words
        .into_iter()
        .filter(|other| *other != word && other.len().abs_diff(word.len()) <= allowed + 2 && is_near(other))
        .map(|other| (distance(word, other), other))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, other)| other)
}

/// Returns a set of the letters and signs that occur in a word, whatever their case; `None` for a word beyond ASCII.
fn letters_of(word: &str) -> Option<u64> {
    let mask = |letters: u64, byte: u8| letters | 1 << (byte.to_ascii_lowercase() % 64);
    word.is_ascii().then(|| word.bytes().fold(0, mask))
}

/// Returns the number of edits between two words (insert, delete, replace, swap of neighbours); a difference in case
/// alone counts as one for the whole word.
fn distance(left: &str, right: &str) -> usize {
    let (left, right) = (left.to_lowercase(), right.to_lowercase());
    if left == right {
        1
    } else {
        strsim::osa_distance(&left, &right)
    }
}

// Levels, and the report of a run.

/// Strictness of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Mode {
    /// For contracts of our own: a construct that is not understood is an error.
    #[default]
    Strict,
    /// For contracts of others: the smallest part falls back, with a warning.
    Lenient,
}

/// Number of diagnostics of one code and level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeCount {
    /// Code of the diagnostics.
    pub code: Code,
    /// Their level.
    pub level: Level,
    /// Their number.
    pub count: usize,
}

/// The level of every code.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Levels {
    /// Strictness: the default level of every code.
    pub mode: Mode,
    /// Levels set by the user.
    pub overrides: BTreeMap<Code, Level>,
}

impl Levels {
    /// Returns the levels of strict mode.
    pub fn strict() -> Self {
        Self::default()
    }

    /// Returns the levels of lenient mode.
    pub fn lenient() -> Self {
        Self {
            mode: Mode::Lenient,
            overrides: BTreeMap::new(),
        }
    }

    /// Returns the level of a code.
    pub fn level_of(&self, code: Code) -> Level {
        let (strict, lenient) = code.levels();
        let by_mode = if self.mode == Mode::Strict { strict } else { lenient };
        self.overrides.get(&code).copied().unwrap_or(by_mode)
    }
}

/// Diagnostics of a run.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Files that the diagnostics refer to.
    pub sources: SourceMap,
    levels: Levels,
    kept: Vec<Diagnostic>,
    seen: HashSet<(Code, Span, String)>,
    /// Counts by code and level.
    counts: BTreeMap<(Code, Level), usize>,
    /// Locations of our words, where losses are errors; `None` if the contract does not use our vocabulary.
    strict: Option<StrictRanges>,
    /// Locations of extensions that are ours, as in overlays: losses there are errors in any contract.
    places: StrictRanges,
    /// Hidden losses, kept until it is known whether the contract uses our vocabulary.
    hidden: Vec<Diagnostic>,
}

impl Report {
    /// Returns an empty report.
    pub fn new(levels: Levels) -> Self {
        Self {
            levels,
            ..Self::default()
        }
    }

    /// Returns the levels in force.
    pub fn levels(&self) -> &Levels {
        &self.levels
    }

    /// Returns true in strict mode.
    pub fn is_strict(&self) -> bool {
        self.levels.mode == Mode::Strict
    }

    /// Marks the contract as using our vocabulary, with the locations of its words: earlier and later losses inside of
    /// them are errors, which no level lowers.
    pub fn hold_to(&mut self, words: impl IntoIterator<Item = Span>) {
        let strict = self.strict.get_or_insert_default();
        words.into_iter().for_each(|span| strict.insert(span));
        self.raise();
    }

    /// Marks the locations of extensions that are ours: earlier and later losses inside of them are errors, which no level
    /// lowers.
    pub(crate) fn hold_places(&mut self, words: impl IntoIterator<Item = Span>) {
        words.into_iter().for_each(|span| self.places.insert(span));
        self.raise();
    }

    /// Makes earlier losses at held places into errors.
    fn raise(&mut self) {
        let said = std::mem::take(&mut self.kept).into_iter();
        for diagnostic in said.chain(std::mem::take(&mut self.hidden)) {
            if diagnostic.level == Level::Error || !self.is_held(&diagnostic) {
                match diagnostic.level {
                    Level::Hidden => self.hidden.push(diagnostic),
                    _ => self.kept.push(diagnostic),
                }
                continue;
            }
            let count = self.counts.entry((diagnostic.code, diagnostic.level)).or_default();
            *count = count.saturating_sub(1);
            self.take(diagnostic, Level::Error);
        }
    }

    /// Returns true if the contract uses our vocabulary.
    pub fn is_held_to_vocabulary(&self) -> bool {
        self.strict.is_some()
    }

    /// Returns true for the loss of a word of our vocabulary, in a contract that uses it.
    fn is_held(&self, diagnostic: &Diagnostic) -> bool {
        let (code, span) = (diagnostic.code, diagnostic.primary.span);
        let is_held = |strict: &StrictRanges| code.is_of_vocabulary() || code.is_loss() && strict.contains(span);
        self.strict.as_ref().is_some_and(is_held)
            || (code.is_of_vocabulary() || code.is_loss()) && self.places.contains(span)
    }

    /// Adds a diagnostic with the level of its code, or as an error for a loss in our vocabulary. Drops duplicates at
    /// the same location.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        let level = if self.is_held(&diagnostic) {
            Level::Error
        } else {
            self.levels.level_of(diagnostic.code)
        };
        self.push_as(diagnostic, level);
    }

    /// Adds a diagnostic with a place and a suggested correction.
    pub fn fault(&mut self, code: Code, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.push(Diagnostic::new(code, message).at(span).help(help));
    }

    /// Adds a diagnostic as an error, whatever level is set for its code.
    pub fn insist(&mut self, diagnostic: Diagnostic) {
        self.push_as(diagnostic, Level::Error);
    }

    fn push_as(&mut self, diagnostic: Diagnostic, level: Level) {
        if level != Level::Hidden {
            let key = (diagnostic.code, diagnostic.primary.span, diagnostic.message.clone());
            if self.count_of(diagnostic.code, level) < limits::KEPT && !self.seen.insert(key) {
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
            if self.strict.is_none() && diagnostic.code.is_loss() && *count <= limits::KEPT {
                self.hidden.push(diagnostic);
            }
        } else if *count <= limits::KEPT {
            self.kept.push(diagnostic);
        }
    }

    fn count_of(&self, code: Code, level: Level) -> usize {
        self.counts.get(&(code, level)).copied().unwrap_or(0)
    }

    /// Adds a diagnostic that is built only if it is shown.
    pub fn say(&mut self, code: Code, diagnostic: impl FnOnce() -> Diagnostic) {
        if self.levels.level_of(code) == Level::Hidden && !code.is_loss() {
            *self.counts.entry((code, Level::Hidden)).or_default() += 1;
        } else {
            self.push(diagnostic());
        }
    }

    /// Returns true if no diagnostic would be shown.
    pub fn is_silent(&self) -> bool {
        self.kept.is_empty()
    }

    /// Returns true if there is an error.
    pub fn has_errors(&self) -> bool {
        self.errors() > 0
    }

    /// Returns the number of errors.
    pub fn errors(&self) -> usize {
        let all = self.counts.iter().filter(|((_, level), _)| *level == Level::Error);
        all.map(|(_, count)| count).sum()
    }

    /// Returns the shown diagnostics ordered by location; those without a location last.
    pub fn diagnostics(&self) -> Vec<&Diagnostic> {
        let mut all: Vec<&Diagnostic> = self.kept.iter().collect();
        all.sort_by(|a, b| (a.primary.span, a.code, &a.message).cmp(&(b.primary.span, b.code, &b.message)));
        all
    }

    /// Returns the number of diagnostics by code and level, including those not kept or not shown.
    pub fn summary(&self) -> Vec<CodeCount> {
        let all = self.counts.iter().filter(|(_, count)| **count > 0);
        let count = |((code, level), count): (&(Code, Level), &usize)| CodeCount {
            code: *code,
            level: *level,
            count: *count,
        };
        all.map(count).collect()
    }

    /// Returns the number of diagnostics of a code.
    pub fn count(&self, code: Code) -> usize {
        let all = self.counts.iter().filter(|((one, _), _)| *one == code);
        all.map(|(_, count)| count).sum()
    }

    /// Returns the number of diagnostics of a code and level that were counted but not kept.
    pub fn omitted(&self, code: Code, level: Level) -> usize {
        if level == Level::Hidden {
            0
        } else {
            self.count_of(code, level).saturating_sub(limits::KEPT)
        }
    }
}

// Locations where every loss is an error, whatever level is set.

/// Non-nested ranges of files.
#[derive(Debug, Clone, Default)]
pub(super) struct StrictRanges(BTreeMap<(FileId, u32), u32>);

impl StrictRanges {
    fn insert(&mut self, span: Span) {
        if self.contains(span) {
            return;
        }
        let inside = self.0.range((span.file, span.start)..(span.file, span.end));
        let inside: Vec<(FileId, u32)> = inside
            .filter(|(_, end)| **end <= span.end)
            .map(|(place, _)| *place)
            .collect();
        for place in inside {
            self.0.remove(&place);
        }
        self.0.insert((span.file, span.start), span.end);
    }

    /// Returns true if the span is inside of an inserted one.
    pub(super) fn contains(&self, span: Span) -> bool {
        let before = self.0.range(..=(span.file, span.start)).next_back();
        before.is_some_and(|((file, _), end)| *file == span.file && span.start < *end && span.end <= *end)
    }
}

#[cfg(test)]
mod tests {
    use super::{StrictRanges, nearest};
    use crate::text::{SourceMap, Span};

    const WORDS: [&str; 5] = ["pattern", "properties", "propertyNames", "items", "in"];

    #[test]
    fn a_slip_of_the_pen_finds_its_word() {
        for (wrong, right) in [
            ("patern", "pattern"),
            ("propertys", "properties"),
            ("itmes", "items"),
            ("Properties", "properties"),
        ] {
            assert_eq!(nearest(wrong, WORDS), Some(right), "{wrong}");
        }
    }

    #[test]
    fn what_all_extensions_begin_with_makes_none_near() {
        assert_eq!(nearest("x-go-type", ["x-newtype"]), None);
        assert_eq!(nearest("x-newtyp", ["x-newtype"]), Some("x-newtype"));
    }

    #[test]
    fn a_word_of_another_kind_finds_nothing() {
        for wrong in ["colour", "x", "", "somethingElseEntirely"] {
            assert_eq!(nearest(wrong, WORDS), None, "{wrong}");
        }
    }

    #[test]
    fn a_place_inside_of_one_that_is_held_is_held() {
        let mut sources = SourceMap::default();
        let file = sources.add("a", " ".repeat(100).into()).unwrap();
        let other = sources.add("b", " ".repeat(100).into()).unwrap();
        let mut strict = StrictRanges::default();
        for (start, end) in [(20, 25), (10, 40), (30, 35), (60, 70)] {
            strict.insert(Span::new(file, start, end));
        }
        for (start, end, is) in [
            (10, 40, true),
            (36, 38, true),
            (21, 24, true),
            (60, 61, true),
            (9, 12, false),
            (38, 41, false),
            (40, 41, false),
            (50, 55, false),
        ] {
            assert_eq!(strict.contains(Span::new(file, start, end)), is, "{start} {end}");
        }
        assert!(!strict.contains(Span::new(other, 12, 13)));
        assert!(!strict.contains(Span::NOWHERE));
    }
}
