//! Output on a run: diagnostics, fallbacks by reason, results of files.
//!
//! For people on standard error, summary last; for machines as one JSON object per line on standard output
//! (`docs/generate/command.md`). Decides nothing.

use std::fmt::Write as _;

use sdkwright_codegen::Generated;
use sdkwright_codegen::output::OutputPlan;
use sdkwright_contract::Recognised;
use sdkwright_contract::diag;
use sdkwright_contract::diag::{Code, CodeCount, Level, Report};
use sdkwright_contract::document::Chosen;
use sdkwright_contract::text::{is_hidden, visible};
use serde_json::json;

use super::terminal::{Exit, RunError};
use crate::arguments::Format;
use crate::drift::DriftCause;
use crate::jobs::Job;
use crate::terminal;

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

/// Returns the number of parts left out, by code.
fn left_out(report: &Report) -> Vec<(Code, usize)> {
    let all = report.summary().into_iter();
    all.filter(|one| LEFT_OUT.contains(&one.code) && one.level != Level::Error)
        .map(|one| (one.code, one.count))
        .collect()
}

/// Returns the number of findings of a level.
pub(crate) fn count(report: &Report, wanted: Level) -> usize {
    let all = report.summary().into_iter();
    all.filter(|one| one.level == wanted).map(|one| one.count).sum()
}

/// Returns the numbers of findings of these levels that has some, as one text; empty without any.
pub(crate) fn listed_counts(report: &Report, levels: &[(Level, &str)]) -> String {
    let counts = levels.iter().map(|(level, word)| (count(report, *level), word));
    let said = counts
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| plural(count, word));
    said.collect::<Vec<_>>().join(", ")
}

/// Prints all findings on a contract, and the counts at the end. Returns what people see, with styles.
pub(crate) fn findings(format: Format, contract: &str, findings: &Generated) -> String {
    let mut text = String::new();
    match format {
        Format::Json => terminal::put(&diag::render_json(&findings.report)),
        Format::Text => {
            if !findings.report.is_silent() {
                text = format!("{}\n\n", diag::render(&findings.report, true).trim_end());
            }
            text.push_str(&visible(&counts(contract, findings)));
            terminal::put_aside_rendered(&text);
        }
    }
    text
}

/// Returns the summary for people: short, and by reason.
pub(crate) fn counts(contract: &str, findings: &Generated) -> String {
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
    let fallbacks = findings.fallbacks.clone().into_iter().collect();
    list(
        &|sum| format!("{} generated as untyped JSON or left out", plural(sum, "part")),
        &sorted(fallbacks),
    );
    let broken = left_out(&findings.report).into_iter();
    let broken = broken.map(|(code, count)| (format!("{} ({code})", code.title()), count));
    let what = |sum| format!("{} left out", plural(sum, "part"));
    list(&what, &sorted(broken.collect()));
    if let Some(Chosen { kept, all, .. }) = &findings.chosen {
        let _ = writeln!(text, "note: {kept} of {all} operations are selected");
    }
    let said = listed_counts(&findings.report, &[(Level::Warning, "warning"), (Level::Note, "note")]);
    let Recognised { lists, keys } = findings.recognised;
    let known = [(lists, "list"), (keys, "key")]
        .into_iter()
        .filter(|(count, _)| *count > 0);
    let known: Vec<String> = known.map(|(count, word)| plural(count, word)).collect();
    if !known.is_empty() {
        let known = known.join(" and ");
        let _ = writeln!(
            text,
            "{contract}: {known} recognised; `sdkwright new-overlay` shows which and why"
        );
    }
    if !said.is_empty() && !findings.report.has_errors() {
        let _ = writeln!(text, "{contract}: {said}");
    }
    text
}

/// Sorts by frequency, highest first.
fn sorted(mut rows: Vec<(String, usize)>) -> Vec<(String, usize)> {
    rows.sort_by(|(a, more), (b, less)| (less, a).cmp(&(more, b)));
    rows
}

/// Returns text of a contract as one line, without what would steer a terminal.
pub(crate) fn one_line(text: &str) -> String {
    text.chars().map(|c| if is_hidden(c) { ' ' } else { c }).collect()
}

pub(crate) fn plural(count: usize, word: &str) -> String {
    if count == 1 {
        format!("1 {word}")
    } else {
        format!("{count} {word}s")
    }
}

/// A contract with its findings and the plan for its files.
pub(crate) struct JobReport<'e> {
    job: &'e Job,
    findings: &'e Generated,
    plan: &'e OutputPlan,
}

impl<'e> JobReport<'e> {
    pub(crate) fn new(job: &'e Job, findings: &'e Generated, plan: &'e OutputPlan) -> Self {
        Self { job, findings, plan }
    }

    /// Prints the result of a contract as JSON: refused, written, unchanged or out of date. As text, its parts are printed where they
    /// are found.
    pub(crate) fn print(&self, format: Format, outcome: &str, causes: &[DriftCause]) {
        if format == Format::Text {
            return;
        }
        let Self { job, findings, plan } = self;
        let report = &findings.report;
        let codes = report.summary().into_iter();
        let codes = codes.map(|CodeCount { code, level, count }| {
            json!({ "code": code.number(), "level": level.word(), "title": code.title(), "count": count,
                "shown": count - report.omitted(code, level).min(count) })
        });
        let fallbacks = sorted(findings.fallbacks.clone().into_iter().collect()).into_iter();
        let left_out = left_out(report).into_iter();
        let left_out =
            left_out.map(|(code, count)| json!({ "reason": code.title(), "code": code.number(), "count": count }));
        let line = json!({
            "kind": "summary",
            "contract": job.input.shown,
            "out": job.folder,
            "outcome": outcome,
            "levels": {
                "error": report.errors(),
                "warning": count(report, Level::Warning),
                "note": count(report, Level::Note),
                "hidden": count(report, Level::Hidden),
            },
            "codes": codes.collect::<Vec<_>>(),
            "schemas": findings.schemas,
            "recognised": { "lists": findings.recognised.lists, "keys": findings.recognised.keys },
            "fallbacks": fallbacks.map(|(reason, count)| json!({ "reason": reason, "count": count })).collect::<Vec<_>>(),
            "left_out": left_out.collect::<Vec<_>>(),
            "operations": findings.chosen.as_ref().map(|chosen| json!({ "wanted": chosen.kept, "all": chosen.all })),
            "files": { "create": plan.create, "update": plan.update, "remove": plan.remove, "strangers": plan.strangers },
            "causes": causes.iter().map(|cause| json!({ "cause": cause.text, "files": cause.files })).collect::<Vec<_>>(),
        });
        terminal::put_json(&format!("{line}\n"));
    }
}

/// Returns how a command ended; prints the error that ended it.
pub(crate) fn ended(format: Format, ended: Result<Exit, RunError>) -> Exit {
    ended.unwrap_or_else(|RunError(ended, error)| {
        terminal::say(&format!("error: {error:#}"));
        if format == Format::Json {
            let line = json!({ "kind": "failure", "message": format!("{error:#}"), "exit": ended as u8 });
            terminal::put_json(&format!("{line}\n"));
        }
        ended
    })
}
