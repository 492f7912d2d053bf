//! Reads an OpenAPI contract up to its meaning: the sealed [`ir::Api`], with positions and diagnostics.
//!
//! Pure: no file, clock, environment, process or randomness. The caller reads the files.
//!
//! [`Contract::from_inputs`] turns bytes into a [`Document`], [`Contract::meaning`] validates, lowers and seals it, and
//! [`Contract::lint`] runs the lints. A comparison of contracts that may have errors starts with [`ResolvedTree::from_inputs`].

pub mod constant;
pub mod diag;
pub mod document;
pub mod ir;
pub mod iter;
pub mod limits;
pub mod lint;
mod lower;
pub mod overlay;
mod passes;
pub mod pattern;
pub mod recognise;
pub mod source;
pub mod split;
mod swagger;
pub mod text;
mod validate;
pub mod words;

use std::fmt::Write as _;

use sha2::Digest as _;

use diag::{Levels, Report};
use document::{Document, Only, Others, ResolvedTree, Unread};
pub use recognise::Recognised;

/// A file that the caller has read.
#[derive(Debug, Clone, Copy)]
pub struct SourceFile<'a> {
    /// Path for diagnostics.
    pub name: &'a str,
    /// Contents.
    pub bytes: &'a [u8],
}

/// A contract with the files and settings that determine its meaning.
pub struct Inputs<'a> {
    /// The contract.
    pub contract: SourceFile<'a>,
    /// Overlays, applied to the contract in this order before it is parsed.
    pub overlays: &'a [SourceFile<'a>],
    /// Reads a file by its path below the folder that may be read.
    pub others: &'a Others<'a>,
    /// Path of the contract's folder below the folder that may be read; empty if it is that folder.
    pub inside: &'a str,
    /// Filter of operations.
    pub only: Only,
    /// Levels of the diagnostic codes.
    pub levels: Levels,
}

impl<'a> Inputs<'a> {
    /// Returns a contract without overlays and other files, with all operations and lenient levels.
    pub fn new(contract: SourceFile<'a>) -> Self {
        Self {
            contract,
            overlays: &[],
            others: &|_| Err(Unread::default()),
            inside: "",
            only: Only::default(),
            levels: Levels::lenient(),
        }
    }

    /// Parses the contract and applies its overlays.
    fn tree(&self, report: &mut Report) -> Option<source::Tree> {
        let mut tree = source::load_contract(self.contract.name, self.contract.bytes, report)?;
        let overlays: Vec<(&str, &[u8])> = self.overlays.iter().map(|one| (one.name, one.bytes)).collect();
        overlay::lay(&mut tree, &overlays, report)?;
        swagger::convert(&mut tree, self.others, self.inside, report)?;
        Some(tree)
    }

    /// Returns the files that the contract refers to, as parts of it.
    fn other_parts(&self, report: &Report) -> Vec<ContractPart> {
        let is_own =
            |name: &str| name == self.contract.name || self.overlays.iter().any(|overlay| overlay.name == name);
        let others = (0u16..)
            .zip(report.sources.files())
            .filter(|(_, file)| !is_own(&file.name));
        let part = |(id, file): (u16, &text::SourceText)| ContractPart {
            name: file.name.to_string(),
            span: text::Span::new(text::FileId(id), 0, 0),
            digest: short_digest(file.text.as_bytes()),
        };
        others.map(part).collect()
    }
}

impl std::fmt::Debug for Inputs<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inputs")
            .field("contract", &self.contract.name)
            .finish_non_exhaustive()
    }
}

/// A part of a contract, or another file that it refers to.
#[derive(Debug, Clone)]
pub struct ContractPart {
    /// JSON Pointer; of another file, its path.
    pub name: String,
    /// Its first place.
    pub span: text::Span,
    /// Digest of its content.
    pub digest: String,
}

/// A contract whose keywords are read.
#[derive(Debug)]
pub struct Contract {
    /// Everything that could be read.
    pub document: Document,
    /// SHA-256 of the contract's content with its overlays, independent of its formatting.
    pub sha256: String,
    /// Parts of the contract, and other files that it refers to.
    pub parts: Vec<ContractPart>,
}

impl Contract {
    /// Reads a contract with its overlays and the files it refers to. `begins` is called when a stage begins. `None`: the
    /// contract cannot be read at all, and the report has the reason.
    pub fn from_inputs(inputs: &Inputs<'_>, begins: &dyn Fn(Stage), report: &mut Report) -> Option<Self> {
        begins(Stage::Load);
        let tree = inputs.tree(report)?;
        let (text, parts) = source::to_sorted_json_in_parts(tree.root()?);
        let part = |part: source::SourcePart| ContractPart {
            digest: short_digest(&text.as_bytes()[part.text.clone()]),
            name: part.pointer,
            span: part.span,
        };
        let mut parts: Vec<ContractPart> = parts.into_iter().map(part).collect();
        let sha256 = digest(text.as_bytes());
        drop(text);
        begins(Stage::Parse);
        let document = document::parse_only(tree, inputs.others, inputs.inside, &inputs.only, report)?;
        parts.extend(inputs.other_parts(report));
        Some(Self {
            document,
            sha256,
            parts,
        })
    }

    /// Validates, lowers and seals the contract. `None`: it has errors, which are in the report.
    pub fn meaning(&self, begins: &dyn Fn(Stage), report: &mut Report) -> Option<ir::Api> {
        begins(Stage::Lower);
        validate::validate(&self.document, report);
        let mut unsealed = lower::lower(&self.document, report);
        recognise::add_lists(&self.document, &mut unsealed, report);
        lower::count_unread(&mut unsealed);
        begins(Stage::Seal);
        passes::seal(unsealed, report)
    }

    /// Returns the lists that the contract describes without `x-pagination`.
    pub fn lists(&self, api: &ir::Api) -> Vec<recognise::RecognisedList> {
        recognise::lists(&self.document, api)
    }

    /// Counts what the generator recognised without an extension.
    pub fn recognised(&self, api: &ir::Api) -> Recognised {
        recognise::count(&self.document, api)
    }

    /// Returns the keys and signatures that the contract mentions without an extension.
    pub fn proposals(&self, api: &ir::Api) -> Vec<recognise::proposals::Proposal> {
        recognise::proposals::find(&self.document, api)
    }

    /// Runs the lints over a contract without errors and returns their findings. `report` is that of its reading.
    pub fn lint(&self, api: &ir::Api, allowed: &[lint::Allowed], report: &Report) -> Report {
        lint::lint(&self.document, api, allowed, report)
    }
}

impl ResolvedTree {
    /// Reads the tree of a contract with its overlays and the files it refers to. `None`: the version is not read, and the
    /// report has the reason.
    pub fn from_inputs(inputs: &Inputs<'_>, report: &mut Report) -> Option<Self> {
        let tree = inputs.tree(report)?;
        Self::link(tree, inputs.others, inputs.inside, report)
    }
}

// Stages of a run, for progress and timings.

/// A stage of a run, in the order in which they begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Parses bytes into a tree.
    Load,
    /// Reads the tree into a document.
    Parse,
    /// Lowers the document to an unsealed API.
    Lower,
    /// Runs the passes and seals the API.
    Seal,
    /// Assigns Rust names.
    Assign,
    /// Emits files and pages, on all threads.
    Emit,
    /// Collects them into a tree of files.
    Gather,
}

impl Stage {
    /// Returns the verb of the stage, as progress output prints it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Load => "load",
            Self::Parse => "parse",
            Self::Lower => "lower",
            Self::Seal => "seal",
            Self::Assign => "assign",
            Self::Emit => "emit",
            Self::Gather => "gather",
        }
    }
}

// Digests of files and of parts of a contract.

/// Returns the SHA-256 in lower-case hex.
pub fn digest(bytes: &[u8]) -> String {
    sha2::Sha256::digest(bytes)
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// Returns a digest of 64 bits in lower-case hex: it tells two versions of a text apart, at a fraction of the cost of SHA-256,
/// and proves nothing against somebody who wants two texts to look alike.
pub fn short_digest(bytes: &[u8]) -> String {
    // A multiplication carries each bit upwards, and the shift carries it back.
    let mix = |state: u64, word: u64| {
        let product = (state ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        product ^ (product >> 32)
    };
    let mut chunks = bytes.chunks_exact(8);
    let word = |chunk: &[u8]| <[u8; 8]>::try_from(chunk).map_or(0, u64::from_le_bytes);
    let mut state = chunks
        .by_ref()
        .fold(bytes.len() as u64, |state, chunk| mix(state, word(chunk)));
    for byte in chunks.remainder() {
        state = mix(state, u64::from(*byte));
    }
    format!("{:016x}", mix(state, 0))
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_empty_file_has_the_digest_of_nothing() {
        assert_eq!(
            super::digest(b""),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }

    #[test]
    fn a_changed_moved_or_missing_byte_is_another_short_digest() {
        let text = "the digest of a part of a contract";
        let all = [
            text.to_owned(),
            text.replace('p', "q"),
            text.replace("of a", "a of"),
            text[1..].to_owned(),
            text.to_owned() + "\0",
        ];
        let digests: std::collections::BTreeSet<String> =
            all.iter().map(|text| super::short_digest(text.as_bytes())).collect();
        assert_eq!(digests.len(), all.len());
        assert_eq!(
            super::short_digest(text.as_bytes()),
            super::short_digest(text.as_bytes())
        );
        assert!(digests.iter().all(|digest| digest.len() == 16));
    }
}
