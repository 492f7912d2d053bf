//! The code of a crate for a package with a manifest of its own.

use sdkwright_codegen::output::OutputTree;
use sdkwright_codegen::package::features;

/// Name of the manifest of a crate.
const CARGO: &str = "Cargo.toml";
/// Folder of a vendored runtime.
const RUNTIME: &str = "runtime/";

/// Splits a crate into its code, without a vendored runtime, and the features of its manifest, each with whether it is on by default.
pub(crate) fn of(tree: &OutputTree) -> (OutputTree, Vec<(String, bool)>) {
    let mut code = OutputTree::new();
    if let Some(made_from) = tree.made_from() {
        code.set_made_from(made_from.clone());
    }
    // The package names its runtime itself: cargo looks for it before it runs a build script.
    let files = tree
        .files()
        .filter(|(path, _)| *path != CARGO && !path.starts_with(RUNTIME));
    for (path, bytes) in files {
        // The path was accepted once.
        let _ = code.insert(path, bytes);
    }
    let manifest = tree.get(CARGO).map(String::from_utf8_lossy).unwrap_or_default();
    (code, features(&manifest))
}
