//! A case: a folder with a contract, how the contract is to be judged, and the files that belong to it.
//!
//! The first comment line of a contract says what the case shows. Further comment lines may say `level: lenient`,
//! `golden: <paths>` (what is compared besides models and operations), `compare: <paths>` (what is compared instead of them, on several lines;
//! `:outline` and `:code` after a path compare a short form), `ir: true` (the sealed API is compared too), `server: true` (the server's side too), `names: { <place>: <name> }` (overrides) and `only: { tags: [], paths: [], operations: [] }` or `only: { used_schemas: [] }` (what is wanted of it).

use sdkwright_codegen::{CrateOptions, Hooks, PackageChoice};
use sdkwright_contract::diag::{Levels, Report};
use sdkwright_contract::document::Only;
use sdkwright_contract::{Contract, Inputs, SourceFile};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{
        LazyLock,
        atomic::{AtomicUsize, Ordering},
    },
};

/// One case.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
    /// The contract's file name.
    pub(crate) file: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) sentence: String,
    pub(crate) lenient: bool,
    pub(crate) golden: Vec<String>,
    pub(crate) compare: Vec<String>,
    pub(crate) ir: bool,
    pub(crate) server: bool,
    pub(crate) names: BTreeMap<String, String>,
    pub(crate) only: Only,
    /// The files `overlay*.yaml` of the folder, by name: laid over the contract in this order.
    pub(crate) overlays: Vec<(String, Vec<u8>)>,
}

/// The repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace")
}

/// The folder of cases or of rejections.
pub(crate) fn folder(kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(kind)
}

/// The overlays of a folder, by name.
fn overlays(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).expect("the folder of a case");
    let names = entries.map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| name.starts_with("overlay")).collect();
    names.sort();
    let read = |name: String| {
        let bytes = fs::read(folder.join(&name)).expect("readable");
        (name, bytes)
    };
    names.into_iter().map(read).collect()
}

/// Calls the function with each item, on four threads, and returns the results in order of the items.
pub(crate) fn side_by_side<T: Sync, R: Send>(items: &[T], each: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { return done };
            done.push((index, each(item)));
        }
    };
    let mut done: Vec<(usize, R)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(work)).collect();
        let shares = threads.into_iter().map(std::thread::ScopedJoinHandle::join);
        shares
            .flat_map(|share| share.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

/// All cases of a kind, by name.
pub(crate) fn all(kind: &str) -> Vec<Case> {
    let mut folders: Vec<PathBuf> = fs::read_dir(folder(kind))
        .expect("the folder of cases")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    assert!(folders.len() > 20, "the {kind} were not found");
    folders.into_iter().map(|folder| Case::read(&folder)).collect()
}

impl Case {
    fn read(folder: &Path) -> Self {
        let file = ["contract.yaml", "contract.json"]
            .into_iter()
            .find(|file| folder.join(file).is_file());
        let file = file
            .unwrap_or_else(|| panic!("{} has no contract", folder.display()))
            .to_owned();
        let bytes = fs::read(folder.join(&file)).expect("readable");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let mut comments = text.lines().map_while(|line| line.strip_prefix("# "));
        let sentence = comments.next().unwrap_or_default().to_owned();
        let directives: Vec<(&str, &str)> = comments.filter_map(|line| line.split_once(": ")).collect();
        let words = |wanted: &str| -> Vec<String> {
            let lines = directives.iter().filter(|(word, _)| *word == wanted);
            lines
                .flat_map(|(_, paths)| paths.split(' ').map(str::to_owned))
                .collect()
        };
        let (golden, compare) = (words("golden"), words("compare"));
        let directives: BTreeMap<&str, &str> = directives.into_iter().collect();
        for word in directives.keys() {
            assert!(
                ["level", "golden", "compare", "ir", "server", "names", "only"].contains(word),
                "{}: `{word}`?",
                folder.display()
            );
        }
        assert!(
            file.ends_with("json") || !sentence.is_empty(),
            "{} does not say what it shows",
            folder.display()
        );
        Self {
            name: folder.file_name().expect("a name").to_string_lossy().into_owned(),
            folder: folder.to_owned(),
            sentence,
            lenient: directives.get("level") == Some(&"lenient"),
            golden,
            compare,
            ir: directives.contains_key("ir"),
            server: directives.contains_key("server"),
            names: directives
                .get("names")
                .map(|names| serde_yaml::from_str(names).expect("names"))
                .unwrap_or_default(),
            only: directives.get("only").map(|only| read_only(only)).unwrap_or_default(),
            file,
            bytes,
            overlays: overlays(folder),
        }
    }

    /// The contract as a value, for tests that look into it or change it.
    pub(crate) fn value(&self) -> serde_yaml::Value {
        serde_yaml::from_slice(&self.bytes).unwrap_or_else(|fault| panic!("{}: {fault}", self.name))
    }

    /// Returns the output of the generator.
    pub(crate) fn generate(&self) -> Outcome {
        self.generate_from(&self.bytes)
    }

    /// Returns the output for other bytes in place of the contract.
    pub(crate) fn generate_from(&self, bytes: &[u8]) -> Outcome {
        let overlays = &self.overlays;
        let package = package(&self.package());
        generate_only(
            PackageChoice {
                server: self.server,
                ..package
            },
            (&self.file, bytes),
            overlays,
            &self.folder,
            self.levels(),
            &self.names,
            &self.only,
        )
    }

    /// The name of its crate.
    pub(crate) fn package(&self) -> String {
        format!("case-{}", self.name)
    }

    pub(crate) fn levels(&self) -> Levels {
        if self.lenient {
            Levels::lenient()
        } else {
            Levels::strict()
        }
    }
}

/// A contract written anew. A mark of direction may stand in it as an escape alone, which JSON has for it, and JSON is YAML.
pub(crate) fn text(contract: &serde_yaml::Value) -> String {
    let is_mark =
        |c: &char| matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let text = serde_yaml::to_string(contract).expect("YAML");
    if !text.chars().any(|c| is_mark(&c)) {
        return text;
    }
    let escaped = |c: char| match c {
        mark if is_mark(&mark) => format!("\\u{:04x}", u32::from(mark)),
        other => other.to_string(),
    };
    serde_json::to_string(contract)
        .expect("JSON")
        .chars()
        .map(escaped)
        .collect()
}

/// The part of a contract that is wanted.
fn read_only(text: &str) -> Only {
    let only: BTreeMap<String, Vec<String>> = serde_yaml::from_str(text).expect("filters");
    let filter = |word: &str| only.get(word).cloned().unwrap_or_default();
    Only {
        tags: filter("tags"),
        paths: filter("paths"),
        operations: filter("operations"),
        used_schemas: only.contains_key("used_schemas"),
    }
}

/// The result of a run.
pub(crate) struct Outcome {
    /// Files by path; `None` when the contract was refused.
    pub(crate) files: Option<BTreeMap<String, String>>,
    pub(crate) report: Report,
}

impl Outcome {
    /// The report as people see it, without colours.
    pub(crate) fn rendered(&self) -> String {
        sdkwright_contract::diag::render(&self.report, false)
    }
}

/// The path of the runtime in the crates of cases; replaced by the real path before they are compiled.
pub(crate) const RUNTIME: &str = "../runtime";

/// The templates of the repository.
pub(crate) fn templates() -> &'static [(String, String)] {
    static TEMPLATES: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
        let mut paths: Vec<PathBuf> = fs::read_dir(root().join("templates"))
            .expect("templates")
            .map(|entry| entry.expect("readable").path())
            .collect();
        paths.sort();
        let named = |path: PathBuf| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).expect("a text"))
        };
        paths
            .into_iter()
            .filter(|path| path.extension().is_some_and(|end| end == "j2"))
            .map(named)
            .collect()
    });
    &TEMPLATES
}

/// Compares a text with a file; with `OVERWRITE=1` the file is written.
pub(crate) fn compare(path: &Path, found: &str, faults: &mut Vec<String>) {
    let expected = fs::read_to_string(path).ok();
    if expected.as_deref() == Some(found) {
        return;
    }
    if overwrite() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, found).expect("writable");
        return;
    }
    let shown = path.strip_prefix(root()).unwrap_or(path).display();
    let Some(expected) = expected else {
        faults.push(format!("{shown} is missing"));
        return;
    };
    let line = expected
        .lines()
        .zip(found.lines())
        .position(|(a, b)| a != b)
        .unwrap_or(expected.lines().count().min(found.lines().count()));
    let at = |text: &str| text.lines().nth(line).unwrap_or("<end>").to_owned();
    faults.push(format!(
        "{shown}:{}\n  expected: {}\n  found:    {}",
        line + 1,
        at(&expected),
        at(found)
    ));
}

/// The one switch: write what is found in place of comparing.
pub(crate) fn overwrite() -> bool {
    std::env::var("OVERWRITE").is_ok_and(|value| value == "1")
}

/// Number of threads that write files; the output does not depend on it.
pub(crate) static THREADS: AtomicUsize = AtomicUsize::new(1);

/// Runs the generator on a contract.
pub(crate) fn generate(
    package: &str,
    file: &str,
    bytes: &[u8],
    folder: &Path,
    levels: Levels,
    names: &BTreeMap<String, String>,
) -> Outcome {
    generate_only(
        self::package(package),
        (file, bytes),
        &[],
        folder,
        levels,
        names,
        &Only::default(),
    )
}

/// Runs the lints on a contract that refers to no other file.
pub(crate) fn lint(
    text: &str,
    levels: Levels,
    allowed: &[sdkwright_contract::lint::Allowed],
) -> Result<Report, Box<Report>> {
    let contract = SourceFile {
        name: "contract.yaml",
        bytes: text.as_bytes(),
    };
    let mut report = Report::new(levels);
    let contract = Contract::from_inputs(&Inputs::new(contract), &|_| {}, &mut report);
    let read = contract.and_then(|contract| Some((contract.meaning(&|_| {}, &mut report)?, contract)));
    match read.filter(|_| !report.has_errors()) {
        Some((api, contract)) => Ok(contract.lint(&api, allowed, &report)),
        None => Err(Box::new(report)),
    }
}

/// Runs the generator on a part of a contract.
pub(crate) fn generate_only(
    package: PackageChoice,
    (file, bytes): (&str, &[u8]),
    overlays: &[(String, Vec<u8>)],
    folder: &Path,
    levels: Levels,
    names: &BTreeMap<String, String>,
    only: &Only,
) -> Outcome {
    let templates: Vec<(&str, &str)> = templates()
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    // As in the command: a path that leads out of the folder must never be requested.
    let others = |path: &str| {
        assert!(
            !path.starts_with('/') && !path.split('/').any(|piece| piece == ".."),
            "`{path}` was asked for"
        );
        fs::read(folder.join(path)).map_err(|_| sdkwright_contract::document::Unread::default())
    };
    let overlays: Vec<_> = overlays
        .iter()
        .map(|(name, bytes)| SourceFile { name, bytes })
        .collect();
    let inputs = Inputs {
        overlays: &overlays,
        others: &others,
        only: only.clone(),
        levels,
        ..Inputs::new(SourceFile { name: file, bytes })
    };
    let options = CrateOptions {
        package,
        overrides: sdkwright_codegen::naming::Overrides::new(names.clone()),
        templates: &templates,
    };
    let hooks = Hooks {
        threads: THREADS.load(Ordering::Relaxed),
        ..Hooks::default()
    };
    match sdkwright_codegen::generate(&inputs, &options, hooks) {
        Ok(generated) => {
            let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("only texts come out");
            let files = generated
                .tree
                .files()
                .map(|(path, bytes)| (path.to_owned(), text(bytes)))
                .collect();
            Outcome {
                files: Some(files),
                report: generated.report,
            }
        }
        Err(report) => Outcome {
            files: None,
            report: *report,
        },
    }
}

/// The crate to make.
pub(crate) fn package(name: &str) -> sdkwright_codegen::PackageChoice {
    sdkwright_codegen::PackageChoice {
        name: Some(name.to_owned()),
        runtime: sdkwright_codegen::package::Runtime::Path(RUNTIME.to_owned()),
        ..sdkwright_codegen::PackageChoice::default()
    }
}
