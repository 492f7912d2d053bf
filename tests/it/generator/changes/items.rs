//! The crate that a comparison makes has the public items of the crate that is written.

use sdkwright::surface::{Surface, compare};
use sdkwright_codegen::output;

use super::read;
use crate::case;

/// Returns the public items that are written for a contract and those that a comparison makes; `None` if it is refused, or if only a
/// part of it is generated.
fn surfaces(name: &str, text: &str) -> Option<[Surface; 2]> {
    let levels = sdkwright_contract::diag::Levels::lenient();
    let outcome = case::generate(
        "changed",
        name,
        text.as_bytes(),
        &case::folder("contracts"),
        levels,
        &std::collections::BTreeMap::new(),
    );
    let files = outcome.files?;
    let version = read(name, text).ok()?;
    let named = version.named()?;
    let written = Surface::parse(files.iter().map(|(path, text)| (path.as_str(), text.as_str()))).expect("Rust");
    let made = Surface::from_code(output::code(named.api, named.names).expect("code"));
    Some([written, made])
}

#[test]
fn a_comparison_makes_the_items_that_are_written() {
    let texts = case::all("cases")
        .into_iter()
        .map(|case| (case.name.clone(), String::from_utf8_lossy(&case.bytes).into_owned()));
    let contract = |path: &str| {
        let text = std::fs::read_to_string(case::root().join(path)).expect("a contract");
        (path.to_owned(), text)
    };
    let mut texts: Vec<(String, String)> = texts.collect();
    texts.extend([
        contract("openapi/partner-api.yaml"),
        contract("tests/contracts/second.yaml"),
    ]);
    // Two structs of parameters that differ in their documentation alone.
    let two = ["one", "other"].map(|said| {
        let parameter = |name: &str| {
            format!("{{name: {name}, in: path, required: true, description: The {said} {name}., schema: {{type: string}}}}")
        };
        format!(
            "  /{said}/{{a}}/{{b}}: {{get: {{operationId: {said}, tags: [t], parameters: [{}, {}], responses: {{'204': {{description: d}}}}}}}}\n",
            parameter("a"),
            parameter("b")
        )
    });
    let two = format!(
        "openapi: 3.1.0\ninfo: {{title: T, version: '1'}}\npaths:\n{}",
        two.concat()
    );
    texts.push(("two structs".to_owned(), two));
    let compared = case::side_by_side(&texts, |(name, text)| {
        let [written, made] = surfaces("contract.yaml", text)?;
        let found = compare(&written, &made).into_iter().map(|change| change.text);
        // Features of the package are those of its template.
        let found: Vec<String> = found.filter(|text| !text.starts_with("feature ")).collect();
        assert!(found.is_empty(), "{name}: {found:#?}");
        Some(written.items().count())
    });
    let items: usize = compared.into_iter().flatten().sum();
    assert!(items > 5000, "only {items} items were compared");
}
