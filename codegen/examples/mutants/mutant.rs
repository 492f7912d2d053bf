//! A contract and a number come in; the bytes of the mutant of that number go out. The same numbers always give the same
//! bytes, and no other mutant has a part in it.

use crate::change;
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use sha2::{Digest, Sha256};
use std::{fs, io, path::Path};

/// The kind of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// The text.
    Bytes,
    /// The tree that the text stands for.
    Trees,
    /// The total of all kinds.
    All,
}

impl Kind {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Bytes => "bytes",
            Self::Trees => "tree",
            Self::All => "",
        }
    }
}

/// Identity of a mutant of a contract.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mutant {
    pub(crate) kind: Kind,
    pub(crate) number: usize,
    pub(crate) seed: u64,
}

impl Mutant {
    /// A name for people, which is also the name of a package.
    pub(crate) fn name(self, contract: &Contract) -> String {
        format!("{}-{}-{}", contract.name, self.kind.word(), self.number)
    }
}

/// A contract of others.
pub(crate) struct Contract {
    /// Lowercase letters, digits and hyphens.
    pub(crate) name: String,
    bytes: Vec<u8>,
    tree: serde_yaml::Value,
}

impl Contract {
    pub(crate) fn read(file: &Path) -> io::Result<Self> {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
        let bytes = fs::read(file)?;
        let tree = serde_yaml::from_slice(&bytes).map_err(io::Error::other)?;
        Ok(Self {
            name: name.replace(|c: char| !c.is_ascii_alphanumeric(), "-"),
            bytes,
            tree,
        })
    }

    /// The source of the mutants of a kind.
    pub(crate) fn unchanged(&self, kind: Kind) -> Vec<u8> {
        if kind == Kind::Trees {
            text(&self.tree)
        } else {
            self.bytes.clone()
        }
    }

    /// The bytes of a mutant.
    pub(crate) fn mutated(&self, mutant: Mutant) -> Vec<u8> {
        let Mutant { kind, number, seed } = mutant;
        let words = format!("{seed} {} {} {number}", self.name, kind.word());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &Sha256::digest(words.as_bytes()));
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        match kind {
            Kind::Trees => {
                let mut tree = self.tree.clone();
                for change in drawn(&prop::collection::vec(change::mutation(), 1..4), &mut runner) {
                    change.apply(&mut tree);
                }
                text(&tree)
            }
            Kind::Bytes | Kind::All => {
                let mut bytes = self.bytes.clone();
                for edit in drawn(&change::bytes(), &mut runner) {
                    edit.apply(&mut bytes);
                }
                bytes
            }
        }
    }
}

fn drawn<T: std::fmt::Debug>(changes: &impl Strategy<Value = Vec<T>>, runner: &mut TestRunner) -> Vec<T> {
    changes.new_tree(runner).map(|tree| tree.current()).unwrap_or_default()
}

fn text(tree: &serde_yaml::Value) -> Vec<u8> {
    serde_yaml::to_string(tree).unwrap_or_default().into_bytes()
}
