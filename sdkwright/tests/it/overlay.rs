//! Overlays, as the real command takes them: on the command line, in settings, in the list of contracts; and the law of
//! `overlay split`, for both contracts of this repository.

use crate::run::{Folder, repository, sdkwright, text};
use std::collections::BTreeMap;
use std::path::Path;

const SHOP: &str = "\
openapi: 3.0.3
info: { title: Shop, version: '1' }
paths:
  /orders:
    get:
      operationId: listOrders
      responses: { '200': { description: All., content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } } } }
components:
  schemas:
    Order: { type: object, properties: { id: { type: string } } }
";

fn overlay(target: &str, update: &str) -> String {
    format!(
        "overlay: 1.1.0\ninfo: {{ title: Words, version: '1' }}\nactions:\n  - target: {target}\n    update: {update}\n"
    )
}

/// Every file below a folder, but those that name the folder of the runtime or are told by it.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(at) = open.pop() {
        for entry in std::fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                files.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    files
}

#[test]
fn overlays_are_laid_over_the_contract_in_the_order_of_the_command_line() {
    let folder = Folder::new("overlays-in-order");
    let contract = folder.write("shop.yaml", SHOP);
    let first = folder.write(
        "first.yaml",
        &overlay("$.components.schemas.Order.properties", "{ note: { type: string } }"),
    );
    let second = folder.write(
        "second.yaml",
        &overlay(
            "$.components.schemas.Order.properties.note",
            "{ description: In words. }",
        ),
    );
    let out = folder.path("sdk");
    let generate = ["generate", "--strict", "--contract", &contract, "--out", &out];
    let run = sdkwright(&[&generate[..], &["--overlay", &first, "--overlay", &second]].concat());
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    assert!(folder.read_file("sdk/src/models/order.rs").contains("In words."));
    // In the other order, the first overlay finds nothing to describe.
    let run = sdkwright(&[&generate[..], &["--overlay", &second, "--overlay", &first]].concat());
    assert_eq!(run.status.code(), Some(3));
    let said = text(&run.stderr);
    assert!(
        said.contains("error[C0904]") && said.contains(&format!("{second}:4:13")),
        "{said}"
    );
}

#[test]
fn a_target_that_selects_nothing_is_a_warning_in_the_lenient_reading() {
    let folder = Folder::new("overlay-selects-nothing");
    let contract = folder.write("shop.yaml", SHOP);
    let over = folder.write("over.yaml", &overlay("$.paths['/order'].get", "{ summary: Orders }"));
    let run = sdkwright(&[
        "generate",
        "--format",
        "json",
        "--contract",
        &contract,
        "--out",
        &folder.path("sdk"),
        "--overlay",
        &over,
    ]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    let line = text(&run.stdout).lines().next().unwrap().to_owned();
    let said: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(
        (
            &said["code"],
            &said["level"],
            &said["file"],
            &said["line"],
            &said["column"]
        ),
        (&"C0904".into(), &"warning".into(), &over.into(), &4.into(), &13.into()),
        "{line}"
    );
}

#[test]
fn overlays_stand_in_settings_and_in_the_list_of_contracts_as_well() {
    let folder = Folder::new("overlays-listed");
    let contract = folder.write("openapi/shop.yaml", SHOP);
    folder.write("openapi/words.yaml", &overlay("$.info", "{ title: Store }"));
    folder.write("openapi/settings.yaml", "overlays: [words.yaml]\n");
    let list = "contracts:\n  - { file: shop.yaml, out: sdk, package: shop, version: 0.1.0, overlays: [words.yaml] }\n";
    folder.write("openapi/contracts.yaml", list);
    let run = sdkwright(&["generate", "--contracts", &folder.list()]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    assert!(
        folder.read_file("sdk/src/lib.rs").contains("Store"),
        "the overlay of the list"
    );
    let (config, out) = (folder.path("openapi/settings.yaml"), folder.path("alone"));
    let run = sdkwright(&["generate", "--contract", &contract, "--out", &out, "--config", &config]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    assert!(
        folder.read_file("alone/src/lib.rs").contains("Store"),
        "the overlay of the settings"
    );
    folder.write("openapi/words.yaml", &overlay("$.info", "{ titel: Store }"));
    let run = sdkwright(&["generate", "--contracts", &folder.list()]);
    assert_eq!(run.status.code(), Some(3));
    assert!(
        text(&run.stderr).contains("openapi/words.yaml:5:15"),
        "{}",
        text(&run.stderr)
    );
}

#[test]
fn a_contract_with_overlays_can_be_written_down() {
    let folder = Folder::new("overlay-apply");
    let contract = folder.write("shop.yaml", SHOP);
    let over = folder.write("over.yaml", &overlay("$.info", "{ title: Store }"));
    let run = sdkwright(&["overlay", "apply", &contract, "--overlay", &over]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    assert!(
        text(&run.stdout).starts_with("openapi: \"3.0.3\"\ninfo:\n  title: Store\n"),
        "{}",
        text(&run.stdout)
    );
    folder.write("over.yaml", &overlay("$.nothing", "{ title: Store }"));
    let strict = sdkwright(&[
        "overlay",
        "apply",
        &contract,
        "--overlay",
        &over,
        "--strict",
        "--out",
        &folder.path("out.yaml"),
    ]);
    assert_eq!(strict.status.code(), Some(3), "{}", text(&strict.stderr));
    assert!(!folder.join("out.yaml").exists());
}

/// The contract is taken apart and put together again; what is generated is the same to the byte.
fn stays_the_same(contract: &str) {
    let file = Path::new(contract).file_name().unwrap().to_str().unwrap();
    let folder = Folder::new(&format!("split-{file}"));
    let whole = repository().join(contract);
    let whole = whole.to_str().unwrap();
    let (plain, overlay) = (folder.path(file), folder.path("words.yaml"));
    let run = sdkwright(&["overlay", "split", whole, "--plain", &plain, "--overlay", &overlay]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    let left: Vec<String> = folder
        .read_file(file)
        .lines()
        .filter(|line| line.trim_start().starts_with("x-"))
        .map(str::to_owned)
        .collect();
    assert!(left.is_empty(), "words are left: {left:?}");
    let generate = |contract: &str, out: &str, more: &[&str]| {
        let out = folder.path(out);
        let run = sdkwright(&[&["generate", "--strict", "--contract", contract, "--out", &out], more].concat());
        assert_eq!(
            (run.status.code(), text(&run.stderr).contains("warning")),
            (Some(0), false),
            "{}",
            text(&run.stderr)
        );
    };
    generate(whole, "before/sdk", &[]);
    generate(&plain, "after/sdk", &["--overlay", &overlay]);
    let (before, after) = (files(&folder.join("before/sdk")), files(&folder.join("after/sdk")));
    assert!(before.len() > 20, "{}", before.len());
    let changed: Vec<&String> = before
        .keys()
        .chain(after.keys())
        .filter(|name| before.get(*name) != after.get(*name))
        .collect();
    assert!(changed.is_empty(), "{changed:?}");
}

#[test]
fn our_contract_taken_apart_and_put_together_gives_the_same_bytes() {
    stays_the_same("openapi/partner-api.yaml");
}

#[test]
fn the_second_contract_taken_apart_and_put_together_gives_the_same_bytes() {
    stays_the_same("tests/contracts/second.yaml");
}

#[test]
fn a_contract_without_our_words_has_nothing_to_split() {
    let folder = Folder::new("split-nothing");
    let contract = folder.write("shop.yaml", SHOP);
    let run = sdkwright(&[
        "overlay",
        "split",
        &contract,
        "--plain",
        &folder.path("p.yaml"),
        "--overlay",
        &folder.path("o.yaml"),
    ]);
    assert_eq!(run.status.code(), Some(2));
    assert!(
        text(&run.stderr).contains("so there is nothing to split"),
        "{}",
        text(&run.stderr)
    );
    assert!(!folder.join("p.yaml").exists());
}

/// A contract with one word of ours.
fn with_a_word() -> String {
    SHOP.replace(
        "listOrders\n",
        "listOrders\n      x-sdk: { group: orders, method: all }\n",
    )
}

#[test]
fn both_files_of_a_split_are_written_or_none() {
    let folder = Folder::new("split-both-or-none");
    let contract = folder.write("shop.yaml", &with_a_word());
    let split = |plain: &str, overlay: &str| {
        let (plain, overlay) = (folder.path(plain), folder.path(overlay));
        sdkwright(&["overlay", "split", &contract, "--plain", &plain, "--overlay", &overlay])
    };
    for (plain, overlay) in [
        ("plain.yaml", "nowhere/words.yaml"),
        ("nowhere/plain.yaml", "words.yaml"),
    ] {
        let run = split(plain, overlay);
        assert_eq!(run.status.code(), Some(4), "{}", text(&run.stderr));
        assert_eq!(folder.names(""), ["shop.yaml"], "{}", text(&run.stderr));
    }
    let run = split("plain.yaml", "words.yaml");
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    assert_eq!(folder.names(""), ["plain.yaml", "shop.yaml", "words.yaml"]);
}

#[test]
fn a_split_never_writes_over_what_it_reads_or_what_says_something_else() {
    let folder = Folder::new("split-in-the-way");
    let contract = folder.write("shop.yaml", &with_a_word());
    let split = |plain: &str, overlay: &str| {
        let (plain, overlay) = (folder.path(plain), folder.path(overlay));
        sdkwright(&["overlay", "split", &contract, "--plain", &plain, "--overlay", &overlay])
    };
    std::fs::create_dir(folder.join("sub")).unwrap();
    for (plain, overlay) in [
        ("shop.yaml", "words.yaml"),
        ("sub/../shop.yaml", "words.yaml"),
        ("plain.yaml", "shop.yaml"),
        ("plain.yaml", "sub/../plain.yaml"),
    ] {
        let run = split(plain, overlay);
        let said = text(&run.stderr);
        assert_eq!(run.status.code(), Some(2), "{plain} {overlay}: {said}");
        assert!(said.contains("nothing was written"), "{said}");
        assert_eq!(folder.read_file("shop.yaml"), with_a_word());
        assert_eq!(folder.names(""), ["shop.yaml", "sub"]);
    }
    // A second identical run is accepted; files that were edited by hand are not overwritten.
    assert_eq!(split("plain.yaml", "words.yaml").status.code(), Some(0));
    assert_eq!(split("plain.yaml", "words.yaml").status.code(), Some(0));
    folder.write("words.yaml", "overlay: 1.1.0 # mine\n");
    let run = split("other.yaml", "words.yaml");
    let said = text(&run.stderr);
    assert_eq!(run.status.code(), Some(4), "{said}");
    assert!(
        said.contains("words.yaml") && said.contains("different content"),
        "{said}"
    );
    assert_eq!(folder.read_file("words.yaml"), "overlay: 1.1.0 # mine\n");
    assert!(!folder.join("other.yaml").exists());
}

#[test]
fn a_contract_with_overlays_is_not_written_over_what_it_is_made_of() {
    let folder = Folder::new("apply-in-the-way");
    let contract = folder.write("shop.yaml", SHOP);
    let words = overlay("$.info", "{ title: Store }");
    let over = folder.write("over.yaml", &words);
    let apply = |out: &str| sdkwright(&["overlay", "apply", &contract, "--overlay", &over, "--out", out]);
    for out in [&contract, &over] {
        let run = apply(out);
        assert_eq!(run.status.code(), Some(2), "{out}: {}", text(&run.stderr));
    }
    assert_eq!(
        (folder.read_file("shop.yaml"), folder.read_file("over.yaml")),
        (SHOP.to_owned(), words)
    );
    // Output files of an earlier run are replaced, and a link stays a link.
    let out = folder.write("out.yaml", "old");
    assert_eq!(apply(&out).status.code(), Some(0));
    assert!(folder.read_file("out.yaml").contains("Store"));
    assert_eq!(apply("/dev/null").status.code(), Some(0));
    assert!(!std::fs::metadata("/dev/null").unwrap().is_file());
}

#[test]
fn the_help_of_overlays_says_how_a_run_can_end() {
    for command in ["split", "apply"] {
        let run = sdkwright(&["overlay", command, "--help"]);
        let said = text(&run.stdout);
        for code in ["0  ", "2  ", "3  ", "4  "] {
            let line = said.lines().any(|line| line.trim_start().starts_with(code));
            assert!(line, "{command} --help does not tell of exit code {code}:\n{said}");
        }
    }
}

/// A device has no end, so the reader must.
#[test]
#[cfg(target_os = "linux")]
fn a_file_without_an_end_is_refused() {
    let folder = Folder::new("overlay-without-end");
    let contract = folder.write("shop.yaml", SHOP);
    let out = folder.path("sdk");
    for given in [
        [
            "generate",
            "--contract",
            &contract,
            "--overlay",
            "/dev/zero",
            "--out",
            &out,
        ],
        [
            "generate",
            "--contract",
            "/dev/zero",
            "--overlay",
            &contract,
            "--out",
            &out,
        ],
    ] {
        let run = sdkwright(&given);
        assert_eq!(run.status.code(), Some(3), "{}", text(&run.stderr));
        assert!(text(&run.stderr).contains("134217728 bytes"), "{}", text(&run.stderr));
    }
}
