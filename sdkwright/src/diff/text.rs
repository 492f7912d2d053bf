//! The report for people: breaks first, then conduct, what was added, and what is harmless; short sentences.

use std::fmt::Write as _;

use anstyle::Style;
use clap_cargo::style;
use sdkwright_changes::{Change, ConductRisk, RustKind, WireBreak, grouped};
use sdkwright_contract::text::is_hidden;

use super::accepted::Accepted;
use super::{Compared, breaks};
use crate::arguments::Break;

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

impl Group {
    const ALL: [Self; 8] = [
        Self::Missing,
        Self::Dangerous,
        Self::Breaking,
        Self::Conduct,
        Self::Undecided,
        Self::Accepted,
        Self::Added,
        Self::Harmless,
    ];

    fn title(self) -> &'static str {
        match self {
            Self::Missing => "Not compared",
            Self::Dangerous => "Can cost money or lock partners out",
            Self::Breaking => "Breaks",
            Self::Conduct => "Other conduct",
            Self::Undecided => "Needs a decision",
            Self::Accepted => "Accepted",
            Self::Added => "Added",
            Self::Harmless => "Harmless",
        }
    }

    fn style(self) -> Style {
        match self {
            Self::Missing | Self::Dangerous | Self::Breaking => style::ERROR,
            Self::Conduct | Self::Undecided => style::WARN,
            Self::Added => style::GOOD,
            Self::Accepted | Self::Harmless => Style::new().bold().dimmed(),
        }
    }

    fn of(change: &Change, accepted: &Accepted) -> Self {
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

/// Returns the report as styled text.
pub(super) fn text(all: &[Compared], accepted: &Accepted) -> String {
    let mut out = String::new();
    for compared in all {
        let _ = writeln!(
            out,
            "{} -> {}: {}",
            plain(&compared.base),
            plain(&compared.revision),
            summary(compared, accepted)
        );
        for (group, changes) in groups(compared, accepted) {
            let style = group.style();
            let _ = writeln!(out, "\n{style}{} ({}){style:#}", group.title(), changes.len());
            let (changes, shared) = (grouped(&changes), shared(&changes));
            for change in &changes {
                let _ = writeln!(out, "  {}", plain(&change.text));
                let place = match change.listed_operations("") {
                    list if list.is_empty() => at(change),
                    list => format!("{} [{list}]", at(change)),
                };
                if !place.is_empty() {
                    let _ = writeln!(out, "    {}", plain(&place));
                }
                if group <= Group::Accepted {
                    for sentence in sentences(change, accepted, &shared) {
                        let _ = writeln!(out, "    {sentence}");
                    }
                }
            }
            for advice in shared.iter().filter(|_| group < Group::Accepted) {
                let _ = writeln!(out, "  do: {}", plain(advice));
            }
        }
        out.push('\n');
    }
    out
}

/// Returns the report as Markdown.
pub(super) fn markdown(all: &[Compared], accepted: &Accepted) -> String {
    let mut out = String::new();
    for compared in all {
        let _ = writeln!(out, "### {}\n", line(&compared.revision));
        let _ = writeln!(
            out,
            "{}, compared with {}.",
            summary(compared, accepted),
            line(&compared.base)
        );
        for (group, changes) in groups(compared, accepted) {
            let is_folded = group >= Group::Added;
            if is_folded {
                let title = format!("{} ({})", group.title(), changes.len());
                let _ = writeln!(out, "\n<details><summary>{title}</summary>\n");
            } else {
                let _ = writeln!(out, "\n#### {}\n", group.title());
            }
            let (changes, shared) = (grouped(&changes), shared(&changes));
            for change in &changes {
                let parts = [change.listed_operations("`"), at(change)];
                let parts: Vec<String> = parts
                    .iter()
                    .filter(|part| !part.is_empty())
                    .map(|part| line(part))
                    .collect();
                let _ = write!(out, "- {}", line(&change.text));
                if !parts.is_empty() {
                    let _ = write!(out, " ({})", parts.join("; "));
                }
                if group <= Group::Accepted {
                    for sentence in sentences(change, accepted, &shared) {
                        let _ = write!(out, "<br>{}", line(&sentence));
                    }
                }
                out.push('\n');
            }
            for advice in shared.iter().filter(|_| group < Group::Accepted) {
                let _ = writeln!(out, "\n**Do:** {}.", line(advice));
            }
            if is_folded {
                out.push_str("\n</details>\n");
            }
        }
        out.push('\n');
    }
    out
}

/// Returns the changes of each group that has some.
fn groups<'c>(compared: &'c Compared, accepted: &Accepted) -> Vec<(Group, Vec<&'c Change>)> {
    let all = &compared.comparison.changes;
    let of = |group: Group| {
        let changes = all.iter().filter(|change| Group::of(change, accepted) == group);
        (group, changes.collect::<Vec<_>>())
    };
    let groups = Group::ALL.into_iter().map(of);
    groups.filter(|(_, changes)| !changes.is_empty()).collect()
}

fn summary(compared: &Compared, accepted: &Accepted) -> String {
    let (missing, all): (Vec<&Change>, Vec<&Change>) = compared
        .comparison
        .changes
        .iter()
        .partition(|change| change.is_missing());
    let open = || all.iter().filter(|change| accepted.reason(change).is_none());
    let count_of = |sense: Break| open().filter(|change| breaks(&change.verdicts, sense)).count();
    if let Some(missing) = missing.first() {
        let is_conduct = missing.verdicts.conduct.risk == ConductRisk::Unknown;
        let what = if is_conduct {
            "Rust and conduct were"
        } else {
            "Rust was"
        };
        let wire = match all.len() {
            0 => "nothing changed on the wire".to_owned(),
            count => format!(
                "{}, {} on the wire",
                crate::report::plural(count, "change"),
                crate::report::plural(count_of(Break::Wire), "break")
            ),
        };
        return format!("{what} not compared; {wire}");
    }
    if all.is_empty() {
        return "no changes".to_owned();
    }
    format!(
        "{}, {} on the wire, {} in Rust, {} in conduct",
        crate::report::plural(all.len(), "change"),
        crate::report::plural(count_of(Break::Wire), "break"),
        count_of(Break::Rust),
        count_of(Break::Conduct)
    )
}

fn at(change: &Change) -> String {
    change.place().map_or(String::new(), |place| {
        format!(
            "{}:{}:{} {}",
            plain(&place.file),
            place.line,
            place.column,
            plain(&place.pointer)
        )
        .trim_end()
        .to_owned()
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

/// Returns what there is to say beside the change: conduct, whom it breaks, Rust, advice.
fn sentences(change: &Change, accepted: &Accepted, shared: &[&str]) -> Vec<String> {
    let verdicts = &change.verdicts;
    let mut said = Vec::new();
    if !verdicts.conduct.sentence.is_empty() {
        said.push(format!("conduct: {}", plain(&verdicts.conduct.sentence)));
    }
    let whom = match verdicts.wire.breaks {
        WireBreak::Nobody => None,
        WireBreak::Undecided => Some("wire, undecided"),
        WireBreak::Sender => Some("wire, clients that send"),
        WireBreak::Receiver => Some("wire, clients that receive"),
        WireBreak::Both => Some("wire, clients that send and receive"),
    };
    if let Some(whom) = whom {
        said.push(format!("{whom}: {}", plain(&verdicts.wire.reason)));
    }
    if !verdicts.rust.items.is_empty() {
        said.push(format!("Rust: {}", plain(&verdicts.rust.items.join(", "))));
    }
    match accepted.reason(change) {
        Some(reason) => said.push(format!("accepted: {}", plain(reason))),
        None if !change.advice.is_empty() && !shared.contains(&change.advice.as_str()) => {
            said.push(format!("do: {}", plain(&change.advice)));
        }
        None => {}
    }
    said
}

/// Returns text of a contract without what would steer a terminal.
pub(super) fn plain(text: &str) -> String {
    text.chars().map(|c| if is_hidden(c) { ' ' } else { c }).collect()
}

/// Returns text of a contract as one line of Markdown without markup, except for code.
pub(super) fn line(text: &str) -> String {
    let mut out = String::new();
    let mut is_code = false;
    for c in plain(text).chars() {
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
