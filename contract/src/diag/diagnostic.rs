//! One diagnostic about the contract.

use super::code::{Code, Level};
use crate::limits;
use crate::text::Span;

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

#[cfg(test)]
mod tests {
    use super::nearest;

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
}
