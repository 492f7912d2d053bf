//! The code of a crate for a package with a manifest of its own.

use sdkwright_codegen::output::OutputTree;

/// Name of the manifest of a crate.
const CARGO: &str = "Cargo.toml";
/// Folder of a vendored runtime.
const RUNTIME: &str = "runtime/";

/// Splits a crate into its code, without a vendored runtime, and the features of its manifest, each with whether it is on by default.
pub(crate) fn of(tree: &OutputTree) -> (OutputTree, Vec<(String, bool)>) {
    let mut code = OutputTree::new();
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

/// Reads the table of features in a manifest that was just generated: each stands on a line, the default ones below it.
fn features(manifest: &str) -> Vec<(String, bool)> {
    let lines = manifest.lines().skip_while(|line| *line != "[features]").skip(1);
    let lines: Vec<&str> = lines.take_while(|line| !line.starts_with('[')).collect();
    let is_default = |name: &str| lines.iter().any(|line| *line == format!("    \"{name}\","));
    let names = lines.iter().filter_map(|line| line.split_once(" = ["));
    names
        .map(|(name, _)| name.trim_matches('"'))
        .filter(|name| *name != "default" && !name.starts_with('#'))
        .map(|name| (name.to_owned(), is_default(name)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::features;

    #[test]
    fn the_features_of_a_manifest_are_read_with_those_that_are_on() {
        let manifest = "[package]\nname = \"a\"\n\n# Notes.\n[features]\ndefault = [\n    \"reqwest\",\n    \"pets\",\n]\n\
                        reqwest = [\"x/reqwest\"]\n# Off.\nstreams = [\"x/streams\"]\n\"pets\" = []\n\n[dependencies]\nb = []\n";
        let wanted = [("reqwest", true), ("streams", false), ("pets", true)];
        assert_eq!(features(manifest), wanted.map(|(name, is_on)| (name.to_owned(), is_on)));
    }
}
