//! Settings of the manifest.

use super::{SHOP, code, generate, said};
use crate::run::Folder;

const SETTINGS: &str = "\
package: shop-client
version: 1.2.3-rc.1
license: MIT OR Apache-2.0
authors: [Jane Doe <jane@example.com>, 'A \"quoted\" one']
repository: https://example.com/shop.git
homepage: https://example.com
documentation: https://docs.example.com/shop
keywords: [shop, api-client]
categories: [api-bindings, 'web-programming::http-client']
publish: [our-registry]
rust-version: 1.90
runtime: registry:0.1.0
";

const LINES: &str = r#"
version = "1.2.3-rc.1"
edition = "2024"
rust-version = "1.90"
license = "MIT OR Apache-2.0"
repository = "https://example.com/shop.git"
homepage = "https://example.com"
documentation = "https://docs.example.com/shop"
authors = ["Jane Doe <jane@example.com>", "A \"quoted\" one"]
keywords = ["shop", "api-client"]
categories = ["api-bindings", "web-programming::http-client"]
publish = ["our-registry"]
readme = "README.md"
"#;

#[test]
fn the_manifest_says_what_the_settings_say() {
    let folder = Folder::new("manifest");
    let config = folder.write("config.yaml", SETTINGS);
    let run = generate(&folder, SHOP, &["--config", &config]);
    assert_eq!(code(&run), 0, "{}", said(&run));
    let manifest = folder.read_file("sdk/Cargo.toml");
    assert!(manifest.contains(LINES), "{manifest}");
    for (publish, line) in [("true", None), ("false", Some("publish = false\n"))] {
        folder.write("config.yaml", &format!("publish: {publish}\nruntime: registry:0.1.0\n"));
        assert_eq!(code(&generate(&folder, SHOP, &["--config", &config])), 0);
        let manifest = folder.read_file("sdk/Cargo.toml");
        assert_eq!(manifest.contains("\npublish"), line.is_some(), "{manifest}");
        assert!(manifest.contains(line.unwrap_or_default()) && manifest.contains("\nrust-version = \"1.85\"\n"));
    }
}

#[test]
fn a_setting_that_no_registry_takes_is_refused_at_its_line_and_column() {
    let folder = Folder::new("manifest-faults");
    for (setting, place, why) in [
        (
            "version: '1'",
            "line 2 column 10",
            "`1` is not a version such as `0.1.0`",
        ),
        ("license: Mine", "line 2 column 10", "SPDX"),
        ("authors: [Jane, '']", "line 2 column 17", "a name"),
        ("repository: example.com", "line 2 column 13", "`https://`"),
        ("homepage: ftp://example.com", "line 2 column 11", "`https://`"),
        ("documentation: 'https://a b'", "line 2 column 16", "`https://`"),
        ("keywords: [a, b c]", "line 2 column 15", "at most 20 letters"),
        ("keywords: [a, b, c, d, e, f]", "line 2 column 11", "at most 5"),
        ("categories:\n  - API", "line 3 column 5", "category_slugs"),
        ("publish: maybe", "line 2 column 10", "`true`, `false` or a list"),
        ("publish: ['a b']", "line 2 column 11", "the name of a registry"),
        ("rust-version: 1.84", "line 2 column 15", "`1.85`"),
        ("rust-version: stable", "line 2 column 15", "`1.85`"),
        ("runtime: ../runtime", "line 2 column 10", "`path:FOLDER`"),
        ("keep: [README.md]", "line 2 column 8", "`src/helpers`"),
        ("keep: [src/../x]", "line 2 column 8", "`src/helpers`"),
    ] {
        let config = folder.write("config.yaml", &format!("package: shop\n{setting}\n"));
        let run = generate(&folder, SHOP, &["--config", &config]);
        assert_eq!(code(&run), 2, "{setting}: {}", said(&run));
        for part in ["config.yaml: ", place, why] {
            assert!(said(&run).contains(part), "{setting}: {part}: {}", said(&run));
        }
    }
    assert!(!folder.join("sdk").exists());
}
