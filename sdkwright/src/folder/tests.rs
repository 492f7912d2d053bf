#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::fs;
use std::os::unix::fs::symlink;

use super::*;

#[test]
fn nothing_is_written_through_a_link_wherever_it_is() {
    let outside = tempfile::tempdir().unwrap();
    let root = tempfile::tempdir().unwrap();
    let target = outside.path().join("profile");
    fs::write(&target, "own").unwrap();
    symlink(&target, root.path().join("Cargo.toml.being-written")).unwrap();
    symlink(&target, root.path().join("LICENSE")).unwrap();
    symlink(outside.path(), root.path().join("docs")).unwrap();
    fs::create_dir(root.path().join("src")).unwrap();
    symlink("../src", root.path().join("src/inner")).unwrap();
    let folder = Folder::made(root.path()).unwrap();
    folder.replace("Cargo.toml", b"new").unwrap();
    assert_eq!(fs::read_to_string(root.path().join("Cargo.toml")).unwrap(), "new");
    for path in ["LICENSE", "docs/profile", "docs/new", "src/inner/new"] {
        let error = folder.replace(path, b"new").unwrap_err();
        assert!(error.to_string().contains("is a link"), "{path}: {error}");
        assert!(folder.create(path, b"new").is_err(), "{path}");
    }
    assert!(folder.remove("docs/profile").is_err());
    assert!(replace(&root.path().join("LICENSE"), b"new").is_err());
    assert_eq!(fs::read_to_string(&target).unwrap(), "own");
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1);
}
