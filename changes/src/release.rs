//! The release that a comparison asks for: the step of the version, and the entry of the changelog.
//!
//! In: a comparison with the last release, and its version. Out: a step, a version, and Markdown. Writes nothing.

use std::fmt;
use std::fmt::Write as _;

use crate::comparison::{Change, ConductRisk, ContractDiff, RustKind, WireBreak, grouped};

/// A version of Semantic Versioning, without what follows its three numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Numbers(pub u64, pub u64, pub u64);

impl Numbers {
    /// Reads `1.4.0`, also with a pre-release or build behind it. `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = text.split(['-', '+']).next()?;
        let mut numbers = plain.split('.').map(|number| number.parse::<u64>().ok());
        let version = Self(numbers.next()??, numbers.next()??, numbers.next()??);
        numbers.next().is_none().then_some(version)
    }

    /// Returns the version after a step. Below 1.0 a break raises the second number, and all else the third.
    #[must_use]
    pub fn after(self, step: ReleaseStep) -> Self {
        let Self(major, minor, patch) = self;
        match (step, major) {
            (ReleaseStep::None, _) => self,
            (ReleaseStep::Breaking, 1..) => Self(major.saturating_add(1), 0, 0),
            (ReleaseStep::Breaking, 0) | (ReleaseStep::Feature, 1..) => Self(major, minor.saturating_add(1), 0),
            (ReleaseStep::Feature, 0) | (ReleaseStep::Fix, _) => Self(major, minor, patch.saturating_add(1)),
        }
    }
}

impl fmt::Display for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// Step of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReleaseStep {
    /// Nothing changed.
    None,
    /// Nothing was added, and nothing breaks.
    Fix,
    /// Something was added, or a program does something else at no cost.
    Feature,
    /// A program does not compile any more, is refused, or does what can cost money.
    Breaking,
}

impl ReleaseStep {
    /// Returns the step in words.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "no change",
            Self::Fix => "a fix",
            Self::Feature => "an addition",
            Self::Breaking => "a break",
        }
    }

    /// Returns the step that one change asks for.
    pub fn for_change(change: &Change) -> Self {
        let verdicts = &change.verdicts;
        let is_refused = matches!(
            verdicts.wire.breaks,
            WireBreak::Sender | WireBreak::Receiver | WireBreak::Both
        ) && !is_default(change);
        // Anything can have changed in what was not compared.
        if is_refused || verdicts.rust.kind >= RustKind::Unknown || verdicts.conduct.risk >= ConductRisk::Unknown {
            return Self::Breaking;
        }
        let is_new = change.base.is_none() || verdicts.rust.kind == RustKind::Added;
        if is_new || verdicts.conduct.risk == ConductRisk::Differs || verdicts.wire.breaks >= WireBreak::Undecided {
            Self::Feature
        } else {
            Self::Fix
        }
    }
}

/// Returns true for another default of a parameter: it breaks who leaves the parameter out, but no request is refused.
fn is_default(change: &Change) -> bool {
    change.id.starts_with("default-") && change.verdicts.wire.breaks == WireBreak::Sender
}

/// Returns the step that a comparison asks for: the largest of its changes.
pub fn step(comparison: &ContractDiff) -> ReleaseStep {
    comparison
        .changes
        .iter()
        .map(ReleaseStep::for_change)
        .max()
        .unwrap_or(ReleaseStep::None)
}

/// Returns the entry of the changelog (Keep a Changelog): what to know before an upgrade, then changes by kind, then a
/// note for each line of Rust that has to change.
pub fn entry(version: &str, day: &str, comparison: &ContractDiff) -> String {
    let mut out = format!("## [{version}] - {day}\n");
    let is_dangerous = |change: &&Change| change.verdicts.conduct.risk == ConductRisk::Dangerous;
    let (dangers, rest): (Vec<&Change>, Vec<&Change>) = comparison.changes.iter().partition(is_dangerous);
    // Changes that can cost money come first, and need no mark.
    section(&mut out, "**Before you upgrade**", &dangers, false);
    for title in ["Added", "Changed", "Deprecated", "Removed"] {
        let of: Vec<&Change> = rest.iter().copied().filter(|change| kind(change) == title).collect();
        section(&mut out, &format!("### {title}"), &of, true);
    }
    let broken: Vec<&Change> = comparison
        .changes
        .iter()
        .filter(|change| change.verdicts.rust.kind == RustKind::Breaking)
        .collect();
    if !broken.is_empty() {
        out.push_str("\n### Migration\n");
    }
    for change in &grouped(&broken) {
        let _ = write!(out, "\n{}\n\n```diff\n{}```\n", sentence(&change.text), lines(change));
    }
    out
}

fn section(out: &mut String, title: &str, changes: &[&Change], is_marked: bool) {
    if changes.is_empty() {
        return;
    }
    let _ = write!(out, "\n{title}\n\n");
    for change in &grouped(changes) {
        // The advice of a change is for the owner of the API, and this is read by its users.
        let wire = &change.verdicts.wire;
        let mark = match wire.breaks {
            _ if !is_marked || ReleaseStep::for_change(change) != ReleaseStep::Breaking => "",
            WireBreak::Sender if !is_default(change) => "**Breaking for requests:** ",
            WireBreak::Receiver => "**Breaking for responses:** ",
            WireBreak::Both => "**Breaking for requests and responses:** ",
            _ => "**Breaking:** ",
        };
        let reason = if is_default(change) { wire.reason.as_str() } else { "" };
        let text = match change.listed_operations("`") {
            list if list.is_empty() => change.text.clone(),
            list => format!("{} ({list})", change.text),
        };
        let said = [text.as_str(), change.verdicts.conduct.sentence.as_str(), reason];
        let said: Vec<String> = said.into_iter().filter(|text| !text.is_empty()).map(sentence).collect();
        let _ = writeln!(out, "- {mark}{}", said.join(" "));
    }
}

fn kind(change: &Change) -> &'static str {
    match (&change.base, &change.revision) {
        (Some(_), None) => "Removed",
        _ if change.id.contains("deprecat") || change.id.contains("sunset") => "Deprecated",
        (None, _) => "Added",
        (Some(_), Some(_)) => "Changed",
    }
}

/// Returns the lines of Rust of a change: the old one and the new one of each item.
fn lines(change: &Change) -> String {
    change.verdicts.rust.items.iter().fold(String::new(), |mut text, item| {
        // A signature of a function has arrows of its own, so that its change is told by a word.
        let pair = item.split_once(" becomes ").or_else(|| item.split_once(" -> "));
        let _ = if let Some(old) = item.strip_suffix(" is gone") {
            writeln!(text, "-{old}")
        } else if let Some(new) = item.strip_suffix(" is new") {
            writeln!(text, "+{new}")
        } else if let Some((old, new)) = pair {
            let name = old.split_once(": ").map_or("", |(path, _)| path);
            let colon = if name.is_empty() { "" } else { ": " };
            writeln!(text, "-{old}\n+{name}{colon}{new}")
        } else {
            writeln!(text, "-{item}")
        };
        text
    })
}

/// Returns a sentence with a capital letter and a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters
        .next()
        .map(|first| first.to_uppercase().to_string())
        .unwrap_or_default();
    let stop = if text.ends_with(['.', '!']) { "" } else { "." };
    format!("{first}{}{stop}", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::{Numbers, ReleaseStep};

    #[test]
    fn a_step_raises_the_number_that_semantic_versioning_names() {
        let of = |text: &str, step| Numbers::parse(text).map(|version| version.after(step).to_string());
        for (version, step, wanted) in [
            ("1.4.2", ReleaseStep::Breaking, "2.0.0"),
            ("1.4.2", ReleaseStep::Feature, "1.5.0"),
            ("1.4.2", ReleaseStep::Fix, "1.4.3"),
            ("0.4.2", ReleaseStep::Breaking, "0.5.0"),
            ("0.4.2", ReleaseStep::Feature, "0.4.3"),
            ("0.4.2", ReleaseStep::Fix, "0.4.3"),
            ("0.4.2", ReleaseStep::None, "0.4.2"),
            ("1.0.0-rc.1+a", ReleaseStep::Fix, "1.0.1"),
        ] {
            assert_eq!(of(version, step).as_deref(), Some(wanted), "{version}");
        }
        for wrong in ["", "1", "1.2", "1.2.3.4", "a.b.c", "-1.0.0"] {
            assert_eq!(Numbers::parse(wrong), None, "{wrong}");
        }
    }
}
