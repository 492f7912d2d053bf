//! One run of a program or of a build script, and its jobs: the crates to generate, from the command line and the files of
//! settings.
//!
//! In: arguments, `contracts.yaml`, the file of `--config`. Out: jobs, each with all inputs but the content of the contract.
//! Reads no contract and writes nothing.

use std::cell::RefCell;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use sdkwright_codegen::PackageChoice;
use sdkwright_contract::lint::Allowed;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize as _, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::arguments::Generate;
use crate::checked::Checked;
use crate::input::{ContractInput, InputFile};
use crate::place::{FOLDER, LIST, ListPlace};
use crate::settings::{Allow, ContractSettings, SchemaSelection, Strictness, check_package, with_suggestion};
use crate::terminal::RunError;

/// One crate to generate.
#[derive(Debug)]
pub(crate) struct Job {
    /// The contract.
    pub(crate) input: ContractInput,
    /// The crate's folder.
    pub(crate) out: PathBuf,
    /// Its name in differences.
    pub(crate) folder: String,
    pub(crate) package: PackageChoice,
    /// Foreign files that may stand among generated code.
    pub(crate) keep: Vec<String>,
    /// Findings of lints that may stay.
    pub(crate) allowed: Vec<Allowed>,
}

/// Returns the jobs of a run. Contracts are looked for in the folder and above it.
pub(crate) fn jobs(arguments: &Generate, folder: &Path) -> Result<Vec<Job>, RunError> {
    let place = ListPlace::named_or_found(arguments.contracts.as_deref(), folder);
    if let (Some(contract), Some(out)) = (&arguments.contract, &arguments.out) {
        if out.canonicalize().is_ok_and(|out| out.parent().is_none()) {
            let what = format!("--out {}: this is the root of the file system", out.display());
            return Err(RunError::usage(anyhow::anyhow!(what)));
        }
        let job = alone(arguments, contract, out)?;
        // The folder of a listed contract belongs to this repository, and must not be replaced by another crate. A list
        // that was found, not named, may be a file of another kind.
        let found = |place: &ListPlace| match listed(place) {
            Err(fault) if arguments.contracts.is_some() => Err(fault),
            found => Ok(found.unwrap_or_default()),
        };
        if let Some(place) = &place {
            let same = |one: &&ContractEntry| is_same(&place.repository.join(&one.out), out);
            if let Some(other) = found(place)?.iter().find(same) {
                let what = format!("--out {}: this is the crate of {}", out.display(), other.file);
                return Err(RunError::usage(anyhow::anyhow!(
                    "{what} in {}; choose another folder",
                    place.shown(&place.list)
                )));
            }
        }
        return Ok(vec![job]);
    }
    let place = place.ok_or_else(|| {
        RunError::usage(anyhow::anyhow!(
            "no {FOLDER}/{LIST} or {LIST} in {} or a folder above it; write one with `sdkwright init`, pass one with --contracts, or pass one contract with --contract and --out",
            folder.canonicalize().unwrap_or_else(|_| folder.to_owned()).display()
        ))
    })?;
    listed(&place)?
        .into_iter()
        .map(|one| from_list(arguments, &place, one))
        .collect()
}

/// Reads a list of contracts.
pub(crate) fn listed(place: &ListPlace) -> Result<Vec<ContractEntry>, RunError> {
    let text = read(&place.list)?;
    read_contracts(&text)
        .with_context(|| place.shown(&place.list))
        .map_err(RunError::usage)
}

/// Returns true if both paths lead to one existing folder.
pub(crate) fn is_same(one: &Path, other: &Path) -> bool {
    one.canonicalize()
        .and_then(|one| Ok(one == other.canonicalize()?))
        .unwrap_or(false)
}

fn read(path: &Path) -> Result<String, RunError> {
    RunError::at(path, std::fs::read_to_string(path))
}

/// Returns the level that the flags set.
fn forced(arguments: &Generate) -> Option<Strictness> {
    match (arguments.strict, arguments.lenient) {
        (true, _) => Some(Strictness::Strict),
        (_, true) => Some(Strictness::Lenient),
        _ => None,
    }
}

/// Returns the job of an entry of the list.
fn from_list(arguments: &Generate, place: &ListPlace, contract: ContractEntry) -> Result<Job, RunError> {
    let mut settings = contract.settings;
    settings.level = forced(arguments).or(settings.level);
    let file = |file: &String| InputFile::Disk(place.folder.join(file));
    let overlays = settings.overlays.iter();
    let input = ContractInput {
        shown: place.relative(&contract.file),
        overlays: overlays.map(|one| (file(one), place.relative(one))).collect(),
        ..ContractInput::alone(file(&contract.file), [])
    };
    let root = settings.root.as_ref().map(PathBuf::from);
    let mut job = job(settings, input, root.as_deref(), &place.repository.join(&contract.out))?;
    job.package.folder = Some(contract.out.clone());
    job.folder = contract.out;
    with_server(job)
}

/// Returns the job, unless its crate needs a server's side of the runtime that the place of the runtime does not have.
fn with_server(job: Job) -> Result<Job, RunError> {
    if job.package.server && job.package.runtime.server_place().is_none() {
        return Err(RunError::usage(anyhow::anyhow!(
            "`server: true` needs a `runtime` of `path:` or `git:`, because the server's side of the runtime is in no registry and is not vendored"
        )));
    }
    Ok(job)
}

/// Returns the job of a contract with its settings. Its files are below the root, or in the folder of the contract.
fn job(settings: ContractSettings, input: ContractInput, root: Option<&Path>, out: &Path) -> Result<Job, RunError> {
    let (root, inside) = readable(input.contract.path(), root)?;
    let custom = ["src/custom.rs", "src/custom/mod.rs"];
    Ok(Job {
        input: settings.apply_to(ContractInput {
            root: InputFile::Disk(root.join("contract")),
            inside,
            ..input
        }),
        allowed: settings.allow.iter().filter_map(Allow::allowed).collect(),
        package: PackageChoice {
            facts: settings.facts(),
            runtime: settings.place_of_runtime().map_err(RunError::usage)?,
            name: settings.package,
            folder: out.file_name().map(|name| format!("../{}", name.to_string_lossy())),
            standalone: false,
            custom: custom.iter().any(|file| out.join(file).is_file()),
            server: settings.server,
        },
        keep: settings.keep.iter().map(Checked::text).collect(),
        out: out.to_owned(),
        folder: match out.display().to_string().trim_end_matches('/') {
            "" => "/".to_owned(),
            shown => shown.to_owned(),
        },
    })
}

/// Returns the folder whose files a contract may refer to, and the path of the contract's folder below it. The folder is
/// absolute, or seen from the contract's.
fn readable(contract: &Path, root: Option<&Path>) -> Result<(PathBuf, String), RunError> {
    let beside = match contract.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let Some(root) = root else {
        return Ok((beside.to_owned(), String::new()));
    };
    let real = |path: &Path| RunError::at(path, path.canonicalize());
    let (folder, beside) = (real(&beside.join(root))?, real(beside)?);
    let inside = beside.strip_prefix(&folder).map_err(|_| {
        let (folder, beside) = (folder.display(), beside.display());
        RunError::usage(anyhow::anyhow!(
            "`root` is {folder}, which is not the contract's folder {beside} or one above it"
        ))
    })?;
    let inside: Vec<String> = inside.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    Ok((folder, inside.join("/")))
}

/// Returns the job of a standalone crate, from any contract.
fn alone(arguments: &Generate, contract: &Path, out: &Path) -> Result<Job, RunError> {
    let mut settings = match &arguments.config {
        None => ContractSettings::default(),
        Some(config) => ContractSettings::parse(&read(config)?)
            .with_context(|| config.display().to_string())
            .map_err(RunError::usage)?,
    };
    settings.level = forced(arguments).or(settings.level).or(Some(Strictness::Lenient));
    let schemas = arguments.all_schemas.then_some(SchemaSelection::All);
    settings.schemas = schemas.or(settings.schemas).or(Some(SchemaSelection::Used));
    if let Some(name) = &arguments.package {
        check_package(name).map_err(RunError::usage)?;
        settings.package = Some(name.clone());
    }
    if !arguments.only.is_empty() {
        settings.only = crate::settings::Filters::default();
    }
    for filter in &arguments.only {
        settings.only.add(filter).map_err(RunError::usage)?;
    }
    let beside = arguments.config.as_deref().and_then(Path::parent);
    let overlays: Vec<PathBuf> = if arguments.overlay.is_empty() {
        let overlays = settings.overlays.iter();
        overlays
            .map(|file| beside.unwrap_or(Path::new("")).join(file))
            .collect()
    } else {
        arguments.overlay.clone()
    };
    let root = match (&arguments.root, &settings.root) {
        (Some(root), _) => Some(RunError::at(root, root.canonicalize())?),
        (None, setting) => setting.as_deref().map(PathBuf::from),
    };
    let shown = contract.file_name().map(|name| name.to_string_lossy().into_owned());
    let input = ContractInput {
        shown: shown.unwrap_or_default(),
        ..ContractInput::alone(
            InputFile::Disk(contract.to_owned()),
            overlays.into_iter().map(InputFile::Disk),
        )
    };
    let mut job = job(settings, input, root.as_deref(), out)?;
    job.package.standalone = true;
    if let Some(place) = &arguments.runtime {
        job.package.runtime = place.clone();
    }
    with_server(job)
}

// `contracts.yaml`: the contracts and the folders of their crates.

/// Content of the file.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Contracts {
    #[serde(deserialize_with = "all")]
    contracts: Vec<ContractEntry>,
}

/// One contract.
#[derive(Debug)]
pub(crate) struct ContractEntry {
    /// Its file, relative to the folder of the list.
    pub(crate) file: String,
    /// The folder of its crate, relative to the repository.
    pub(crate) out: String,
    /// Its settings.
    pub(crate) settings: ContractSettings,
}

/// Parses the file's text.
pub(crate) fn read_contracts(text: &str) -> anyhow::Result<Vec<ContractEntry>> {
    let listed: Contracts = serde_yaml::from_str(text).map_err(with_suggestion)?;
    Ok(listed.contracts)
}

fn all<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<ContractEntry>, D::Error> {
    deserializer.deserialize_seq(JobList)
}

struct JobList;

impl<'de> Visitor<'de> for JobList {
    type Value = Vec<ContractEntry>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of contracts")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<ContractEntry>, A::Error> {
        let mut contracts = Vec::new();
        while let Some(contract) = list.next_element_seed(JobEntry(&contracts))? {
            contracts.push(contract);
        }
        Ok(contracts)
    }
}

/// An entry, after these: checked as a whole where it is read, so that an error has its line and column.
struct JobEntry<'c>(&'c [ContractEntry]);

impl<'de> DeserializeSeed<'de> for JobEntry<'_> {
    type Value = ContractEntry;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<ContractEntry, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for JobEntry<'_> {
    type Value = ContractEntry;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the settings of a contract")
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<ContractEntry, A::Error> {
        let settings = ContractSettings::deserialize(MapAccessDeserializer::new(members))?;
        let needed = |word: &str, value: &Option<String>| {
            let missing = || {
                A::Error::custom(format_args!(
                    "`{word}` is missing; a contract requires `file`, `out`, `package` and `version`"
                ))
            };
            value.clone().ok_or_else(missing)
        };
        let (file, out) = (needed("file", &settings.file)?, needed("out", &settings.out)?);
        needed("package", &settings.package)?;
        needed("version", &settings.version.as_ref().map(Checked::text))?;
        // Two contracts with one folder would remove each other's files.
        let path = Path::new(&out);
        let mut before = self.0.iter().map(|other| Path::new(&other.out));
        if let Some(other) = before.find(|other| path.starts_with(other) || other.starts_with(path)) {
            let other = other.display();
            return Err(A::Error::custom(format_args!(
                "`out: {out}` overlaps with `out: {other}`; each contract requires a separate folder"
            )));
        }
        Ok(ContractEntry { file, out, settings })
    }
}

// One run of a program.

/// Variable that makes a build compare the code with the contract instead of writing it.
pub(crate) const CHECK: &str = "SDKWRIGHT_CHECK";

/// One run of a program: what its commands know about it, and what it did.
pub(crate) struct Run<'a> {
    /// Folder in which and above which contracts are looked for.
    pub(crate) folder: &'a Path,
    /// Command line as it was written, with the name of the program.
    pub(crate) line: Vec<OsString>,
    /// The files of a crate that are written.
    pub(crate) part: WrittenPart,
    /// Contracts, overlays and other files that were read.
    pub(crate) read: RefCell<Vec<PathBuf>>,
    /// Features of the crates, each with whether it is on by default; noted for `WrittenPart::Code` alone.
    pub(crate) features: RefCell<Vec<(String, bool)>>,
}

/// The files of a crate that are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WrittenPart {
    /// All of them.
    Crate,
    /// All but `Cargo.toml`.
    Code,
}

impl<'a> Run<'a> {
    /// Begins a run.
    pub(crate) fn new(folder: &'a Path, line: Vec<OsString>, part: WrittenPart) -> Self {
        Self {
            folder,
            line,
            part,
            read: RefCell::default(),
            features: RefCell::default(),
        }
    }
}
