//! How far contracts get: reads, lowers, seals and names each file given, and prints what fell back and why.
//!
//! `cargo run -p sdk-codegen --example lower -- [--strict] [--show N] FILE...`; exits 1 if a contract is refused.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::{collections::BTreeMap, path::Path, process::ExitCode, time::Instant};

use sdk_codegen::{contract, diag, ir, lower, naming, passes, source};

/// What became of one contract.
#[derive(Default)]
struct Row {
    stage: &'static str,
    operations: usize,
    types: usize,
    named: usize,
    collisions: usize,
    fallbacks: BTreeMap<String, usize>,
}

fn main() -> ExitCode {
    let mut levels = diag::Levels::lenient();
    let mut show = 0usize;
    let mut files = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--strict" => levels = diag::Levels::strict(),
            "--show" => show = arguments.next().and_then(|count| count.parse().ok()).unwrap_or(5),
            _ => files.push(argument),
        }
    }
    let mut refused = 0;
    let mut total: BTreeMap<String, usize> = BTreeMap::new();
    println!(
        "{:<34} {:>8} {:>6} {:>7} {:>6} {:>6} {:>7}  fallbacks",
        "contract", "stage", "ops", "types", "named", "clash", "ms"
    );
    for file in &files {
        let start = Instant::now();
        let mut report = diag::Report::new(levels.clone());
        let row = run(Path::new(file), &mut report);
        let name = Path::new(file)
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let reasons: Vec<String> = row
            .fallbacks
            .iter()
            .map(|(reason, count)| format!("{count} × {reason}"))
            .collect();
        println!(
            "{name:<34} {:>8} {:>6} {:>7} {:>6} {:>6} {:>7}  {}",
            row.stage,
            row.operations,
            row.types,
            row.named,
            row.collisions,
            start.elapsed().as_millis(),
            reasons.join(", ")
        );
        refused += usize::from(row.stage != "named");
        for (reason, count) in row.fallbacks {
            *total.entry(reason).or_default() += count;
        }
        let least = diag::Level::Warning;
        let grave = |diagnostic: &&diag::Diagnostic| diagnostic.level >= least;
        for diagnostic in report.diagnostics().into_iter().filter(grave).take(show) {
            let at = report
                .sources
                .line_column(diagnostic.primary.span)
                .map_or((0, 0), |at| (at.line, at.column));
            let label = &diagnostic.primary.text;
            println!(
                "    {} {}:{} {} [{}] {label}",
                diagnostic.level.word(),
                at.0,
                at.1,
                diagnostic.message,
                diagnostic.code
            );
        }
        if show > 0 {
            for (code, level, count) in report.summary() {
                println!("    {count:>6} {} {code} {}", level.word(), code.title());
            }
        }
    }
    println!(
        "\n{} of {} lower and seal; fallbacks:",
        files.len() - refused,
        files.len()
    );
    for (reason, count) in total {
        println!("{count:>8}  {reason}");
    }
    if refused == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn run(file: &Path, report: &mut diag::Report) -> Row {
    let mut row = Row {
        stage: "unread",
        ..Row::default()
    };
    let Ok(bytes) = std::fs::read(file) else { return row };
    let folder = file.parent().unwrap_or(Path::new(".")).to_owned();
    let others = move |path: &str| std::fs::read(folder.join(path)).ok();
    row.stage = "refused";
    let Some(tree) = source::load(&file.to_string_lossy(), &bytes, report) else {
        return row;
    };
    row.stage = "loaded";
    let Some(document) = contract::parse(tree, &others, report) else {
        return row;
    };
    row.stage = "parsed";
    row.operations = document.paths.iter().map(|item| item.operations.len()).sum();
    let draft = lower::lower(&document, report);
    row.fallbacks = draft.fallbacks.clone();
    row.stage = "lowered";
    let Some(api) = passes::seal(draft, report) else {
        return row;
    };
    row.fallbacks = api.fallbacks.clone();
    row.types = api.types().count();
    row.stage = "sealed";
    let names = naming::assign(&api, &naming::Overrides::default(), report);
    row.named = api.types().filter(|(id, _)| names.ty(*id).is_some()).count();
    row.collisions = report.count(diag::Code::NameCollision);
    if !report.has_errors()
        && api
            .operations()
            .all(|(id, _): (ir::OperationId, _)| !names.operation(id).marker.is_empty())
    {
        row.stage = "named";
    }
    row
}
