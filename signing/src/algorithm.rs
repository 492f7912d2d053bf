//! Algorithms of signatures. No name comes from a message alone: the verifier has a list of those it accepts.

pub use sdkwright_description::{Algorithm, MacEncoding, SignatureAlgorithm};

/// Writes the names with commas between them.
pub(crate) fn names(algorithms: &[SignatureAlgorithm]) -> String {
    let names: Vec<String> = algorithms.iter().map(ToString::to_string).collect();
    names.join(", ")
}
