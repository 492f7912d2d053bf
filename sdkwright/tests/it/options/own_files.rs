//! Files of one's own in the output folder.

use super::{SHOP, code, generate, said};
use crate::run::Folder;

const OWN: [&str; 7] = [
    "LICENSE",
    "CHANGELOG.md",
    "Cargo.lock",
    "tests/orders.rs",
    "examples/list.rs",
    ".github/workflows/ci.yml",
    "runtime/of/somebody.rs",
];

#[test]
fn files_of_ones_own_stay_and_the_check_does_not_look_at_them() {
    let folder = Folder::new("kept");
    for path in OWN {
        folder.write(&format!("sdk/{path}"), "mine");
    }
    let flags = ["--runtime", "path:../runtime"];
    let first = generate(&folder, SHOP, &flags);
    assert_eq!(code(&first), 0, "{}", said(&first));
    let checked = generate(&folder, SHOP, &[&flags[..], &["--check"]].concat());
    assert_eq!(code(&checked), 0, "{}", said(&checked));
    for path in OWN {
        assert_eq!(folder.read_file(&format!("sdk/{path}")), "mine", "{path}");
    }
    assert!(!folder.read_file("sdk/src/lib.rs").contains("pub mod custom"));
}

#[test]
fn a_file_in_the_way_or_among_the_code_is_refused_and_nothing_is_written() {
    let folder = Folder::new("in-the-way");
    for path in ["README.md", "src/notes.rs"] {
        let file = folder.write(&format!("sdk/{path}"), "mine");
        let run = generate(&folder, SHOP, &[]);
        assert_eq!(code(&run), 4, "{path}");
        assert!(
            said(&run).contains(path) && said(&run).contains("src/custom"),
            "{}",
            said(&run)
        );
        assert_eq!(
            (
                folder.read_file(&format!("sdk/{path}")),
                folder.join("sdk/Cargo.toml").exists()
            ),
            ("mine".into(), false)
        );
        std::fs::remove_file(file).unwrap();
    }
}

#[test]
fn a_module_custom_is_included_and_what_keep_names_stays() {
    for module in ["src/custom.rs", "src/custom/mod.rs"] {
        let folder = Folder::new("custom");
        let config = folder.write("config.yaml", "keep: [src/helpers, src/extra.rs]\n");
        for path in [module, "src/custom/inner.rs", "src/helpers/deep/a.rs", "src/extra.rs"] {
            folder.write(&format!("sdk/{path}"), "//! Mine.\n");
        }
        let flags = ["--config", &config];
        let run = generate(&folder, SHOP, &flags);
        assert_eq!(code(&run), 0, "{}", said(&run));
        assert!(folder.read_file("sdk/src/lib.rs").contains("\npub mod custom;\n"));
        assert_eq!(folder.read_file("sdk/src/helpers/deep/a.rs"), "//! Mine.\n");
        assert_eq!(code(&generate(&folder, SHOP, &[&flags[..], &["--check"]].concat())), 0);
        let strange = folder.write("sdk/src/helpers.rs", "//! Mine.\n");
        assert_eq!(code(&generate(&folder, SHOP, &flags)), 4);
        std::fs::remove_file(strange).unwrap();
        std::fs::remove_dir_all(folder.join("sdk/src/custom")).unwrap();
        let _ = std::fs::remove_file(folder.join("sdk/src/custom.rs"));
        let gone = generate(&folder, SHOP, &[&flags[..], &["--check"]].concat());
        assert_eq!(code(&gone), 1, "without the module, the crate no longer includes it");
    }
}
