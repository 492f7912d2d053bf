//! Turns the meaning of an OpenAPI contract into the files of a Rust crate.
//!
//! Pure: no file, clock, environment, process or randomness. The caller reads the contract and the templates, and
//! writes the output.

pub mod emit;
mod limits;
pub mod naming;
pub mod output;
pub mod package;
pub mod pages;
mod runtime;
mod sample;
mod workers;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use sdkwright_contract::diag::{Code, Diagnostic, Report};
use sdkwright_contract::document::Chosen;
use sdkwright_contract::ir::Api;
use sdkwright_contract::{Contract, Inputs, Recognised, Stage, short_digest};

pub use package::PackageChoice;

/// Settings of the crate of a contract.
#[derive(Debug)]
pub struct CrateOptions<'a> {
    /// The crate to generate.
    pub package: PackageChoice,
    /// Names pinned by the user.
    pub overrides: naming::Overrides,
    /// Templates of the pages: file name and text.
    pub templates: &'a [(&'a str, &'a str)],
}

/// Result of a run.
#[derive(Debug, Clone)]
pub struct Generated {
    /// The files.
    pub tree: output::OutputTree,
    /// Facts about its Rust files, by their paths.
    pub printed: BTreeMap<String, output::PrintFacts>,
    /// Warnings and notes.
    pub report: Report,
    /// Parts of the contract left as JSON or left out, counted by reason.
    pub fallbacks: BTreeMap<String, usize>,
    /// Number of schemas that became a type, components and inline.
    pub schemas: usize,
    /// Lists and keys that it recognised without an extension.
    pub recognised: Recognised,
    /// Selected part of the contract; `None`: everything.
    pub chosen: Option<Chosen>,
    /// Sources of the files, if they were asked for.
    pub sources: Option<output::Sources>,
}

impl Generated {
    /// Returns the findings on a refused contract: its report.
    pub fn refused(report: Report) -> Self {
        Self {
            tree: output::OutputTree::default(),
            printed: BTreeMap::new(),
            report,
            fallbacks: BTreeMap::new(),
            schemas: 0,
            recognised: Recognised::default(),
            chosen: None,
            sources: None,
        }
    }
}

/// Runs the whole pipeline from the bytes of a contract. `Err`: there are errors, and no output.
pub fn generate(inputs: &Inputs<'_>, options: &CrateOptions<'_>, hooks: Hooks<'_>) -> Result<Generated, Box<Report>> {
    let mut report = Report::new(inputs.levels.clone());
    let run = Generation { inputs, options, hooks };
    match run.generate(&mut report) {
        Some(CrateFiles {
            tree,
            printed,
            sources,
            api,
            left_out,
            chosen,
            recognised,
        }) if !report.has_errors() => Ok(Generated {
            tree,
            printed,
            sources,
            report,
            schemas: api.schemas.len(),
            recognised,
            fallbacks: left_out,
            chosen,
        }),
        _ => Err(Box::new(report)),
    }
}

/// The inputs of one run.
struct Generation<'a> {
    inputs: &'a Inputs<'a>,
    options: &'a CrateOptions<'a>,
    hooks: Hooks<'a>,
}

/// The files of a crate, and what they were generated from.
struct CrateFiles {
    tree: output::OutputTree,
    printed: BTreeMap<String, output::PrintFacts>,
    sources: Option<output::Sources>,
    api: Api,
    left_out: BTreeMap<String, usize>,
    chosen: Option<Chosen>,
    recognised: Recognised,
}

impl Generation<'_> {
    fn generate(&self, report: &mut Report) -> Option<CrateFiles> {
        let begins = self.hooks.begins;
        let contract = Contract::from_inputs(self.inputs, begins, report)?;
        let api = contract.meaning(begins, report)?;
        let recognised = contract.recognised(&api);
        let Contract {
            document,
            sha256,
            parts,
        } = contract;
        let chosen = document.chosen.clone();
        // The later stages do not need the tree, which is large. A pattern would keep the rest of it to the end of this function.
        drop(document);
        begins(Stage::Assign);
        let names = naming::assign(&api, &self.options.overrides, self.hooks.threads, report);
        if report.has_errors() {
            return None;
        }
        begins(Stage::Emit);
        let choice = &self.options.package;
        let name = choice.name.clone();
        let name = name.unwrap_or_else(|| pages::package_name(&api.info.title));
        let about = emit::About {
            package: name.clone(),
            version: choice.facts.version.clone(),
            contract_sha256: sha256.clone(),
            custom: choice.custom,
            documented: true,
            server: choice.server,
        };
        let package = pages::Package {
            name,
            folder: choice.folder.as_deref(),
            facts: &choice.facts,
            place: choice.runtime.place(),
            server: choice.runtime.server_place().filter(|_| choice.server),
            standalone: choice.standalone,
        };
        let files = emit::emit(&api, &names, &about);
        let MadeFiles { pieces, printed } = self.make(&files, &package);
        (self.hooks.begins)(Stage::Gather);
        let mut tree = gather(pieces, report)?;
        for (path, text) in choice.runtime.files(&about.package) {
            if let Err(refused) = tree.insert(&path, text.into_owned()) {
                report.push(Diagnostic::new(Code::OutputPath, refused.to_string()));
            }
        }
        let sources = self.hooks.sources;
        let sources = sources.then(|| output::sources(&api, &files, &parts, &report.sources));
        tree.set_made_from(output::MadeFrom {
            contract: self.inputs.contract.name.to_owned(),
            sha256,
            settings: self.settings(),
            parts: parts.into_iter().map(|part| (part.name, part.digest)).collect(),
        });
        tree.manifest_on(self.hooks.threads);
        let mut left_out = api.fallbacks.clone();
        for reason in files.not_served() {
            *left_out.entry(reason.to_owned()).or_default() += 1;
        }
        drop(files);
        Some(CrateFiles {
            tree,
            printed,
            sources,
            api,
            left_out,
            chosen,
            recognised,
        })
    }

    /// Returns the digest of the inputs besides the contract with its overlays and the templates.
    fn settings(&self) -> String {
        let package = &self.options.package;
        let choice = (
            &package.name,
            &package.facts,
            package.runtime.place(),
            package.standalone,
            package.custom,
        );
        let (overrides, only, levels) = (&self.options.overrides, &self.inputs.only, &self.inputs.levels);
        let server = if package.server { " server" } else { "" };
        let all = format!("{choice:?} {overrides:?} {only:?} {levels:?}{server}");
        short_digest(all.as_bytes())
    }

    /// Makes all files, each on one thread from its types to its text, so that only a few exist as tokens at a time.
    fn make(&self, files: &emit::RustFiles<'_>, package: &pages::Package<'_>) -> MadeFiles {
        let foreign = AtomicBool::new(false);
        let exports = Mutex::new(emit::Exports::new());
        let printed_files = Mutex::new(BTreeMap::new());
        let print = |file: Option<emit::RustFile>| {
            let Some(file) = file else { return Ok(Vec::new()) };
            let path = file.path.clone();
            let printed = output::print(file, self.inputs.contract.name, self.hooks.kept);
            let output::Printed { text, facts } = printed.map_err(|error| (Code::NotPrinted, error))?;
            foreign.fetch_or(facts.foreign, Ordering::Relaxed);
            let mut exports = exports.lock().unwrap_or_else(PoisonError::into_inner);
            exports.insert(path.clone(), facts.exports.clone());
            let mut printed = printed_files.lock().unwrap_or_else(PoisonError::into_inner);
            printed.insert(path.clone(), facts);
            Ok(vec![(path, text)])
        };
        let header = output::header(self.inputs.contract.name);
        let (done, all) = (AtomicUsize::new(0), files.len() + 1);
        let said = Mutex::new(pages::PageFiles::default());
        let template_error = |error: String| (Code::Template, error);
        let templates = pages::Templates::new(self.options.templates, &header);
        let render = || {
            let templates = templates.as_ref().map_err(|error| template_error(error.clone()))?;
            let mut pages = templates.pages(&files.reference(), package).map_err(template_error)?;
            let mut texts = std::mem::take(&mut pages.files);
            texts.extend(files.pictures(&header));
            *said.lock().unwrap_or_else(PoisonError::into_inner) = pages;
            Ok(texts)
        };
        let piece = |index: usize| {
            let made = match index.checked_sub(1) {
                None => render(),
                Some(index) => print(files.file(index)).and_then(|mut texts| {
                    // `render` reports templates that cannot be read.
                    if let (Ok(templates), Some(page)) = (&templates, files.page(index)) {
                        texts.push(templates.page(&page).map_err(template_error)?);
                    }
                    Ok(texts)
                }),
            };
            (self.hooks.emitted)(done.fetch_add(1, Ordering::Relaxed) + 1, all);
            made
        };
        let mut made = workers::map(self.hooks.threads, all, piece);
        let pages = said.into_inner().unwrap_or_else(PoisonError::into_inner);
        let models = files.models(&exports.lock().unwrap_or_else(PoisonError::into_inner), pages.models);
        made.push(print(Some(models)));
        made.push(print(Some(files.guide(pages.guide))));
        made.push(print(Some(files.library(foreign.load(Ordering::Relaxed), pages.front))));
        MadeFiles {
            pieces: made,
            printed: printed_files.into_inner().unwrap_or_else(PoisonError::into_inner),
        }
    }
}

/// All pieces of the output, and facts about its Rust files.
struct MadeFiles {
    pieces: Vec<PieceResult>,
    printed: BTreeMap<String, output::PrintFacts>,
}

/// Result of one piece of the output: texts by path, or the error.
type PieceResult = Result<Vec<(String, String)>, (Code, String)>;

/// Collects files and pages into one tree.
fn gather(made: Vec<PieceResult>, report: &mut Report) -> Option<output::OutputTree> {
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

// Execution of a run: number of threads and progress callbacks. Neither changes the output.

/// Options of a run that do not change its output.
#[derive(Clone, Copy)]
pub struct Hooks<'a> {
    /// Number of threads that find names and emit files.
    pub threads: usize,
    /// Collects the sources of the files, too.
    pub sources: bool,
    /// Called when a stage begins; the caller can time the stages.
    pub begins: &'a dyn Fn(Stage),
    /// Called on any thread when a piece of `Stage::Emit` is done: how many are, and of how many.
    pub emitted: &'a (dyn Fn(usize, usize) + Sync),
    /// Asked for each Rust file before it is printed.
    pub kept: &'a output::KeptText<'a>,
}

impl Default for Hooks<'_> {
    fn default() -> Self {
        Self {
            threads: 1,
            sources: false,
            begins: &|_| {},
            emitted: &|_, _| {},
            kept: &|_, _| None,
        }
    }
}

impl std::fmt::Debug for Hooks<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hooks")
            .field("threads", &self.threads)
            .finish_non_exhaustive()
    }
}
