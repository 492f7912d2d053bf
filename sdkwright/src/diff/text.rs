//! The report for people: breaks first, then conduct, what was added, and what is harmless; short sentences. And the report for
//! programs: one JSON document.

use std::fmt::Write as _;

use anstyle::Style;
use clap_cargo::style;
use sdkwright_changes::{Change, ConductRisk, RustKind, WireBreak, grouped};
use serde_json::json;

use super::{Compared, breaks};
use crate::arguments::Break;
use crate::diff::{AcceptedFile, fails};
use crate::report::{one_line, plural};

/// Groups of the report, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Missing,
    Dangerous,
    Breaking,
    Conduct,
    Undecided,
    Accepted,
    Added,
    Harmless,
}

const QUIET: Style = Style::new().bold().dimmed();

/// Each group with its title and the style of it.
const GROUPS: [(Group, &str, Style); 8] = [
    (Group::Missing, "Not compared", style::ERROR),
    (Group::Dangerous, "Can cost money or lock partners out", style::ERROR),
    (Group::Breaking, "Breaks", style::ERROR),
    (Group::Conduct, "Other conduct", style::WARN),
    (Group::Undecided, "Needs a decision", style::WARN),
    (Group::Accepted, "Accepted", QUIET),
    (Group::Added, "Added", style::GOOD),
    (Group::Harmless, "Harmless", QUIET),
];

impl Group {
    fn from_change(change: &Change, accepted: &AcceptedFile) -> Self {
        let verdicts = &change.verdicts;
        if accepted.reason(change).is_some() {
            Self::Accepted
        } else if change.is_missing() {
            Self::Missing
        } else if verdicts.conduct.risk == ConductRisk::Dangerous {
            Self::Dangerous
        } else if breaks(verdicts, Break::Any) {
            Self::Breaking
        } else if verdicts.conduct.risk == ConductRisk::Differs {
            Self::Conduct
        } else if verdicts.wire.breaks == WireBreak::Undecided {
            Self::Undecided
        } else if verdicts.rust.kind == RustKind::Added || change.base.is_none() {
            Self::Added
        } else {
            Self::Harmless
        }
    }
}

/// The changes of a group.
struct Section<'c> {
    title: String,
    style: Style,
    /// The section is of no interest to most readers.
    is_folded: bool,
    changes: Vec<ReportedChange>,
    /// Advice that several changes have.
    shared: Vec<&'c str>,
}

/// A change with its sentences.
struct ReportedChange {
    change: Change,
    sentences: Vec<String>,
}

/// Returns the report as styled text.
pub(super) fn text(all: &[Compared], accepted: &AcceptedFile) -> String {
    let mut out = String::new();
    for compared in all {
        let (base, revision) = (one_line(&compared.base), one_line(&compared.revision));
        let _ = writeln!(out, "{base} -> {revision}: {}", summary(compared, accepted));
        for section in sections(compared, accepted) {
            let style = section.style;
            let _ = writeln!(out, "\n{style}{}{style:#}", section.title);
            for ReportedChange { change, sentences } in &section.changes {
                let _ = writeln!(out, "  {}", one_line(&change.text));
                let place = match change.listed_operations("") {
                    list if list.is_empty() => at(change),
                    list => format!("{} [{list}]", at(change)),
                };
                let place = (!place.is_empty()).then(|| one_line(&place));
                for line in place.iter().chain(sentences) {
                    let _ = writeln!(out, "    {line}");
                }
            }
            for advice in section.shared {
                let _ = writeln!(out, "  do: {}", one_line(advice));
            }
        }
        out.push('\n');
    }
    out
}

/// Returns the report as Markdown.
pub(super) fn markdown(all: &[Compared], accepted: &AcceptedFile) -> String {
    let mut out = String::new();
    for compared in all {
        let (base, revision) = (line(&compared.base), line(&compared.revision));
        let summary = summary(compared, accepted);
        let _ = writeln!(out, "### {revision}\n\n{summary}, compared with {base}.");
        for section in sections(compared, accepted) {
            let title = section.title;
            let _ = if section.is_folded {
                writeln!(out, "\n<details><summary>{title}</summary>\n")
            } else {
                writeln!(
                    out,
                    "\n#### {}\n",
                    title.rsplit_once(' ').map_or("", |(title, _)| title)
                )
            };
            for ReportedChange { change, sentences } in &section.changes {
                let parts = [change.listed_operations("`"), at(change)];
                let parts = parts.iter().filter(|part| !part.is_empty());
                let parts: Vec<String> = parts.map(|part| line(part)).collect();
                let _ = write!(out, "- {}", line(&change.text));
                if !parts.is_empty() {
                    let _ = write!(out, " ({})", parts.join("; "));
                }
                for sentence in sentences {
                    let _ = write!(out, "<br>{}", line(sentence));
                }
                out.push('\n');
            }
            for advice in section.shared {
                let _ = writeln!(out, "\n**Do:** {}.", line(advice));
            }
            if section.is_folded {
                out.push_str("\n</details>\n");
            }
        }
        out.push('\n');
    }
    out
}

/// Returns the sections that have changes.
fn sections<'c>(compared: &'c Compared, accepted: &AcceptedFile) -> Vec<Section<'c>> {
    let all = &compared.comparison.changes;
    let mut sections = Vec::new();
    for (group, title, style) in GROUPS {
        let changes = all
            .iter()
            .filter(|change| Group::from_change(change, accepted) == group);
        let changes: Vec<&Change> = changes.collect();
        let shared = if group < Group::Accepted {
            shared(&changes)
        } else {
            Vec::new()
        };
        let row = |change: Change| {
            let sentences = if group <= Group::Accepted {
                sentences(&change, accepted, &shared)
            } else {
                Vec::new()
            };
            ReportedChange { change, sentences }
        };
        if !changes.is_empty() {
            sections.push(Section {
                title: format!("{title} ({})", changes.len()),
                style,
                is_folded: group >= Group::Added,
                changes: grouped(&changes).into_iter().map(row).collect(),
                shared,
            });
        }
    }
    sections
}

fn summary(compared: &Compared, accepted: &AcceptedFile) -> String {
    let changes = compared.comparison.changes.iter();
    let (missing, all): (Vec<&Change>, Vec<&Change>) = changes.partition(|change| change.is_missing());
    let open = || all.iter().filter(|change| accepted.reason(change).is_none());
    let count_of = |sense: Break| open().filter(|change| breaks(&change.verdicts, sense)).count();
    let on_wire = || {
        let (changes, breaks) = (plural(all.len(), "change"), plural(count_of(Break::Wire), "break"));
        format!("{changes}, {breaks} on the wire")
    };
    if let Some(missing) = missing.first() {
        let what = match missing.verdicts.conduct.risk {
            ConductRisk::Unknown => "Rust and conduct were",
            _ => "Rust was",
        };
        let wire = match all.len() {
            0 => "nothing changed on the wire".to_owned(),
            _ => on_wire(),
        };
        return format!("{what} not compared; {wire}");
    }
    if all.is_empty() {
        return "no changes".to_owned();
    }
    let (rust, conduct) = (count_of(Break::Rust), count_of(Break::Conduct));
    format!("{}, {rust} in Rust, {conduct} in conduct", on_wire())
}

fn at(change: &Change) -> String {
    change.place().map_or(String::new(), |place| {
        let (file, pointer) = (one_line(&place.file), one_line(&place.pointer));
        let at = format!("{file}:{}:{} {pointer}", place.line, place.column);
        at.trim_end().to_owned()
    })
}

/// Returns the advice that several changes of a group have: the group shows it once.
fn shared<'c>(changes: &[&'c Change]) -> Vec<&'c str> {
    let mut found: Vec<&str> = Vec::new();
    for (at, change) in changes.iter().enumerate() {
        let advice = change.advice.as_str();
        let is_again = changes.iter().take(at).any(|other| other.advice == advice);
        if is_again && !advice.is_empty() && !found.contains(&advice) {
            found.push(advice);
        }
    }
    found
}

/// Returns the sentences about a change: conduct, whom it breaks, Rust, advice.
fn sentences(change: &Change, accepted: &AcceptedFile, shared: &[&str]) -> Vec<String> {
    let verdicts = &change.verdicts;
    let mut said = Vec::new();
    if !verdicts.conduct.sentence.is_empty() {
        said.push(format!("conduct: {}", one_line(&verdicts.conduct.sentence)));
    }
    let whom = match verdicts.wire.breaks {
        WireBreak::Nobody => None,
        WireBreak::Undecided => Some("wire, undecided"),
        WireBreak::Sender => Some("wire, clients that send"),
        WireBreak::Receiver => Some("wire, clients that receive"),
        WireBreak::Both => Some("wire, clients that send and receive"),
    };
    if let Some(whom) = whom {
        said.push(format!("{whom}: {}", one_line(&verdicts.wire.reason)));
    }
    if !verdicts.rust.items.is_empty() {
        said.push(format!("Rust: {}", one_line(&verdicts.rust.items.join(", "))));
    }
    match accepted.reason(change) {
        Some(reason) => said.push(format!("accepted: {}", one_line(reason))),
        None if !change.advice.is_empty() && !shared.contains(&change.advice.as_str()) => {
            said.push(format!("do: {}", one_line(&change.advice)));
        }
        None => {}
    }
    said
}

/// Returns text of a contract as one line of Markdown without markup, except for code.
pub(super) fn line(text: &str) -> String {
    let mut out = String::new();
    let mut is_code = false;
    for c in one_line(text).chars() {
        is_code ^= c == '`';
        match c {
            // Between backticks nothing is markup.
            c if is_code => out.push(c),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '@' => out.push_str("&#64;"),
            '[' | ']' | '*' | '|' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// Returns the report for programs. `changes` has each change for each operation, short; `details` has each once, with everything;
/// `stale` has the accepted changes that are none.
pub(super) fn json_report(all: &[Compared], accepted: &AcceptedFile, stale: &[String], sense: Break) -> String {
    let mut rows = Vec::new();
    let mut details = Vec::new();
    for compared in all {
        for change in &compared.comparison.changes {
            let level = level(change, accepted, sense);
            let pointer = change.place().map_or("", |place| place.pointer.as_str());
            let mut row = |operation: &str| {
                rows.push(json!({
                    "id": change.id,
                    "level": level,
                    "pointer": pointer,
                    "operation": operation,
                    "text": change.text,
                    "detail": details.len(),
                }));
            };
            if change.operations.is_empty() {
                row("");
            }
            change.operations.iter().for_each(|operation| row(operation));
            details.push(Detail {
                change,
                level,
                base_contract: &compared.base,
                revision_contract: &compared.revision,
                accepted: accepted.reason(change),
            });
        }
    }
    let is_breaking = all
        .iter()
        .flat_map(|compared| &compared.comparison.changes)
        .any(|change| fails(change, sense) && accepted.reason(change).is_none());
    let report = json!({ "breaking": is_breaking, "changes": rows, "details": details, "stale": stale });
    format!("{report}\n")
}

fn level(change: &Change, accepted: &AcceptedFile, sense: Break) -> &'static str {
    if accepted.reason(change).is_some() {
        return "info";
    }
    let verdicts = &change.verdicts;
    let is_unsure = verdicts.wire.breaks == WireBreak::Undecided
        || verdicts.conduct.risk != ConductRisk::Same
        || change.is_missing();
    if fails(change, sense) {
        "breaking"
    } else if is_unsure {
        "warning"
    } else {
        "info"
    }
}

/// A change with everything, for its contracts.
#[derive(serde::Serialize)]
struct Detail<'c> {
    #[serde(flatten)]
    change: &'c Change,
    level: &'static str,
    base_contract: &'c str,
    revision_contract: &'c str,
    accepted: Option<&'c str>,
}
