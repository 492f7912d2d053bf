//! Input files of the command, read by the real command from real files.

use crate::run::{Folder, sdkwright, text};

/// A run on a file of that name and text; its exit code and what was said.
fn generate(folder: &Folder, name: &str, contract: &str, flags: &[&str]) -> (i32, String) {
    let contract = folder.write(name, contract);
    let out = folder.path("sdk");
    let run = sdkwright(
        &[
            &["generate", "--all-schemas", "--contract", &contract, "--out", &out],
            flags,
        ]
        .concat(),
    );
    (run.status.code().unwrap(), text(&run.stderr))
}

const YAML: &str = "\
openapi: 3.1.0
info: { title: Shop, version: '1' }
paths:
  /orders:
    get: { operationId: listOrders, responses: { '204': { description: Nothing. } } }
";

const JSON: &str = r#"{"openapi": "3.1.0", "info": {"title": "Shop", "version": "1"},
"paths": {"/orders": {"get": {"operationId": "listOrders", "responses": {"204": {"description": "Nothing."}}}}}}"#;

#[test]
fn yaml_and_json_are_known_by_what_is_in_them() {
    let folder = Folder::new("content");
    for (name, contract) in [
        ("shop.json", YAML),
        ("shop.yaml", JSON),
        ("shop", YAML),
        ("shop.txt", JSON),
        ("bom.json", &format!("\u{feff}{JSON}")),
        ("crlf.yaml", &YAML.replace('\n', "\r\n")),
    ] {
        let (code, said) = generate(&folder, name, contract, &["--strict"]);
        assert_eq!(code, 0, "{name}: {said}");
        assert!(folder.read_file("sdk/src/lib.rs").contains(name));
    }
}

#[test]
fn a_newer_version_is_read_and_the_note_says_what_of_it_is_not() {
    let folder = Folder::new("newer");
    let (code, said) = generate(&folder, "shop.yaml", &YAML.replace("3.1.0", "3.2.0"), &[]);
    assert_eq!(code, 0, "{said}");
    assert!(said.starts_with("note[C0204]: OpenAPI 3.2 is handled as 3.1"), "{said}");
    assert!(
        said.contains("`nodeType`") && said.contains("`in: querystring`"),
        "{said}"
    );
}

#[test]
fn swagger_1_is_refused_with_one_sentence_and_what_to_do() {
    let folder = Folder::new("swagger");
    let swagger = "swagger: '1.2'\ninfo: { title: Shop, version: '1' }\npaths: {}\ndefinitions: {}\n";
    let (code, said) = generate(&folder, "shop.yaml", swagger, &[]);
    assert_eq!(code, 3);
    let sentence =
        "this is Swagger 1.2, which is not supported; supported are Swagger 2.0 and OpenAPI 3.0, 3.1 and 3.2";
    assert!(said.contains(sentence), "{said}");
    assert!(said.contains("api-spec-converter"), "{said}");
    assert_eq!(said.matches("error[").count(), 1, "{said}");
}

#[test]
fn a_contract_that_was_cut_off_is_refused_even_leniently() {
    let folder = Folder::new("cut-off");
    let components =
        "components:\n  securitySchemes:\n    key:\n      type: apiKey\n      in: header\n      name: X-Key\n";
    let whole = YAML.replace("paths:", "security: [{ key: [] }]\npaths:") + components;
    assert_eq!(generate(&folder, "whole.yaml", &whole, &[]).0, 0);
    for cut in ["      in: header", "    key:", "  securitySchemes:", "components:"] {
        let at = whole.find(cut).unwrap() + cut.len();
        let (code, said) = generate(&folder, "cut.yaml", &whole[..at], &[]);
        assert_eq!(code, 3, "{cut}: {said}");
        assert!(said.contains("error[C0115]"), "{cut}: {said}");
    }
    for at in (1..JSON.len()).step_by(7) {
        let (code, said) = generate(&folder, "cut.json", &JSON[..at], &[]);
        assert_eq!(code, 3, "{at}: {said}");
    }
    let config = folder.write("sdk.yaml", "codes: { C0115: warning }\n");
    let at = whole.find("    key:").unwrap() + "    key:".len();
    let (code, said) = generate(&folder, "cut.yaml", &whole[..at], &["--config", &config]);
    assert_eq!(code, 0, "{said}");
}

#[test]
fn merge_keys_are_read_leniently_and_refused_strictly() {
    let folder = Folder::new("merge");
    let contract = "\
openapi: 3.1.0
info: { title: Shop, version: '1' }
paths:
  /orders:
    get: &list
      operationId: listOrders
      tags: [trade]
      responses: { '204': { description: Nothing. } }
  /items:
    get:
      <<: *list
      operationId: listItems
";
    let (code, said) = generate(&folder, "shop.yaml", contract, &[]);
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains("note[C0107]") && said.contains("as in YAML 1.1"),
        "{said}"
    );
    let operations = folder.read_file("sdk/src/operations/trade.rs");
    assert!(
        operations.contains("\"listItems\"") && operations.contains("\"listOrders\""),
        "{operations}"
    );
    assert_eq!(generate(&folder, "shop.yaml", contract, &["--strict"]).0, 3);
}

#[test]
fn only_files_below_the_contract_are_ever_read() {
    let folder = Folder::new("files");
    folder.write("secret.yaml", "A: { type: string }\n");
    folder.write("api/parts/part.yaml", "A: { type: string }\n");
    let with = |reference: &str| {
        format!(
            "{YAML}components: {{ schemas: {{ A: {{ type: object, properties: {{ a: {{ $ref: '{reference}' }} }} }} }} }}\n"
        )
    };
    let (code, said) = generate(&folder, "api/shop.yaml", &with("parts/part.yaml#/A"), &["--strict"]);
    assert_eq!(code, 0, "{said}");
    let secret = folder.path("secret.yaml");
    for (reference, number, why) in [
        (
            "../secret.yaml#/A",
            "C0303",
            "is not a path below the contract's folder",
        ),
        (
            &*format!("{secret}#/A"),
            "C0303",
            "is not a path below the contract's folder",
        ),
        (&*format!("file://{secret}#/A"), "C0302", "nothing is downloaded"),
        ("https://example.com/a.yaml#/A", "C0302", "nothing is downloaded"),
        (
            "parts/none.yaml#/A",
            "C0304",
            &*format!("note: {}: No such file", folder.path("api/parts/none.yaml")),
        ),
        ("parts/patr.yaml#/A", "C0304", "help: did you mean `part.yaml`?"),
        ("parts#/A", "C0304", "s a directory"),
    ] {
        let (code, said) = generate(&folder, "api/shop.yaml", &with(reference), &["--strict"]);
        assert_eq!(code, 3, "{reference}: {said}");
        assert!(
            said.contains(&format!("error[{number}]")) && said.contains(why),
            "{reference}: {said}"
        );
        // In the lenient mode only the smallest part becomes JSON: the member stays.
        let (code, said) = generate(&folder, "api/shop.yaml", &with(reference), &[]);
        assert_eq!(code, 0, "{reference}: {said}");
        assert!(said.contains("note: 1 part left out:"), "{reference}: {said}");
        assert!(
            folder
                .read_file("sdk/src/models/a.rs")
                .contains("pub a: Option<JsonValue>")
        );
    }
}

#[test]
fn what_is_merely_incomplete_is_a_warning_for_the_contract_of_somebody_else() {
    let folder = Folder::new("incomplete");
    let contract = "\
openapi: 3.0.3
info: { title: Shop, version: '1' }
paths:
  /orders/{orderId}:
    get: { operationId: getOrder, tags: [trade] }
  /orders/{id}:
    delete:
      operationId: removeOrder
      tags: [trade]
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses: { '204': { description: Removed. } }
";
    let (code, said) = generate(&folder, "shop.yaml", contract, &[]);
    assert_eq!(code, 0, "{said}");
    for what in [
        "warning[C0210]: an operation needs `responses`",
        "warning[C0215]: the path contains `{orderId}`, but no parameter of that name is declared",
        "note[C0220]: this path matches the same requests",
    ] {
        assert!(said.contains(what), "{what}: {said}");
    }
    let operations = folder.read_file("sdk/src/operations/trade.rs");
    assert!(
        operations.contains("\"/orders/{orderId}\"") && operations.contains("\"/orders/{id}\""),
        "{operations}"
    );
    assert_eq!(generate(&folder, "shop.yaml", contract, &["--strict"]).0, 3);
}

#[test]
fn one_collision_of_two_operations_is_told_once() {
    let folder = Folder::new("collision");
    let contract = "\
openapi: 3.0.3
info: { title: Shop, version: '1' }
paths:
  /a:
    get: { operationId: read_a, tags: [a], responses: { '204': { description: Nothing. } } }
    put: { operationId: readA, tags: [a], responses: { '204': { description: Nothing. } } }
";
    let (code, said) = generate(&folder, "shop.yaml", contract, &["--strict"]);
    assert_eq!((code, said.matches("error[").count()), (3, 1), "{said}");
    // The printed lines can be pasted into a configuration.
    let names = &said[said.find("          names:\n").unwrap()..said.find("\n\n").unwrap()];
    let config = folder.write(
        "sdk.yaml",
        &names
            .lines()
            .fold(String::new(), |text, line| text + &line[10..] + "\n"),
    );
    let (code, said) = generate(&folder, "shop.yaml", contract, &["--strict", "--config", &config]);
    assert_eq!(code, 0, "{said}");
}
