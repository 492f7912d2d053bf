//! The bytes of a mutant come in; how far they came and what failed goes out. A panic ends here.

use crate::mutant::Contract;
use sdkwright_codegen::{
    Conduct, Generated, Inputs, PackageChoice, SourceFile, Stage, contract::Only, diag, naming::Overrides,
    package::Runtime,
};
use sha2::{Digest, Sha256};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io,
    panic::{AssertUnwindSafe, catch_unwind, set_hook},
    path::Path,
    time::{Duration, Instant},
};

thread_local! {
    /// Message and place of the last panic of this thread.
    static PANIC: Cell<Option<String>> = const { Cell::new(None) };
}

/// The result of one mutant.
pub(crate) struct Trial {
    /// The stages that began.
    pub(crate) reached: BTreeSet<Stage>,
    /// The code that came out, as a number; `None`: it was refused, and said why.
    pub(crate) code: Result<Option<u64>, String>,
    pub(crate) took: Duration,
}

/// The way into the generator.
pub(crate) struct Door {
    templates: Vec<(String, String)>,
    runtime: String,
}

impl Door {
    pub(crate) fn open(runtime: &str) -> io::Result<Self> {
        set_hook(Box::new(|panic| PANIC.set(Some(panic.to_string()))));
        let mut templates = Vec::new();
        for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../templates"))? {
            let path = entry?.path();
            if path.extension().is_some_and(|end| end == "j2") {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                templates.push((name, fs::read_to_string(&path)?));
            }
        }
        Ok(Self {
            templates,
            runtime: if runtime.is_empty() { "../runtime" } else { runtime }.to_owned(),
        })
    }

    /// One mutant through everything, on this thread, in the lenient reading.
    pub(crate) fn pass(&self, contract: &Contract, bytes: &[u8]) -> Trial {
        let reached = RefCell::new(BTreeSet::new());
        let began = Instant::now();
        let result = catch_unwind(AssertUnwindSafe(|| {
            let begins = |stage: Stage| {
                reached.borrow_mut().insert(stage);
            };
            match self.generate(contract, bytes, "mutant", &begins) {
                Ok(generated) => Ok(Some(number(&generated, bytes))),
                Err(report) => {
                    let said = diag::render(&report, false);
                    let gathered = reached.borrow().contains(&Stage::Gather);
                    match (said.is_empty(), gathered) {
                        (true, _) => Err("refused without a reason".to_owned()),
                        (_, true) => Err(format!("what comes out cannot be printed: {said}")),
                        _ => Ok(None),
                    }
                }
            }
        }));
        let code = result.unwrap_or_else(|_| Err(PANIC.take().unwrap_or_else(|| "panicked".to_owned())));
        Trial {
            reached: reached.into_inner(),
            code,
            took: began.elapsed(),
        }
    }

    /// The files of a mutant, as a crate of that name.
    pub(crate) fn files(&self, contract: &Contract, bytes: &[u8], package: &str) -> Vec<(String, Vec<u8>)> {
        let generated = self.generate(contract, bytes, package, &|_| {});
        let files = generated.iter().flat_map(|generated| generated.tree.files());
        files.map(|(path, bytes)| (path.to_owned(), bytes.to_vec())).collect()
    }

    fn generate(
        &self,
        contract: &Contract,
        bytes: &[u8],
        package: &str,
        begins: &dyn Fn(Stage),
    ) -> Result<Generated, Box<diag::Report>> {
        let templates: Vec<(&str, &str)> = self
            .templates
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .collect();
        let inputs = Inputs {
            contract: SourceFile {
                name: &format!("{}.yaml", contract.name),
                bytes,
            },
            overlays: &[],
            others: &|_| Err(sdkwright_codegen::contract::Unread::default()),
            inside: "",
            package: PackageChoice {
                name: Some(package.to_owned()),
                runtime: Runtime::Path(self.runtime.clone()),
                ..PackageChoice::default()
            },
            overrides: Overrides::default(),
            only: Only::default(),
            levels: diag::Levels::lenient(),
            templates: &templates,
        };
        sdkwright_codegen::generate_as(
            &inputs,
            Conduct {
                begins,
                ..Conduct::default()
            },
        )
    }
}

/// The code of a crate as a number: without its comments, and without the digest of the contract, which always differs.
fn number(generated: &Generated, contract: &[u8]) -> u64 {
    let digest = Sha256::digest(contract)
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    let mut hasher = DefaultHasher::new();
    for (path, bytes) in generated
        .tree
        .files()
        .filter(|(path, _)| Path::new(path).extension().is_some_and(|end| end == "rs"))
    {
        path.hash(&mut hasher);
        let text = String::from_utf8_lossy(bytes);
        for line in text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//") && !line.contains(&digest))
        {
            line.hash(&mut hasher);
        }
    }
    hasher.finish()
}
