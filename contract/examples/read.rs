//! Reads contracts as far as `contract` goes and prints what was found: the stage, counts, times, diagnostics by code.
//!
//! `cargo run -p sdkwright-codegen --example read -- [--strict] [--show] FILE...`; exit code 1 if a file is refused.
#![allow(clippy::print_stdout, reason = "it is a program")]

use sdkwright_contract::diag::{self, CodeCount};
use sdkwright_contract::{document, source};
use std::path::{Component, Path};
use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    let (flags, files): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|arg| arg.starts_with("--"));
    let flag = |name: &str| flags.iter().any(|flag| flag == name);
    let mut refused = 0;
    for file in &files {
        let levels = if flag("--strict") {
            diag::Levels::strict()
        } else {
            diag::Levels::lenient()
        };
        let mut report = diag::Report::new(levels);
        let stage = read(file, &mut report);
        refused += usize::from(report.has_errors());
        let verdict = if report.has_errors() { "refused" } else { "ok" };
        println!("{verdict:8}{file}: {stage}");
        for CodeCount { code, level, count } in report.summary() {
            println!("    {count:6} {} {code} {}", level.word(), code.title());
        }
        if flag("--show") {
            println!("{}", diag::render(&report, false));
        }
        if flag("--json") {
            println!("{}", diag::render_json(&report));
        }
    }
    println!("{refused} of {} refused", files.len());
    if refused == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn read(file: &str, report: &mut diag::Report) -> String {
    let Ok(bytes) = std::fs::read(file) else {
        return "not readable".to_owned();
    };
    let folder = Path::new(file).parent().unwrap_or(Path::new(".")).to_owned();
    let start = Instant::now();
    let Some(tree) = source::load(file, &bytes, report) else {
        return "load refused it".to_owned();
    };
    let (nodes, loaded) = (tree.len(), start.elapsed());
    let start = Instant::now();
    let others = |path: &str| {
        let plain = Path::new(path)
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        if plain {
            std::fs::read(folder.join(path)).map_err(document::Unread::from)
        } else {
            Err(document::Unread::default())
        }
    };
    let Some(document) = document::parse(tree, &others, report) else {
        return "parse refused it".to_owned();
    };
    let operations: usize = document.paths.iter().map(|path| path.operations.len()).sum();
    format!(
        "{:?}, {nodes} nodes in {loaded:.1?}, {} paths, {operations} operations, {} component schemas, {} schemas in {:.1?}",
        document.dialect,
        document.paths.len(),
        document.components.schemas.len(),
        document.schemas.len(),
        start.elapsed(),
    )
}
