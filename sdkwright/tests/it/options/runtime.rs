//! The place of the runtime. `tests/elsewhere/run` compiles the crates.

use super::{SHOP, code, generate, said};
use crate::run::Folder;

fn dependency(folder: &Folder) -> String {
    let manifest = folder.read_file("sdk/Cargo.toml");
    let mut lines = manifest.lines();
    lines
        .find_map(|line| line.strip_prefix("sdkwright-runtime = { "))
        .unwrap()
        .to_owned()
}

#[test]
fn the_runtime_is_where_the_person_says() {
    let folder = Folder::new("places");
    for (place, entries) in [
        ("vendored", r#"path = "runtime", version = "0.1.0", default-features"#),
        ("registry:0.1.2", r#"version = "0.1.2", default-features"#),
        (
            "git:file:///a/b.git#v1",
            r#"git = "file:///a/b.git", rev = "v1", version = "0.1.0", default-features"#,
        ),
        (
            "path:../../runtime",
            r#"path = "../../runtime", version = "0.1.0", default-features"#,
        ),
    ] {
        let flags = ["--runtime", place];
        let run = generate(&folder, SHOP, &flags);
        assert_eq!(code(&run), 0, "{}", said(&run));
        assert!(
            dependency(&folder).starts_with(entries),
            "{place}: {}",
            dependency(&folder)
        );
        assert_eq!(code(&generate(&folder, SHOP, &[&flags[..], &["--check"]].concat())), 0);
        assert_eq!(folder.join("sdk/runtime/Cargo.toml").exists(), place == "vendored");
    }
    let wrong = generate(&folder, SHOP, &["--runtime", "../runtime"]);
    assert_eq!(code(&wrong), 2);
    assert!(said(&wrong).contains("`registry:VERSION`"), "{}", said(&wrong));
}

#[test]
fn the_servers_side_is_next_to_a_runtime_that_has_it() {
    let folder = Folder::new("server");
    let config = folder.write("config.yaml", "server: true\n");
    for (place, wanted) in [
        (
            "path:../../runtime",
            Some(r#"path = "../../server", version = "0.1.0""#),
        ),
        (
            "git:file:///a/b.git#v1",
            Some(r#"git = "file:///a/b.git", rev = "v1", version = "0.1.0""#),
        ),
        ("vendored", None),
        ("registry:0.1.2", None),
    ] {
        let run = generate(&folder, SHOP, &["--config", &config, "--runtime", place]);
        let Some(entries) = wanted else {
            assert_eq!(code(&run), 2, "{place}");
            assert!(said(&run).contains("`server: true` needs"), "{}", said(&run));
            continue;
        };
        assert_eq!(code(&run), 0, "{}", said(&run));
        let line = format!("\nsdkwright-server = {{ {entries}, default-features = false, optional = true }}\n");
        assert!(folder.read_file("sdk/Cargo.toml").contains(&line), "{place}");
        assert!(folder.join("sdk/src/server.rs").exists());
    }
}

#[test]
fn two_crates_with_their_runtimes_are_dependencies_of_one_application() {
    let folder = Folder::new("two");
    let contract = folder.write("shop.yaml", SHOP);
    for name in ["one", "two_more"] {
        let run = folder.sdkwright(&["generate", "--contract", &contract, "--out", name, "--package", name]);
        assert_eq!(code(&run), 0, "{}", said(&run));
    }
    folder.write("app/src/main.rs", "fn main() {}");
    folder.write(
        "app/Cargo.toml",
        "[package]\nname = \"app\"\n[dependencies]\none = { path = \"../one\" }\ntwo_more = { path = \"../two_more\" }\n[workspace]\n",
    );
    let locked = std::process::Command::new(env!("CARGO"))
        .args(["generate-lockfile", "--offline"])
        .current_dir(folder.join("app"))
        .output()
        .unwrap();
    assert!(locked.status.success(), "{}", said(&locked));
    for name in ["one", "two-more"] {
        assert!(
            folder
                .read_file("app/Cargo.lock")
                .contains(&format!("version = \"0.1.0+{name}\""))
        );
    }
}

#[test]
fn a_foreign_crate_has_its_runtime_with_it_and_is_the_same_on_every_machine() {
    let (here, there) = (Folder::new("here"), Folder::new("there"));
    for folder in [&here, &there] {
        let run = generate(folder, SHOP, &[]);
        assert_eq!(code(&run), 0, "{}", said(&run));
    }
    assert_eq!(here.read_file("sdk/.manifest"), there.read_file("sdk/.manifest"));
    for file in [
        "LICENSE-MIT",
        "LICENSE-APACHE",
        "src/lib.rs",
        "json/Cargo.toml",
        "signing/src/lib.rs",
    ] {
        assert!(here.join("sdk/runtime").join(file).exists(), "{file}");
    }
    assert!(!here.join("sdk/runtime/tests").exists());
    let lib = here.read_file("sdk/runtime/src/lib.rs");
    here.write("sdk/runtime/src/lib.rs", &format!("{lib}// edited\n"));
    let checked = generate(&here, SHOP, &["--check"]);
    assert_eq!(code(&checked), 1);
    assert!(crate::run::text(&checked.stdout).contains("-// edited\n"));
    here.write("sdk/runtime/src/lib.rs", &lib);
    here.write("sdk/runtime/build.rs", "fn main() {}");
    let stranger = generate(&here, SHOP, &[]);
    assert_eq!(code(&stranger), 4);
    assert!(said(&stranger).contains("runtime/build.rs"), "{}", said(&stranger));
}
