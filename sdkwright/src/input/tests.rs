#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::fs;
use std::os::unix::fs::symlink;

use super::*;

#[test]
fn only_regular_files_inside_the_folder_are_read() {
    let (outside, root) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::write(outside.path().join("secret"), "secret").unwrap();
    fs::create_dir(root.path().join("parts")).unwrap();
    fs::write(root.path().join("parts/a.yaml"), "a: 1").unwrap();
    symlink("parts/a.yaml", root.path().join("b.yaml")).unwrap();
    symlink(outside.path().join("secret"), root.path().join("c.yaml")).unwrap();
    symlink(outside.path(), root.path().join("d")).unwrap();
    symlink("/dev/zero", root.path().join("zero")).unwrap();
    let socket = std::os::unix::net::UnixListener::bind(root.path().join("socket")).unwrap();
    for path in ["parts/a.yaml", "b.yaml", "parts/../b.yaml"] {
        assert_eq!(load_referred(root.path(), path).unwrap(), b"a: 1", "{path}");
    }
    for (path, why) in [
        ("c.yaml", "leads out of the folder"),
        ("d/secret", "leads out of the folder"),
        ("zero", "leads out of the folder"),
        ("parts", "it is a directory"),
        ("socket", "not a regular file"),
        ("e.yaml", "No such file"),
    ] {
        let error = load_referred(root.path(), path).unwrap_err();
        assert!(error.why.contains(why), "{path}: {}", error.why);
    }
    drop(socket);
}
