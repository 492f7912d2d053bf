//! Turns the text of an OpenAPI contract into the files of a Rust crate.
//!
//! Pure: no file, clock, environment, process or randomness. The caller reads the contract and the templates, and
//! writes what comes out.

pub mod contract;
pub mod diag;
pub mod emit;
pub mod ir;
pub mod lower;
pub mod naming;
pub mod output;
pub mod pages;
pub mod passes;
pub mod source;

use std::collections::BTreeMap;

use diag::{Code, Diagnostic, Levels, Report};

/// A file of the caller's.
#[derive(Debug, Clone, Copy)]
pub struct SourceFile<'a> {
    /// Its path as people shall see it.
    pub name: &'a str,
    /// What is in it.
    pub bytes: &'a [u8],
}

/// What the crate is called and where it finds its runtime.
#[derive(Debug, Clone)]
pub struct PackageChoice {
    /// The package's name; from the contract's title if left out.
    pub name: Option<String>,
    /// The package's version.
    pub version: String,
    /// Path of the runtime, absolute or from the crate's folder.
    pub runtime: String,
    /// The crate is a workspace of its own.
    pub standalone: bool,
}

/// Everything that decides what comes out.
pub struct Inputs<'a> {
    /// The contract.
    pub contract: SourceFile<'a>,
    /// Reads a file below the contract's folder by its path.
    pub others: &'a contract::Others<'a>,
    /// The crate to make.
    pub package: PackageChoice,
    /// Names that a person pinned.
    pub overrides: naming::Overrides,
    /// Which operations are wanted.
    pub only: contract::Only,
    /// What is an error.
    pub levels: Levels,
    /// Templates of the pages: file name, text.
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

/// What came out.
#[derive(Debug, Clone)]
pub struct Generated {
    /// The files.
    pub tree: output::OutputTree,
    /// Warnings and notes.
    pub report: Report,
    /// Parts of the contract that are left as JSON or left out, by reason.
    pub fallbacks: BTreeMap<String, usize>,
    /// What was chosen of the contract; `None`: everything.
    pub chosen: Option<contract::Chosen>,
}

/// The whole pipeline. `Err`: there are errors, and nothing came out.
pub fn generate(inputs: &Inputs<'_>) -> Result<Generated, Box<Report>> {
    let mut report = Report::new(inputs.levels.clone());
    match run(inputs, &mut report) {
        Some((tree, fallbacks, chosen)) if !report.has_errors() => Ok(Generated {
            tree,
            report,
            fallbacks,
            chosen,
        }),
        _ => Err(Box::new(report)),
    }
}

/// The files, what is not typed, and what was chosen.
type Made = (output::OutputTree, BTreeMap<String, usize>, Option<contract::Chosen>);

fn run(inputs: &Inputs<'_>, report: &mut Report) -> Option<Made> {
    let (api, names, chosen) = understand(inputs, report)?;
    if report.has_errors() {
        return None;
    }
    let name = inputs
        .package
        .name
        .clone()
        .unwrap_or_else(|| pages::package_name(&api.info.title));
    let about = emit::About {
        package: name.clone(),
        version: inputs.package.version.clone(),
        contract_sha256: output::digest(inputs.contract.bytes),
    };
    let files = emit::emit(&api, &names, &about);
    let reference = emit::reference(&api, &names, &about);
    let PackageChoice {
        version,
        runtime,
        standalone,
        ..
    } = inputs.package.clone();
    let package = pages::Package {
        name,
        version,
        runtime,
        standalone,
    };
    let header = output::header(inputs.contract.name);
    let pages = pages::render(&reference, &package, &header, inputs.templates);
    let pages = pages
        .map_err(|error| report.push(Diagnostic::new(Code::Template, error)))
        .ok()?;
    let tree = gather(inputs, &files, pages, report)?;
    Some((tree, api.fallbacks.clone(), chosen))
}

/// From bytes to a sealed API with its names, and what was chosen of the contract.
fn understand(inputs: &Inputs<'_>, report: &mut Report) -> Option<(ir::Api, naming::Names, Option<contract::Chosen>)> {
    let tree = source::load(inputs.contract.name, inputs.contract.bytes, report)?;
    let document = contract::parse_only(tree, inputs.others, &inputs.only, report)?;
    let draft = lower::lower(&document, report);
    let api = passes::seal(draft, report)?;
    let names = naming::assign(&api, &inputs.overrides, report);
    Some((api, names, document.chosen))
}

/// Rust files and pages as one tree.
fn gather(
    inputs: &Inputs<'_>,
    files: &[emit::RustFile],
    pages: Vec<(String, String)>,
    report: &mut Report,
) -> Option<output::OutputTree> {
    let mut tree = output::OutputTree::new();
    let printed = files
        .iter()
        .map(|file| (file.path.clone(), output::print(file, inputs.contract.name)));
    for (path, text) in printed.chain(pages.into_iter().map(|(path, text)| (path, Ok(text)))) {
        match text {
            Ok(text) => {
                if let Err(refused) = tree.insert(&path, text) {
                    report.push(Diagnostic::new(Code::OutputPath, refused.to_string()));
                }
            }
            Err(error) => report.push(Diagnostic::new(Code::NotPrinted, error)),
        }
    }
    (!report.has_errors()).then_some(tree)
}
