//! `cargo xtask overlay`: a contract apart from its words, and overlays laid over a contract.

use std::path::Path;

use anyhow::Context as _;
use sdk_codegen::diag::{self, Levels, Report};
use sdk_codegen::{overlay, source, split};

use crate::arguments::{Apply, Overlay, Split};
use crate::{Ended, Fault, telling, terminal};

/// Does what the arguments say.
pub(crate) fn run(arguments: &Overlay) -> Ended {
    let ended = match arguments {
        Overlay::Split(arguments) => split(arguments),
        Overlay::Apply(arguments) => apply(arguments),
    };
    ended.unwrap_or_else(|fault| {
        telling::failure(crate::arguments::Format::Text, &fault);
        fault.0
    })
}

fn split(arguments: &Split) -> Result<Ended, Fault> {
    let mut report = Report::new(Levels::strict());
    let extends = arguments
        .plain
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    let bytes = read(&arguments.contract)?;
    let name = arguments.contract.display().to_string();
    let Some(split) = split::split(&name, &bytes, &extends.unwrap_or_default(), &mut report) else {
        return Ok(refused(&report, &name));
    };
    if split.words == 0 {
        let what = format!("{name} has no words of our vocabulary: there is nothing to split");
        return Err(Fault::usage(anyhow::anyhow!(what)));
    }
    write(&arguments.plain, &split.plain)?;
    write(&arguments.overlay, &split.overlay)?;
    terminal::say(&format!(
        "{}: {} words are in {} now",
        arguments.plain.display(),
        split.words,
        arguments.overlay.display()
    ));
    Ok(Ended::Done)
}

fn apply(arguments: &Apply) -> Result<Ended, Fault> {
    let levels = if arguments.strict {
        Levels::strict()
    } else {
        Levels::lenient()
    };
    let mut report = Report::new(levels);
    let name = arguments.contract.display().to_string();
    let bytes = read(&arguments.contract)?;
    let mut overlays = Vec::new();
    for file in &arguments.overlay {
        overlays.push((file.display().to_string(), read(file)?));
    }
    let overlays: Vec<(&str, &[u8])> = overlays
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect();
    let tree = source::load(&name, &bytes, &mut report);
    let laid = tree.and_then(|mut tree| {
        overlay::lay(&mut tree, &overlays, &mut report)?;
        Some(tree)
    });
    let root = laid.as_ref().and_then(sdk_codegen::source::Tree::root);
    let Some(root) = root.filter(|_| !report.has_errors()) else {
        return Ok(refused(&report, &name));
    };
    tell(&report);
    let text = source::to_yaml(root);
    match &arguments.out {
        Some(out) => write(out, &text)?,
        None => terminal::put(&text),
    }
    Ok(Ended::Done)
}

fn refused(report: &Report, name: &str) -> Ended {
    tell(report);
    let errors = telling::plural(report.errors(), "error");
    terminal::say(&format!("error: {name} was refused ({errors}); nothing was written"));
    Ended::Refused
}

fn tell(report: &Report) {
    let text = diag::render(report, terminal::colours_on_stderr());
    if !text.is_empty() {
        terminal::say(text.trim_end());
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Fault> {
    std::fs::read(path)
        .with_context(|| path.display().to_string())
        .map_err(Fault::files)
}

fn write(path: &Path, text: &str) -> Result<(), Fault> {
    std::fs::write(path, text)
        .with_context(|| path.display().to_string())
        .map_err(Fault::files)
}
