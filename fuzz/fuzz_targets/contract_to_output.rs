//! Any bytes come in as a contract of others. The generator must neither panic nor hang nor grow, must say why it refuses,
//! and what comes out must stay inside the output folder, as must the files it asks for.
//!
//! Seeds: tests/cases/*/contract.* tests/rejections/*/contract.*
#![no_main]

use libfuzzer_sys::fuzz_target;
use sdkwright_codegen::{CrateOptions, Hooks, PackageChoice, naming::Overrides};
use sdkwright_contract::{Inputs, SourceFile, Stage, diag, document};
use std::{cell::Cell, fs, path::Path, sync::LazyLock};

static TEMPLATES: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../templates");
    let files = fs::read_dir(folder)
        .expect("templates")
        .map(|entry| entry.expect("a file").path());
    let named = |path: std::path::PathBuf| {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        (name, fs::read_to_string(&path).expect("a text"))
    };
    files
        .filter(|path| path.extension().is_some_and(|end| end == "j2"))
        .map(named)
        .collect()
});

fuzz_target!(|bytes: &[u8]| {
    let templates: Vec<(&str, &str)> = TEMPLATES
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    let others = |path: &str| {
        assert!(is_inside(path), "`{path}` was asked for");
        Err(document::Unread::default())
    };
    let contract = SourceFile {
        name: "contract.yaml",
        bytes,
    };
    let inputs = Inputs {
        others: &others,
        ..Inputs::new(contract)
    };
    let options = CrateOptions {
        package: PackageChoice::default(),
        overrides: Overrides::default(),
        templates: &templates,
    };
    let reached = Cell::new(Stage::Load);
    let begins = |stage: Stage| reached.set(stage);
    let hooks = Hooks {
        begins: &begins,
        ..Hooks::default()
    };
    match sdkwright_codegen::generate(&inputs, &options, hooks) {
        Ok(generated) => {
            for (path, bytes) in generated.tree.files() {
                assert!(is_inside(path), "`{path}` came out");
                assert!(std::str::from_utf8(bytes).is_ok(), "`{path}` is no text");
            }
        }
        Err(report) => {
            let said = diag::render(&report, false);
            assert!(!said.is_empty(), "refused without a reason");
            assert!(
                reached.get() < Stage::Gather,
                "what comes out cannot be printed: {said}"
            );
        }
    }
});

/// Returns `true` if a path stays below the folder that it is read from.
fn is_inside(path: &str) -> bool {
    let piece = |piece: &str| !matches!(piece, "" | "." | "..") && !piece.contains(['\\', '\0', ':']);
    path.split('/').all(piece)
}
