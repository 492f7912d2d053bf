//! Options for the folder, the name and the runtime of a crate.

use super::{ENTRY, SHOP, code, generate, listed, said};
use crate::run::{Folder, sdkwright};

#[test]
fn a_folder_with_code_of_somebody_else_is_refused_after_a_look_and_not_read() {
    let folder = Folder::new("strangers");
    for number in 0..100 {
        folder.write(&format!("sdk/src/{number:03}/deep/file.txt"), "mine");
        folder.write(&format!("sdk/src/{number:03}.txt"), "mine");
    }
    let run = generate(&folder, SHOP, &["--all-schemas"]);
    assert_eq!(code(&run), 4);
    assert!(
        said(&run).contains(".txt") && said(&run).ends_with("and more\n"),
        "{}",
        said(&run)
    );
    assert!(said(&run).lines().count() < 30, "{}", said(&run));
    let root = sdkwright(&["generate", "--contract", &folder.path("shop.yaml"), "--out", "/"]);
    assert_eq!(code(&root), 2);
    assert!(said(&root).contains("root of the file system"), "{}", said(&root));
    let file = sdkwright(&[
        "generate",
        "--contract",
        &folder.path("shop.yaml"),
        "--out",
        &folder.path("shop.yaml"),
    ]);
    assert_eq!(code(&file), 4);
    assert!(said(&file).contains("is not a folder"), "{}", said(&file));
}

#[test]
fn the_crate_of_a_listed_contract_is_not_replaced_by_another() {
    let folder = listed("replaced", ENTRY, SHOP);
    let list = folder.list();
    assert_eq!(code(&sdkwright(&["generate", "--contracts", &list])), 0);
    let (contract, out) = (folder.path("openapi/shop.yaml"), folder.path("sdk"));
    let flags = ["generate", "--contracts", &list, "--contract", &contract, "--out", &out];
    let run = sdkwright(&flags);
    assert_eq!(code(&run), 2);
    assert!(said(&run).contains("contracts.yaml"), "{}", said(&run));
}

#[test]
fn a_package_name_that_cannot_work_is_refused_with_the_reason() {
    let folder = Folder::new("packages");
    for (name, why) in [
        ("tokio", "depends on"),
        ("serde", "depends on"),
        ("std", "keyword of Rust"),
        ("core", "keyword of Rust"),
        ("match", "keyword of Rust"),
        ("aux", "Windows"),
        ("1a", "begin with a letter"),
        ("a/../b", "letters, digits"),
    ] {
        let run = generate(&folder, SHOP, &["--package", name]);
        assert_eq!(code(&run), 2, "{name}");
        assert!(said(&run).contains(why), "{name}: {}", said(&run));
    }
    assert!(!folder.join("sdk").exists());
}

#[test]
fn what_a_killed_run_left_of_a_new_folder_is_removed_and_a_link_in_its_place_is_refused() {
    let folder = Folder::new("left");
    folder.write("sdk/src.being-written/models/half.rs", "");
    folder.write("sdk/notes.being-written/mine.txt", "mine");
    let run = generate(&folder, SHOP, &[]);
    assert_eq!(code(&run), 0, "{}", said(&run));
    assert!(folder.join("sdk/src/lib.rs").exists() && !folder.join("sdk/src.being-written").exists());
    assert!(folder.join("sdk/notes.being-written/mine.txt").exists());
    #[cfg(unix)]
    {
        std::fs::remove_dir_all(folder.join("sdk/src")).unwrap();
        std::os::unix::fs::symlink("notes.being-written", folder.join("sdk/src.being-written")).unwrap();
        let run = generate(&folder, SHOP, &[]);
        assert_eq!(code(&run), 4, "{}", said(&run));
        assert!(said(&run).contains("src.being-written (a link)"), "{}", said(&run));
    }
}
