//! Output on a run: diagnostics, fallbacks by reason, results of files.
//!
//! For people on standard error, summary last; for machines as one JSON object per line on standard output
//! (`docs/generate/command.md`). Decides nothing.

use std::fmt::Write as _;

use sdkwright_codegen::output::Plan;
use sdkwright_contract::diag;
use sdkwright_contract::diag::{Code, CodeCount, Level, Report};
use sdkwright_contract::document::Chosen;
use serde_json::json;

use super::terminal::{Ended, Fault};
use crate::arguments::Format;
use crate::drift::Cause;
use crate::terminal;

/// Findings on a contract.
pub(crate) struct Findings {
    pub(crate) report: Report,
    /// Parts left as JSON or left out, counted by reason.
    pub(crate) fallbacks: Vec<(String, usize)>,
    /// Number of schemas that became a type.
    pub(crate) schemas: usize,
    /// The selection; `None`: everything.
    pub(crate) chosen: Option<Chosen>,
}

/// Codes that, unless they are errors, mean that a broken or refused part of the contract is left out.
const LEFT_OUT: &[Code] = &[
    Code::RefusedKeyword,
    Code::BadPath,
    Code::DuplicateParameter,
    Code::BadStatus,
    Code::UnknownSecurity,
    Code::DanglingReference,
    Code::RemoteReference,
    Code::OutsideReference,
    Code::MissingFile,
    Code::BadReference,
    Code::ReferenceCycle,
    Code::WrongTarget,
];

impl Findings {
    /// Returns the number of parts left out, by code.
    fn left_out(&self) -> Vec<(Code, usize)> {
        let all = self.report.summary().into_iter();
        all.filter(|one| LEFT_OUT.contains(&one.code) && one.level != Level::Error)
            .map(|one| (one.code, one.count))
            .collect()
    }

    fn count(&self, wanted: Level) -> usize {
        let all = self.report.summary().into_iter();
        all.filter(|one| one.level == wanted).map(|one| one.count).sum()
    }
}

/// Prints all findings on a contract, and the counts at the end.
pub(crate) fn findings(format: Format, contract: &str, findings: &Findings) {
    match format {
        Format::Json => terminal::put(&diag::render_json(&findings.report)),
        Format::Text => {
            if !findings.report.is_silent() {
                let shown = diag::render(&findings.report, true);
                terminal::say_rendered(&format!("{}\n", shown.trim_end()));
            }
            terminal::put_aside(&counts(contract, findings));
        }
    }
}

/// Returns the summary for people: short, and by reason.
pub(crate) fn counts(contract: &str, findings: &Findings) -> String {
    let mut text = String::new();
    let mut list = |what: &dyn Fn(usize) -> String, rows: &[(String, usize)]| {
        let sum: usize = rows.iter().map(|(_, count)| count).sum();
        if sum > 0 {
            let _ = writeln!(text, "note: {}:", what(sum));
        }
        for (reason, count) in rows {
            let _ = writeln!(text, "  {count:>5} × {reason}");
        }
    };
    list(
        &|sum| format!("{} generated as untyped JSON or left out", plural(sum, "part")),
        &sorted(findings.fallbacks.clone()),
    );
    let broken = findings.left_out().into_iter();
    let broken = broken.map(|(code, count)| (format!("{} ({code})", code.title()), count));
    list(
        &|sum| format!("{} left out", plural(sum, "part")),
        &sorted(broken.collect()),
    );
    if let Some(Chosen { kept, all, .. }) = &findings.chosen {
        let _ = writeln!(text, "note: {kept} of {all} operations are selected");
    }
    let levels = [(Level::Warning, "warning"), (Level::Note, "note")];
    let said: Vec<String> = levels
        .into_iter()
        .map(|(level, word)| (findings.count(level), word))
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| plural(count, word))
        .collect();
    if !said.is_empty() && !findings.report.has_errors() {
        let _ = writeln!(text, "{contract}: {}", said.join(", "));
    }
    text
}

/// Sorts by frequency, highest first.
fn sorted(mut rows: Vec<(String, usize)>) -> Vec<(String, usize)> {
    rows.sort_by(|(a, more), (b, less)| (less, a).cmp(&(more, b)));
    rows
}

pub(crate) fn plural(count: usize, word: &str) -> String {
    if count == 1 {
        format!("1 {word}")
    } else {
        format!("{count} {word}s")
    }
}

/// The result of a contract: refused, written, unchanged or out of date.
pub(crate) struct Ending<'e> {
    pub(crate) contract: &'e str,
    pub(crate) folder: &'e str,
    pub(crate) findings: &'e Findings,
    pub(crate) outcome: &'static str,
    pub(crate) plan: &'e Plan,
    pub(crate) causes: &'e [Cause],
}

/// Prints the result of a contract as JSON; as text, its parts are printed where they are found.
pub(crate) fn ending(format: Format, ending: &Ending<'_>) {
    if format == Format::Text {
        return;
    }
    let Ending {
        contract,
        folder,
        findings,
        outcome,
        plan,
        causes,
    } = ending;
    let codes = findings.report.summary().into_iter();
    let codes = codes.map(|CodeCount { code, level, count }| {
        json!({ "code": code.number(), "level": level.word(), "title": code.title(), "count": count,
            "shown": count - findings.report.omitted(code, level).min(count) })
    });
    let fallbacks = sorted(findings.fallbacks.clone()).into_iter();
    let left_out = findings.left_out().into_iter();
    let line = json!({
        "kind": "summary",
        "contract": contract,
        "out": folder,
        "outcome": outcome,
        "levels": {
            "error": findings.report.errors(),
            "warning": findings.count(Level::Warning),
            "note": findings.count(Level::Note),
            "hidden": findings.count(Level::Hidden),
        },
        "codes": codes.collect::<Vec<_>>(),
        "schemas": findings.schemas,
        "fallbacks": fallbacks.map(|(reason, count)| json!({ "reason": reason, "count": count })).collect::<Vec<_>>(),
        "left_out": left_out
            .map(|(code, count)| json!({ "reason": code.title(), "code": code.number(), "count": count }))
            .collect::<Vec<_>>(),
        "operations": findings.chosen.as_ref().map(|chosen| json!({ "wanted": chosen.kept, "all": chosen.all })),
        "files": { "create": plan.create, "update": plan.update, "remove": plan.remove, "strangers": plan.strangers },
        "causes": causes.iter().map(|cause| json!({ "cause": cause.text, "files": cause.files })).collect::<Vec<_>>(),
    });
    terminal::put_json(&format!("{line}\n"));
}

/// Returns how a command ended; reports its fault.
pub(crate) fn ended(format: Format, ended: Result<Ended, Fault>) -> Ended {
    ended.unwrap_or_else(|fault| {
        failure(format, &fault);
        fault.0
    })
}

/// Prints the error that ended the run.
fn failure(format: Format, Fault(ended, error): &Fault) {
    terminal::say(&format!("error: {error:#}"));
    if format == Format::Json {
        let line = json!({ "kind": "failure", "message": format!("{error:#}"), "exit": *ended as u8 });
        terminal::put_json(&format!("{line}\n"));
    }
}
