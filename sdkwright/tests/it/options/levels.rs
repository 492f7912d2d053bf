//! Options for strictness: flags, the entry of a listed contract, the file of `--config`.

use super::{ENTRY, SHOP, code, generate, listed, misspelt, said};
use crate::run::{Folder, sdkwright};

#[test]
fn a_contract_of_others_is_read_leniently_unless_strict_is_said() {
    let folder = Folder::new("levels");
    let lenient = generate(&folder, &misspelt(), &[]);
    assert_eq!(code(&lenient), 0, "{}", said(&lenient));
    assert!(said(&lenient).contains("warning[C0205]"), "{}", said(&lenient));
    let strict = generate(&folder, &misspelt(), &["--strict"]);
    assert_eq!(code(&strict), 3);
    assert!(said(&strict).contains("error[C0205]"), "{}", said(&strict));
    assert!(
        said(&strict).contains("shop.yaml was refused (1 error); nothing was written"),
        "{}",
        said(&strict)
    );
    let both = generate(&folder, SHOP, &["--strict", "--lenient"]);
    assert_eq!(code(&both), 2, "{}", said(&both));
}

#[test]
fn a_listed_contract_is_read_strictly_unless_lenient_is_said() {
    let folder = listed("listed", ENTRY, &misspelt());
    let list = folder.list();
    assert_eq!(code(&sdkwright(&["generate", "--contracts", &list])), 3);
    assert_eq!(code(&sdkwright(&["generate", "--contracts", &list, "--lenient"])), 0);
    let lenient = listed("listed-lenient", &format!("{ENTRY}, level: lenient"), &misspelt());
    assert_eq!(code(&sdkwright(&["generate", "--contracts", &lenient.list()])), 0);
    assert_eq!(
        code(&sdkwright(&["generate", "--contracts", &lenient.list(), "--strict"])),
        3
    );
}

#[test]
fn a_listed_contract_has_codes_and_filters_as_well() {
    let entry = format!("{ENTRY}, codes: {{ C0205: note }}, only: {{ tags: [customers] }}");
    let folder = listed("listed-words", &entry, &misspelt());
    let run = sdkwright(&["generate", "--contracts", &folder.list()]);
    assert_eq!(code(&run), 0, "{}", said(&run));
    assert_eq!(folder.names("sdk/src/models"), ["customer.rs"]);
    let rest = "package: shop, version: 0.1.0";
    for (entry, wrong) in [
        ("{ file: shop.yaml, out: sdk, package: shop }".to_owned(), "{ file"),
        (
            "{ file: shop.yaml, out: sdk, package: tokio, version: 0.1.0 }".to_owned(),
            "tokio",
        ),
        (format!("{{ file: shop.yaml, out: ../sdk, {rest} }}"), "../sdk"),
        (
            format!("{{ file: shop.yaml, out: sdk, {rest}, codes: {{ C9999: note }} }}"),
            "C9999",
        ),
        (
            format!("{{ file: shop.yaml, out: sdk, {rest}, codes: {{ C0205: fatal }} }}"),
            "fatal",
        ),
        (
            format!("{{ file: shop.yaml, out: sdk, {rest}, codes: {{ C0102: warning }} }}"),
            "warning",
        ),
    ] {
        let column = "  - ".len() + entry.find(wrong).unwrap() + 1;
        let entry = entry.trim_start_matches("{ ").strip_suffix(" }").unwrap();
        let folder = listed("listed-wrong", entry, SHOP);
        let wrong = sdkwright(&["generate", "--contracts", &folder.list()]);
        assert_eq!(code(&wrong), 2);
        let place = format!("at line 2 column {column}");
        assert!(
            said(&wrong).contains("contracts.yaml: ") && said(&wrong).contains(&place),
            "{entry}: {}",
            said(&wrong)
        );
    }
}

#[test]
fn a_config_sets_levels_of_codes_names_filters_package_and_version() {
    let folder = Folder::new("config");
    let config = folder.write(
        "sdk.yaml",
        "package: little-shop\nversion: 2.0.0-rc.1\nlevel: strict\ncodes: { C0205: warning, C0402: hidden }\n\
         names: { '/components/schemas/Order': Purchase }\nonly: { operations: [getOrder] }\n",
    );
    let run = generate(&folder, &misspelt(), &["--config", &config]);
    assert_eq!(code(&run), 0, "{}", said(&run));
    assert!(said(&run).contains("warning[C0205]"), "{}", said(&run));
    let manifest = folder.read_file("sdk/Cargo.toml");
    assert!(manifest.contains("name = \"little-shop\"\n"), "{manifest}");
    assert!(manifest.contains("version = \"2.0.0-rc.1\"\n"), "{manifest}");
    assert_eq!(folder.names("sdk/src/models"), ["item.rs", "purchase.rs"]);
    let operations = folder.read_file("sdk/src/operations/orders.rs");
    assert!(
        operations.contains("\"getOrder\"") && !operations.contains("listOrders"),
        "{operations}"
    );
}

#[test]
fn a_flag_counts_more_than_the_config() {
    let folder = Folder::new("flags");
    let config = folder.write("sdk.yaml", "package: config\nlevel: strict\nonly: { tags: [orders] }\n");
    let flags = [
        "--config",
        &config,
        "--package",
        "flag",
        "--lenient",
        "--only",
        "tag=customers",
    ];
    let run = generate(&folder, &misspelt(), &flags);
    assert_eq!(code(&run), 0, "{}", said(&run));
    assert!(folder.read_file("sdk/Cargo.toml").contains("name = \"flag\"\n"));
    assert_eq!(folder.names("sdk/src/models"), ["customer.rs"]);
}

#[test]
fn a_config_that_cannot_be_followed_is_refused_with_its_name() {
    let folder = Folder::new("config-wrong");
    for wrong in [
        "codes: { C0102: note }\n",
        "codes: [C0205]\n",
        "only: [orders]\n",
        "package: serde\n",
        "a: [\n",
    ] {
        let config = folder.write("sdk.yaml", wrong);
        let run = generate(&folder, SHOP, &["--config", &config]);
        assert_eq!(code(&run), 2, "{wrong}: {}", said(&run));
        assert!(said(&run).contains("sdk.yaml: "), "{wrong}: {}", said(&run));
    }
    let missing = generate(&folder, SHOP, &["--config", &folder.path("none.yaml")]);
    assert_eq!(code(&missing), 4);
    assert!(!folder.join("sdk").exists());
}
