//! Turns the text of an OpenAPI contract into the files of a Rust crate.
//!
//! Pure: no file, clock, environment, process or randomness. The caller reads the contract and the templates, and
//! writes the output.

pub mod contract;
pub mod diag;
pub mod emit;
pub mod ir;
pub mod lint;
pub mod lower;
pub mod naming;
pub mod output;
pub mod overlay;
pub mod package;
pub mod pages;
pub mod passes;
pub mod pattern;
mod picture;
mod runtime;
mod sample;
pub mod source;
pub mod split;
mod statuses;
pub mod text;
mod validate;

mod conduct;
mod limits;
mod workers;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

pub use conduct::{Conduct, Stage};
use diag::{Code, Diagnostic, Levels, Report};
pub use package::PackageChoice;

/// A file that the caller has read.
#[derive(Debug, Clone, Copy)]
pub struct SourceFile<'a> {
    /// Path for diagnostics.
    pub name: &'a str,
    /// Contents.
    pub bytes: &'a [u8],
}

/// All inputs that determine the output.
pub struct Inputs<'a> {
    /// The contract.
    pub contract: SourceFile<'a>,
    /// Overlays, applied to the contract in this order before it is parsed.
    pub overlays: &'a [SourceFile<'a>],
    /// Reads a file by its path below the folder that may be read.
    pub others: &'a contract::Others<'a>,
    /// Path of the contract's folder below the folder that may be read; empty if it is that folder.
    pub inside: &'a str,
    /// The crate to make.
    pub package: PackageChoice,
    /// Names pinned by the user.
    pub overrides: naming::Overrides,
    /// Filter of operations.
    pub only: contract::Only,
    /// Levels of the diagnostic codes.
    pub levels: Levels,
    /// Templates of the pages: file name and text.
    pub templates: &'a [(&'a str, &'a str)],
}

impl std::fmt::Debug for Inputs<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inputs")
            .field("contract", &self.contract.name)
            .field("package", &self.package)
            .finish_non_exhaustive()
    }
}

/// Result of a run.
#[derive(Debug, Clone)]
pub struct Generated {
    /// The files.
    pub tree: output::OutputTree,
    /// Warnings and notes.
    pub report: Report,
    /// Parts of the contract left as JSON or left out, counted by reason.
    pub fallbacks: BTreeMap<String, usize>,
    /// Number of schemas that became a type, components and inline.
    pub schemas: usize,
    /// Selected part of the contract; `None`: everything.
    pub chosen: Option<contract::Chosen>,
    /// Sources of the files, if they were asked for.
    pub sources: Option<output::Sources>,
}

/// Runs the whole pipeline. `Err`: there are errors, and no output.
pub fn generate(inputs: &Inputs<'_>) -> Result<Generated, Box<Report>> {
    generate_as(inputs, Conduct::default())
}

/// Runs the whole pipeline with these options.
pub fn generate_as(inputs: &Inputs<'_>, conduct: Conduct<'_>) -> Result<Generated, Box<Report>> {
    let mut report = Report::new(inputs.levels.clone());
    match run(inputs, conduct, &mut report) {
        Some((tree, api, chosen, sources)) if !report.has_errors() => Ok(Generated {
            tree,
            report,
            sources,
            schemas: api.schemas.len(),
            fallbacks: api.fallbacks.clone(),
            chosen,
        }),
        _ => Err(Box::new(report)),
    }
}

/// The files, the API they were made from, the selection, and the sources.
type RunOutput = (
    output::OutputTree,
    ir::Api,
    Option<contract::Chosen>,
    Option<output::Sources>,
);

fn run(inputs: &Inputs<'_>, conduct: Conduct<'_>, report: &mut Report) -> Option<RunOutput> {
    let Understood {
        api,
        names,
        chosen,
        sha256,
        parts,
    } = understand(inputs, conduct, report)?;
    if report.has_errors() {
        return None;
    }
    (conduct.begins)(Stage::Emit);
    let name = inputs
        .package
        .name
        .clone()
        .unwrap_or_else(|| pages::package_name(&api.info.title));
    let about = emit::About {
        package: name.clone(),
        version: inputs.package.facts.version.clone(),
        contract_sha256: sha256.clone(),
        custom: inputs.package.custom,
        documented: true,
    };
    let package = pages::Package {
        name,
        facts: &inputs.package.facts,
        place: inputs.package.runtime.place(),
        standalone: inputs.package.standalone,
    };
    let files = emit::emit(&api, &names, &about);
    let made = make(inputs, conduct, &files, &package);
    (conduct.begins)(Stage::Gather);
    let mut tree = gather(made, report)?;
    for (path, text) in inputs.package.runtime.files() {
        if let Err(refused) = tree.insert(&path, text) {
            report.push(Diagnostic::new(Code::OutputPath, refused.to_string()));
        }
    }
    let sources = conduct
        .sources
        .then(|| output::sources(&api, &files, &parts, &report.sources));
    tree.set_made_from(output::MadeFrom {
        contract: inputs.contract.name.to_owned(),
        sha256,
        settings: settings(inputs),
        parts: parts.into_iter().map(|part| (part.name, part.digest)).collect(),
    });
    drop(files);
    Some((tree, api, chosen, sources))
}

/// Returns the digest of the inputs besides the contract with its overlays and the templates.
fn settings(inputs: &Inputs<'_>) -> String {
    let package = &inputs.package;
    let choice = (
        &package.name,
        &package.facts,
        package.runtime.place(),
        package.standalone,
        package.custom,
    );
    let all = format!(
        "{choice:?} {:?} {:?} {:?}",
        inputs.overrides, inputs.only, inputs.levels
    );
    output::short_digest(all.as_bytes())
}

/// The sealed API with its names.
#[derive(Debug, Clone)]
pub struct Understood {
    /// The API.
    pub api: ir::Api,
    /// Rust names of everything in it.
    pub names: naming::Names,
    /// Selected part of the contract.
    pub chosen: Option<contract::Chosen>,
    /// SHA-256 of the contract's content with its overlays, independent of its formatting.
    pub sha256: String,
    /// Parts of the contract, and other files that it refers to.
    pub parts: Vec<output::ContractPart>,
}

/// Runs the stages from bytes to the tree of a contract with its overlays and the files it refers to. `None`: the
/// report has the reason.
pub fn link(inputs: &Inputs<'_>, report: &mut Report) -> Option<contract::Linked> {
    let mut tree = source::load_contract(inputs.contract.name, inputs.contract.bytes, report)?;
    let overlays: Vec<(&str, &[u8])> = inputs.overlays.iter().map(|one| (one.name, one.bytes)).collect();
    overlay::lay(&mut tree, &overlays, report)?;
    contract::Linked::link(tree, inputs.others, inputs.inside, report)
}

/// A document, and what identifies its content.
struct Read {
    document: contract::Document,
    /// SHA-256 of the contract's content.
    sha256: String,
    /// Parts of the contract, and other files that it refers to.
    parts: Vec<output::ContractPart>,
}

/// Runs the stages from bytes to a document.
fn read(inputs: &Inputs<'_>, conduct: Conduct<'_>, report: &mut Report) -> Option<Read> {
    (conduct.begins)(Stage::Load);
    let mut tree = source::load_contract(inputs.contract.name, inputs.contract.bytes, report)?;
    let overlays: Vec<(&str, &[u8])> = inputs.overlays.iter().map(|one| (one.name, one.bytes)).collect();
    overlay::lay(&mut tree, &overlays, report)?;
    let (text, parts) = source::to_sorted_json_in_parts(tree.root()?);
    let sha256 = output::digest(text.as_bytes());
    let part = |part: source::Part| output::ContractPart {
        digest: output::short_digest(&text.as_bytes()[part.text.clone()]),
        name: part.pointer,
        span: part.span,
    };
    let mut parts: Vec<output::ContractPart> = parts.into_iter().map(part).collect();
    drop(text);
    (conduct.begins)(Stage::Parse);
    let document = contract::parse_only(tree, inputs.others, inputs.inside, &inputs.only, report)?;
    parts.extend(others(inputs, report));
    Some(Read {
        document,
        sha256,
        parts,
    })
}

/// Runs the lints over a contract and returns their findings. `Err`: the contract is refused, with the reasons.
pub fn lint(inputs: &Inputs<'_>, allowed: &[lint::Allowed]) -> Result<Report, Box<Report>> {
    let mut report = Report::new(inputs.levels.clone());
    let conduct = Conduct::default();
    let found = read(inputs, conduct, &mut report).and_then(|Read { document, .. }| {
        validate::validate(&document, &mut report);
        let unsealed = lower::lower(&document, &mut report);
        let api = passes::seal(unsealed, &mut report)?;
        (!report.has_errors()).then(|| lint::lint(&document, &api, allowed, &report))
    });
    found.ok_or_else(|| Box::new(report))
}

/// Runs the stages from bytes to a sealed API with its names.
pub fn understand(inputs: &Inputs<'_>, conduct: Conduct<'_>, report: &mut Report) -> Option<Understood> {
    let Read {
        mut document,
        sha256,
        parts,
    } = read(inputs, conduct, report)?;
    (conduct.begins)(Stage::Lower);
    validate::validate(&document, report);
    let unsealed = lower::lower(&document, report);
    let chosen = document.chosen.take();
    // The later stages do not need the tree, which is large.
    drop(document);
    (conduct.begins)(Stage::Seal);
    let api = passes::seal(unsealed, report)?;
    (conduct.begins)(Stage::Assign);
    let names = naming::assign(&api, &inputs.overrides, report);
    Some(Understood {
        api,
        names,
        chosen,
        sha256,
        parts,
    })
}

/// Returns the files that a contract refers to, as parts of it.
fn others(inputs: &Inputs<'_>, report: &Report) -> Vec<output::ContractPart> {
    let is_own =
        |name: &str| name == inputs.contract.name || inputs.overlays.iter().any(|overlay| overlay.name == name);
    let others = (0u16..)
        .zip(report.sources.files())
        .filter(|(_, file)| !is_own(&file.name));
    let part = |(id, file): (u16, &text::File)| output::ContractPart {
        name: file.name.to_string(),
        span: text::Span::new(text::FileId(id), 0, 0),
        digest: output::short_digest(file.text.as_bytes()),
    };
    others.map(part).collect()
}

/// Result of one piece of the output: texts by path, or the error.
type Made = Result<Vec<(String, String)>, (Code, String)>;

/// Makes all files, each on one thread from its types to its text, so that only a few exist as tokens at a time.
fn make(inputs: &Inputs<'_>, conduct: Conduct<'_>, files: &emit::Files<'_>, package: &pages::Package<'_>) -> Vec<Made> {
    let foreign = AtomicBool::new(false);
    let exports = Mutex::new(emit::Exports::new());
    let print = |file: Option<emit::RustFile>| {
        let Some(file) = file else { return Ok(Vec::new()) };
        let printed = output::print(file, inputs.contract.name).map_err(|error| (Code::NotPrinted, error))?;
        foreign.fetch_or(printed.foreign, Ordering::Relaxed);
        let mut exports = exports.lock().unwrap_or_else(PoisonError::into_inner);
        exports.insert(printed.path.clone(), printed.exports);
        Ok(vec![(printed.path, printed.text)])
    };
    let header = output::header(inputs.contract.name);
    let (done, all) = (AtomicUsize::new(0), files.len() + 1);
    let said = Mutex::new(pages::Pages::default());
    let render = || {
        let mut pages = pages::render(&files.reference(), package, &header, inputs.templates)
            .map_err(|error| (Code::Template, error))?;
        let mut texts = std::mem::take(&mut pages.files);
        texts.extend(files.pictures(&header));
        *said.lock().unwrap_or_else(PoisonError::into_inner) = pages;
        Ok(texts)
    };
    let piece = |index: usize| {
        let made = match index.checked_sub(1) {
            None => render(),
            Some(index) => print(files.file(index)),
        };
        (conduct.emitted)(done.fetch_add(1, Ordering::Relaxed) + 1, all);
        made
    };
    let mut made = workers::map(conduct.threads, all, piece);
    let pages = said.into_inner().unwrap_or_else(PoisonError::into_inner);
    let models = files.models(&exports.lock().unwrap_or_else(PoisonError::into_inner), pages.models);
    made.push(print(Some(models)));
    made.push(print(Some(files.guide(pages.guide))));
    made.push(print(Some(files.library(foreign.load(Ordering::Relaxed), pages.front))));
    made
}

/// Collects files and pages into one tree.
fn gather(made: Vec<Made>, report: &mut Report) -> Option<output::OutputTree> {
    let mut tree = output::OutputTree::new();
    for piece in made {
        match piece {
            Ok(texts) => {
                for (path, text) in texts {
                    if let Err(refused) = tree.insert(&path, text) {
                        report.push(Diagnostic::new(Code::OutputPath, refused.to_string()));
                    }
                }
            }
            Err((code, error)) => report.push(Diagnostic::new(code, error)),
        }
    }
    (!report.has_errors()).then_some(tree)
}
