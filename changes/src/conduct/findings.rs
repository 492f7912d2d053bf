//! The findings of one comparison, and how one is written down.

use std::cell::OnceCell;

use sdkwright_contract::ir::{Api, TypeId};

use super::reach::Reach;
use crate::verdict::ConductRisk;

/// A word with another value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// Stable id of the rule that found it.
    pub(super) id: &'static str,
    /// JSON Pointer of the word in the base; `None` if the revision added it.
    pub(super) base: Option<String>,
    /// JSON Pointer of the word in the revision; `None` if the revision removed it.
    pub(super) revision: Option<String>,
    /// Operations that it concerns; empty if it concerns all of them.
    pub(super) operations: Vec<String>,
    /// Old value.
    pub(super) old: Option<String>,
    /// New value.
    pub(super) new: Option<String>,
    /// One sentence that names the change.
    pub(super) text: String,
    /// The risk.
    pub(super) risk: ConductRisk,
    /// One sentence for an engineer on call.
    pub(super) sentence: String,
    /// One sentence that says what to do.
    pub(super) advice: &'static str,
}

/// The place of a word in both contracts, and the operations that it concerns.
#[derive(Debug, Clone)]
pub(super) struct WordLocation {
    pub(super) base: String,
    pub(super) revision: String,
    pub(super) operations: Vec<String>,
}

impl WordLocation {
    /// Returns a place that is the same in both, and concerns all operations.
    pub(super) fn root(pointer: &str) -> Self {
        Self::of(pointer, pointer, Vec::new())
    }

    pub(super) fn of(base: &str, revision: &str, operations: Vec<String>) -> Self {
        Self {
            base: base.to_owned(),
            revision: revision.to_owned(),
            operations,
        }
    }

    /// Returns the place of a word below.
    pub(super) fn below(&self, word: &str) -> Self {
        Self {
            base: format!("{}/{word}", self.base),
            revision: format!("{}/{word}", self.revision),
            operations: self.operations.clone(),
        }
    }
}

/// Sentences of a rule about a word whose value changed.
#[derive(Debug, Clone)]
pub(super) struct Advice {
    pub(super) id: &'static str,
    /// Name of the word in prose, such as "the retention of idempotency keys".
    pub(super) word: String,
    pub(super) risk: ConductRisk,
    pub(super) sentence: String,
    pub(super) action: &'static str,
}

impl Advice {
    /// Returns what is said of a change that can cost money or lock partners out.
    pub(super) fn dangerous(
        id: &'static str,
        word: impl Into<String>,
        sentence: impl Into<String>,
        action: &'static str,
    ) -> Self {
        Self {
            id,
            word: word.into(),
            risk: ConductRisk::Dangerous,
            sentence: sentence.into(),
            action,
        }
    }

    /// Returns what is said of a change without a cost.
    pub(super) fn differs(id: &'static str, word: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self {
            id,
            word: word.into(),
            risk: ConductRisk::Differs,
            sentence: sentence.into(),
            action: "",
        }
    }
}

/// The findings of one comparison.
pub(super) struct Findings<'a> {
    pub(super) base: &'a Api,
    pub(super) revision: &'a Api,
    reach: OnceCell<Reach>,
    found: Vec<Found>,
}

impl<'a> Findings<'a> {
    pub(super) fn new(base: &'a Api, revision: &'a Api) -> Self {
        Self {
            base,
            revision,
            reach: OnceCell::new(),
            found: Vec::new(),
        }
    }

    /// Returns the operations that reach a type of the revision.
    pub(super) fn reaching(&self, id: TypeId) -> Vec<String> {
        self.reach.get_or_init(|| Reach::of(self.revision)).operations(id)
    }

    /// Writes down a word if its value differs.
    pub(super) fn word(&mut self, at: &WordLocation, old: Option<String>, new: Option<String>, says: Advice) {
        if old != new {
            self.tell(at, old, new, says);
        }
    }

    /// Writes down a word whose value differs, also if both are shown as the same text.
    pub(super) fn tell(&mut self, at: &WordLocation, old: Option<String>, new: Option<String>, says: Advice) {
        let Advice {
            id,
            word,
            risk,
            sentence,
            action,
        } = says;
        let text = match (&old, &new) {
            (Some(old), Some(new)) => format!("{word} changed from {old} to {new}"),
            // A mark is there or not: its value says no more.
            (None, Some(new)) if new == "`true`" => format!("{word} was added"),
            (Some(old), None) if old == "`true`" => format!("{word} was removed"),
            (None, Some(new)) => format!("{word} was added: {new}"),
            (Some(old), None) => format!("{word} was removed: {old}"),
            (None, None) => word,
        };
        self.found.push(Found {
            id,
            base: old.is_some().then(|| at.base.clone()),
            revision: new.is_some().then(|| at.revision.clone()),
            operations: at.operations.clone(),
            old,
            new,
            text,
            risk,
            sentence,
            advice: action,
        });
    }

    /// Writes down a word that is the name of a header if it is another header: HTTP reads the names in any case.
    pub(super) fn header(&mut self, at: &WordLocation, old: Option<&String>, new: Option<&String>, says: Advice) {
        if old.map(|name| name.to_ascii_lowercase()) != new.map(|name| name.to_ascii_lowercase()) {
            self.word(at, optional(old), optional(new), says);
        }
    }

    /// Writes down a word if its value differs, with a sentence of its own that names the change.
    pub(super) fn told(
        &mut self,
        at: &WordLocation,
        old: Option<String>,
        new: Option<String>,
        says: Advice,
        text: String,
    ) {
        let before = self.found.len();
        self.word(at, old, new, says);
        if let Some(found) = self.found.get_mut(before) {
            found.text = text;
        }
    }

    /// Returns all findings, the dangerous ones first.
    pub(super) fn found(mut self) -> Vec<Found> {
        self.found.sort_by_key(|one| std::cmp::Reverse(one.risk));
        self.found
    }
}

/// Returns a value in backticks, as a word that is always stated.
#[allow(clippy::unnecessary_wraps, reason = "the value of a word is optional")]
pub(super) fn quoted(text: impl std::fmt::Display) -> Option<String> {
    Some(format!("`{text}`"))
}

/// Returns an optional text in backticks.
pub(super) fn optional(text: Option<&String>) -> Option<String> {
    text.and_then(quoted)
}

/// Returns texts as a list in backticks; `None` if there are none.
pub(super) fn list<T: AsRef<str>>(texts: &[T]) -> Option<String> {
    let quoted: Vec<String> = texts.iter().map(|text| format!("`{}`", text.as_ref())).collect();
    (!quoted.is_empty()).then(|| quoted.join(", "))
}

/// Returns a JSON Pointer (RFC 6901) as the contract writes it.
pub(super) fn pointer(parts: &[String]) -> Option<String> {
    let text = parts.iter().fold(String::new(), |text, part| {
        text + "/" + &part.replace('~', "~0").replace('/', "~1")
    });
    quoted(text)
}

/// Returns a number of seconds as people say it.
pub(super) fn duration(seconds: u32) -> String {
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
    let unit = units
        .iter()
        .find(|(size, _)| seconds >= *size && seconds.is_multiple_of(*size));
    let (count, word) = unit.map_or((seconds, "second"), |(size, word)| (seconds / size, *word));
    if count == 1 && word == "day" {
        return "24 hours".to_owned();
    }
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {word}{plural}")
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn a_duration_is_said_in_its_largest_whole_unit() {
        for (seconds, wanted) in [
            (86_400, "24 hours"),
            (43_200, "12 hours"),
            (172_800, "2 days"),
            (300, "5 minutes"),
            (90, "90 seconds"),
            (0, "0 seconds"),
        ] {
            assert_eq!(duration(seconds), wanted);
        }
    }
}
