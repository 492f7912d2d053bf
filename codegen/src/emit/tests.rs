//! The whole pipeline on small contracts.

use std::collections::BTreeMap;

use crate::naming::Overrides;
use crate::{CrateOptions, Hooks, PackageChoice, generate};
use sdkwright_contract::diag::render;
use sdkwright_contract::{Inputs, SourceFile};

/// The files of a contract.
fn files(contract: &str) -> BTreeMap<String, String> {
    let templates = [
        "ASSUMPTIONS.md",
        "Cargo.toml",
        "README.md",
        "errors.md",
        "front.md",
        "group.md",
        "guide-page.md",
        "guide.md",
        "index.md",
        "model-page.md",
        "model.md",
        "models.md",
        "rustfmt.toml",
    ]
    .map(|name| format!("{name}.j2"));
    let templates: Vec<(&str, &str)> = templates.iter().map(|name| (name.as_str(), "{{ header }}")).collect();
    let inputs = Inputs::new(SourceFile {
        name: "openapi/small.yaml",
        bytes: contract.as_bytes(),
    });
    let options = CrateOptions {
        package: PackageChoice {
            name: Some("small".into()),
            ..PackageChoice::default()
        },
        overrides: Overrides::default(),
        templates: &templates,
    };
    let generated = generate(&inputs, &options, Hooks::default());
    let generated = generated.unwrap_or_else(|report| panic!("{}", render(&report, false)));
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    generated
        .tree
        .files()
        .map(|(path, bytes)| (path.to_owned(), text(bytes)))
        .collect()
}

fn contract(paths: &str, schemas: &str) -> String {
    format!(
        "openapi: 3.1.0\ninfo: {{ title: Small, version: '1' }}\npaths:\n{paths}\ncomponents:\n  schemas:\n{schemas}\n"
    )
}

const ORDER: &str = "
    Order:
      type: object
      required: [id, from, to]
      properties:
        id: { type: string, x-newtype: OrderId }
        from: { type: string }
        to: { type: string }
        note: { type: [string, 'null'] }
        secret: { type: string, x-sensitive: true }
    Key:
      type: object
      required: [id, amount]
      properties:
        id: { type: string, x-newtype: OrderId }
        amount: { type: string, format: decimal }";

const PATHS: &str = "
  /shops/{shop}/orders/{order}:
    put:
      operationId: putOrder
      summary: Puts an order.
      x-sdk: { group: orders, method: put }
      parameters:
        - { name: shop, in: path, required: true, schema: { type: string } }
        - { name: order, in: path, required: true, schema: { type: string } }
        - { name: dry, in: query, schema: { type: boolean } }
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } } }
      responses:
        '200': { description: It was there., content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } } }
        '201': { description: It is new., content: { application/json: { schema: { $ref: '#/components/schemas/Key' } } } }
        '204': { description: Nothing to say. }
  /keys:
    post:
      operationId: makeKey
      x-sdk: { group: keys, method: make }
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Key' } } } }
      responses: { '204': { description: Done. } }";

/// Code without its layout.
fn squeezed(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace(" .", ".")
        .replace("( ", "(")
        .replace(", )", ")")
}

fn has(files: &BTreeMap<String, String>, path: &str, code: &str) {
    let text = squeezed(&files[path]);
    assert!(
        text.contains(&squeezed(code)),
        "{path} has no `{code}`:\n{}",
        files[path]
    );
}

#[test]
fn the_same_contract_gives_the_same_bytes() {
    let contract = contract(PATHS, ORDER);
    assert_eq!(files(&contract), files(&contract));
}

#[test]
fn required_values_of_one_type_are_named() {
    let files = files(&contract(PATHS, ORDER));
    has(&files, "src/models/order.rs", "pub struct OrderRequired {");
    has(
        &files,
        "src/models/order.rs",
        "pub fn new(required: OrderRequired) -> Self",
    );
    has(
        &files,
        "src/models/key.rs",
        "pub fn new(id: impl Into<OrderId>, amount: Decimal) -> Self",
    );
    has(&files, "src/operations/orders.rs", "pub struct PutOrderRequired<'a> {");
    has(
        &files,
        "src/operations/orders.rs",
        "pub fn put(self, required: PutOrderRequired<'_>, body: &Order) -> Call<PutOrder>",
    );
}

#[test]
fn what_is_optional_is_chained() {
    let files = files(&contract(PATHS, ORDER));
    has(&files, "src/operations/orders.rs", "impl Call<PutOrder> {");
    has(
        &files,
        "src/operations/orders.rs",
        "pub fn dry(self, dry: bool) -> Self { self.set_query(\"dry\", dry) }",
    );
    has(&files, "src/models/order.rs", "pub note: Maybe<String>");
    has(&files, "src/models/order.rs", "pub fn clear_note(mut self) -> Self");
}

#[test]
fn an_example_names_the_model_where_the_client_has_its_name() {
    let named = |text: &str| text.replace("Order", "Call").replace("putCall", "putOrder");
    let (paths, schemas) = (named(PATHS), named(ORDER));
    assert_ne!(schemas, ORDER);
    let files = files(&contract(&paths, &schemas));
    has(&files, "src/operations/orders.rs", "use small::models::Call;");
    has(&files, "src/operations/orders.rs", "client: &small::Client");
}

#[test]
fn a_method_lists_the_optional_values_of_its_call() {
    let docs = "/// Optional, set by methods of the [`Call`](crate::client::Call#impl-Call%3CPutOrder%3E): `dry`.";
    has(&files(&contract(PATHS, ORDER)), "src/operations/orders.rs", docs);
    let optional = PATHS.replace("required: true, content", "content");
    assert_ne!(optional, PATHS);
    let docs = docs.replace("`dry`", "`dry`, `body`");
    has(&files(&contract(&optional, ORDER)), "src/operations/orders.rs", &docs);
}

#[test]
fn a_crate_names_only_what_its_contract_has_a_use_for() {
    let files = files(&contract(PATHS, ORDER));
    let library = &files["src/lib.rs"];
    has(
        &files,
        "src/lib.rs",
        "/// Types of calls: responses with their headers, raw calls.",
    );
    for word in ["Pages", "JournalUndecided", "secret,", "idempotency", "drafts", "polls"] {
        assert!(!library.contains(word), "{word}");
    }
    for word in ["signed", "same key", "signature"] {
        assert!(!files["src/client.rs"].contains(word), "{word}");
    }
}

#[test]
fn a_title_that_repeats_the_name_is_left_out() {
    let titled = |title: &str| {
        ORDER.replacen(
            "      type: object\n",
            &format!("      type: object\n      title: {title}\n"),
            1,
        )
    };
    let order = |title: &str| files(&contract(PATHS, &titled(title)))["src/models/order.rs"].clone();
    assert!(order("An order").contains("/// An order"));
    assert!(!order("Order").contains("/// Order"));
}

#[test]
fn a_sensitive_member_is_written_as_one() {
    let files = files(&contract(PATHS, ORDER));
    has(&files, "src/models/order.rs", ".sensitive(\"secret\", &self.secret)");
    has(&files, "src/models/order.rs", ".put(\"from\", &self.from)");
}

#[test]
fn several_answers_are_one_enum() {
    let files = files(&contract(PATHS, ORDER));
    has(&files, "src/operations/orders.rs", "pub enum PutOrderAnswer {");
    has(
        &files,
        "src/operations/orders.rs",
        "201 => glue::Answer::from_received(answer).map(Self::Created),",
    );
    has(&files, "src/operations/orders.rs", "204 => Ok(Self::NoContent),");
    has(
        &files,
        "src/operations/orders.rs",
        "_ => glue::Answer::from_received(answer).map(Self::Ok),",
    );
}

#[test]
fn a_model_of_one_group_is_behind_its_feature() {
    let paths = PATHS.split("\n  /keys:").next().unwrap();
    let alone = files(&contract(
        paths,
        "
    Order: { type: object, properties: { line: { $ref: '#/components/schemas/Line' } } }
    Key: { type: object, properties: { a: { type: string } } }
    Line: { type: object, properties: { b: { type: string } } }
    Nobody: { type: object, properties: { c: { type: string } } }",
    ));
    has(&alone, "src/models.rs", "#[cfg(feature = \"orders\")] mod line;");
    has(&alone, "src/models.rs", "mod nobody;");
    assert!(!squeezed(&alone["src/models.rs"]).contains("#[cfg(feature = \"orders\")] mod nobody;"));
    // Two groups use `Key`, so it depends on neither feature.
    let shared = files(&contract(PATHS, ORDER));
    assert!(!squeezed(&shared["src/models.rs"]).contains("#[cfg(feature = \"keys\")] mod key;"));
    assert!(!squeezed(&shared["src/models.rs"]).contains("#[cfg(feature = \"orders\")] mod key;"));
}

#[test]
fn text_of_a_contract_never_becomes_code() {
    let nasty = r#"\"] fn pwned() {} #[doc = \"*/ fn pwned() {} /*\n```\nfn pwned() {}\n```rust\npwned!()\n\n    pwned()\n<script>pwned</script> [`pwned`](pwned) \u0000\u202e"#;
    let contract = format!(
        r##"{{
  "openapi": "3.1.0",
  "info": {{ "title": "{nasty}", "version": "{nasty}", "description": "{nasty}" }},
  "servers": [{{ "url": "https://a.example/\"}}pwned" }}],
  "paths": {{ "/a": {{ "get": {{
    "operationId": "a{nasty}", "summary": "{nasty}", "description": "{nasty}", "tags": ["{nasty}"],
    "parameters": [{{ "name": "{nasty}", "in": "query", "description": "{nasty}", "schema": {{ "type": "string" }} }}],
    "responses": {{ "200": {{ "description": "{nasty}", "content": {{ "application/json": {{ "schema": {{ "$ref": "#/components/schemas/A" }} }} }} }} }}
  }} }} }},
  "components": {{ "schemas": {{ "A": {{ "type": "object", "description": "{nasty}", "properties": {{
    "{nasty}": {{ "type": "string", "description": "{nasty}", "enum": ["{nasty}", "b"], "default": "{nasty}" }},
    "n": {{ "type": "string", "pattern": "{nasty}", "const": "{nasty}" }} }} }} }} }}
}}"##
    );
    let files = files(&contract);
    for (path, text) in files.iter().filter(|(path, _)| path.starts_with("src/")) {
        let parsed = syn::parse_file(text).unwrap_or_else(|error| panic!("{path}: {error}"));
        let words = words(quote::ToTokens::into_token_stream(parsed));
        assert!(!words.iter().any(|word| word == "pwned"), "{path} says `pwned` as code");
        for info in opened(text) {
            // Code blocks are `text`, or `no_run` for our own examples.
            assert!(matches!(info.as_str(), "text" | "no_run"), "{path}: {info}");
        }
    }
}

/// Returns the language tag of every fence in documentation.
fn opened(text: &str) -> Vec<String> {
    let (mut all, mut open) = (Vec::new(), None);
    for line in text.lines() {
        let line = line.trim_start().trim_start_matches(['/', '!']).trim_start();
        let ticks = line.len() - line.trim_start_matches('`').len();
        let info = &line[ticks..];
        match open {
            Some(length) if ticks >= length && info.trim().is_empty() => open = None,
            // Further backticks on the line make it a code span.
            None if ticks >= 3 && !info.contains('`') => {
                open = Some(ticks);
                all.push(info.to_owned());
            }
            _ => {}
        }
    }
    assert_eq!(open, None, "a fence is never closed");
    all
}

fn words(tokens: proc_macro2::TokenStream) -> Vec<String> {
    tokens
        .into_iter()
        .flat_map(|token| match token {
            proc_macro2::TokenTree::Ident(word) => vec![word.to_string()],
            proc_macro2::TokenTree::Group(group) => words(group.stream()),
            _ => Vec::new(),
        })
        .collect()
}

#[test]
fn an_unconfirmed_type_has_a_badge() {
    let marked = "openapi: 3.0.3
info: { title: Small, version: '1' }
x-sdk: { owner: { name: Acme, party: acme } }
paths: {}
components:
  schemas:
    Told: { type: object, x-documented: true, description: What is told., properties: { a: { type: string } } }
    Named: { type: object, x-documented: name, description: What is named., properties: { a: { type: string } } }
    Ours: { type: object, description: What is ours., properties: { a: { type: string } } }
";
    let files = files(marked);
    has(
        &files,
        "src/models/ours.rs",
        "/// [unconfirmed](crate::assumptions#schemas)",
    );
    has(
        &files,
        "src/models/named.rs",
        "/// [unconfirmed](crate::assumptions#schemas)",
    );
    assert!(!files["src/models/told.rs"].contains("document"));
}
