//! `sdkwright diff`: the verdict on the generated crate, as a program reads it.

use crate::run::{Folder, repository, sdkwright, text};
use serde_json::Value;

const CONTRACT: &str = "\
openapi: 3.0.3
info: { title: Shop, version: '1' }
paths:
  /orders:
    post:
      operationId: createOrder
      tags: [orders]
      requestBody:
        required: true
        content:
          application/json:
            schema: { $ref: '#/components/schemas/NewOrder' }
      responses:
        '200':
          description: The order.
          content:
            application/json:
              schema: { $ref: '#/components/schemas/Order' }
components:
  schemas:
    NewOrder:
      type: object
      required: [amount]
      properties:
        amount: { type: integer, format: int64 }
        note: { type: string, maxLength: 20 }
    Order:
      type: object
      required: [id]
      properties:
        id: { type: string }
        state: { type: string, enum: [OPEN, SHIPPED] }
        lines: { type: array, items: { $ref: '#/components/schemas/Line' } }
    Line:
      type: object
      properties:
        sku: { type: string }
";

/// Changes between the contract and its edit: id, verdict and items in Rust, advice.
fn changes(name: &str, edits: &[(&str, &str)]) -> Vec<(String, String, Vec<String>, String)> {
    let folder = Folder::new(&format!("diff-rust-{name}"));
    let edited = edits.iter().fold(CONTRACT.to_owned(), |contract, (old, new)| {
        assert!(contract.contains(old), "{old}");
        contract.replace(old, new)
    });
    std::fs::write(folder.join("base.yaml"), CONTRACT).unwrap();
    std::fs::write(folder.join("revision.yaml"), edited).unwrap();
    between(&folder.path("base.yaml"), &folder.path("revision.yaml"))
}

fn between(base: &str, revision: &str) -> Vec<(String, String, Vec<String>, String)> {
    let run = sdkwright(&["diff", base, revision, "--format", "json"]);
    let report: Value = serde_json::from_str(&text(&run.stdout)).unwrap();
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let row = |change: &Value| {
        let rust = &change["rust"];
        let items = rust["items"].as_array().into_iter().flatten().map(word).collect();
        (word(&change["id"]), word(&rust["kind"]), items, word(&change["advice"]))
    };
    report["details"].as_array().unwrap().iter().map(row).collect()
}

/// Verdict and items of the only change that has any.
fn only(changes: Vec<(String, String, Vec<String>, String)>) -> (String, Vec<String>) {
    let mut found: Vec<_> = changes
        .into_iter()
        .filter(|(_, _, items, _)| !items.is_empty())
        .collect();
    assert_eq!(found.len(), 1, "{found:?}");
    let (_, kind, items, _) = found.remove(0);
    (kind, items)
}

#[test]
fn a_member_that_becomes_required_breaks_its_type_and_its_constructor() {
    let (kind, items) = only(changes("required", &[("[amount]", "[amount, note]")]));
    assert_eq!(kind, "breaking");
    assert_eq!(
        items,
        [
            "models::NewOrder::note: Option<String> -> String",
            "models::NewOrder::with_note: fn(self, impl Into<String>) -> Self is gone",
            "models::NewOrder::new: fn(i64) -> Self becomes fn(i64, impl Into<String>) -> Self",
        ]
    );
}

#[test]
fn a_new_optional_member_and_a_new_value_are_added() {
    let note = "note: { type: string, maxLength: 20 }";
    let (kind, items) = only(changes(
        "optional",
        &[(note, &format!("{note}\n        tip: {{ type: boolean }}"))],
    ));
    assert_eq!((kind.as_str(), items.len()), ("added", 2), "{items:?}");
    let (kind, items) = only(changes("value", &[("SHIPPED", "SHIPPED, LOST")]));
    assert_eq!(
        (kind.as_str(), items),
        ("added", vec!["models::OrderState::Lost is new".to_owned()])
    );
}

#[test]
fn a_limit_is_no_difference_in_rust() {
    for (_, kind, items, _) in changes("limit", &[("maxLength: 20", "maxLength: 10")]) {
        assert_eq!((kind.as_str(), items), ("same", vec![]));
    }
}

#[test]
fn a_renamed_component_is_told_with_the_override_that_keeps_its_name() {
    let found = changes("rename", &[("/Line'", "/Row'"), ("    Line:", "    Row:")]);
    let (_, kind, items, advice) = found.iter().find(|(id, ..)| id == "type-renamed").unwrap();
    assert_eq!(kind, "breaking");
    assert!(
        items.contains(&"models::Order::lines: Option<Vec<Line>> -> Option<Vec<Row>>".to_owned()),
        "{items:?}"
    );
    assert_eq!(
        advice,
        "to keep the Rust name, write `\"/components/schemas/Row\": Line` under `names`"
    );
    let others = found.iter().filter(|(id, ..)| id != "type-renamed");
    assert!(others.clone().all(|(_, _, items, _)| items.is_empty()), "{found:?}");
}

#[test]
fn a_renamed_member_and_a_renamed_operation_are_told_with_the_override_that_keeps_their_names() {
    let advice = |name: &str, edit: (&str, &str), wanted: &str| {
        let found = changes(name, &[edit]);
        let (_, kind, _, advice) = found.iter().find(|(id, ..)| id == wanted).unwrap();
        assert_eq!(kind, "breaking", "{found:?}");
        advice.clone()
    };
    assert!(
        advice("rename-member", ("note:", "remark:"), "property-renamed").ends_with(
            "to keep the Rust name, write `\"/components/schemas/NewOrder/properties/remark\": note` under `names`"
        )
    );
    assert_eq!(
        advice(
            "rename-operation",
            ("createOrder", "placeOrder"),
            "operation-id-changed"
        ),
        "to keep the Rust name, write `\"/paths/~1orders/post\": CreateOrder` under `names`; \
         to keep the method, write `x-sdk: { method: create }` at the operation"
    );
}

#[test]
fn the_override_that_is_printed_keeps_the_names() {
    let folder = Folder::new("diff-rust-keeps");
    let names = "names: { /components/schemas/NewOrder/properties/remark: note, /paths/~1orders/post: CreateOrder }";
    let renamed = CONTRACT.replace("note:", "remark:");
    let method = "operationId: placeOrder\n      x-sdk: { method: create }";
    folder.write(
        "openapi/shop.yaml",
        &renamed.replace("operationId: createOrder", method),
    );
    let entry = format!("file: shop.yaml, out: sdk, package: shop, version: 1.0.0, {names}");
    folder.write("openapi/contracts.yaml", &format!("contracts:\n  - {{ {entry} }}\n"));
    folder.write("openapi/history/shop/1.0.0.yaml", CONTRACT);
    let run = folder.sdkwright(&["diff", "--since", "1.0.0", "--fail-on", "rust"]);
    assert!(run.status.success(), "{}{}", text(&run.stdout), text(&run.stderr));
}

/// An operation with a query parameter, an enum, and types of its own for what it needs and how it fails.
const SEARCH: &str = "\
openapi: 3.0.3
info: { title: Shop, version: '1' }
paths:
  /orders/{customer}/{day}:
    get:
      operationId: findOrders
      tags: [orders]
      parameters:
        - { name: customer, in: path, required: true, schema: { type: string } }
        - { name: day, in: path, required: true, schema: { type: string } }
        - { name: state, in: query, required: true, schema: { $ref: '#/components/schemas/State' } }
        - { name: limit, in: query, schema: { type: integer } }
      responses:
        '204': { description: None. }
        '404': { description: Unknown., content: { application/json: { schema: { type: object, properties: { code: { type: string } } } } } }
        '409': { description: Busy., content: { application/json: { schema: { type: object, properties: { wait: { type: integer } } } } } }
components:
  schemas:
    State: { type: string, enum: [OPEN, SHIPPED] }
";

#[test]
fn what_is_renamed_keeps_its_names_by_what_is_printed_in_one_round() {
    let signed = CONTRACT.replace("paths:\n", "security: [{ key: [] }]\npaths:\n")
        + "  securitySchemes:\n    key: { type: apiKey, in: header, name: X-Key }\n";
    for (name, contract, edits) in [
        ("parameter", SEARCH, &[("name: limit", "name: most")][..]),
        ("value", SEARCH, &[("SHIPPED", "SENT")]),
        ("operation", SEARCH, &[("findOrders", "searchOrders")]),
        (
            "component",
            CONTRACT,
            &[("NewOrder", "OrderDraft"), ("note:", "remark:")],
        ),
        ("scheme", &signed, &[("key: ", "access: ")]),
    ] {
        let folder = Folder::new(&format!("keep-{name}"));
        let mut revision = edits
            .iter()
            .fold(contract.to_owned(), |text, (find, put)| text.replace(find, put));
        folder.write("openapi/history/shop/1.0.0.yaml", contract);
        folder.write("openapi/shop.yaml", &revision);
        let entry = "contracts:\n  - file: shop.yaml\n    out: sdk\n    package: shop\n    version: 1.0.0\n";
        folder.write("openapi/contracts.yaml", entry);
        let breaks = |folder: &Folder| folder.sdkwright(&["diff", "--since", "1.0.0", "--fail-on", "rust"]);
        let first = breaks(&folder);
        let said = text(&first.stdout);
        assert_eq!(first.status.code(), Some(1), "{said}");
        let between = |from: &str, to: &str| {
            let pieces = said.split(from).skip(1);
            let all = pieces.filter_map(|rest| Some(rest.split_once(to)?.0.to_owned()));
            all.collect::<Vec<String>>()
        };
        let names = between("write `\"", "` under `names`");
        let rows: Vec<String> = names.iter().map(|row| format!("      \"{row}\n")).collect();
        assert!(!rows.is_empty(), "{said}");
        for method in between("x-sdk: { method: ", " }") {
            revision = revision.replace(
                "    get:\n",
                &format!("    get:\n      x-sdk: {{ method: {method} }}\n"),
            );
        }
        folder.write("openapi/shop.yaml", &revision);
        folder.write(
            "openapi/contracts.yaml",
            &format!("{entry}    names:\n{}", rows.concat()),
        );
        let second = breaks(&folder);
        assert!(
            second.status.success(),
            "{name}: {rows:?} {}{}",
            text(&second.stdout),
            text(&second.stderr)
        );
    }
}

#[test]
fn a_type_that_the_crate_does_not_have_until_now_keeps_no_name() {
    // An inline schema that equals a component which nothing uses: the crate names its type by the place.
    let line = "{ type: object, properties: { sku: { type: string } } }";
    let inline = CONTRACT.replace("{ $ref: '#/components/schemas/Line' }", line);
    let folder = Folder::new("diff-rust-unused");
    let (base, revision) = (
        folder.write("base.yaml", &inline),
        folder.write("revision.yaml", CONTRACT),
    );
    let found = between(&base, &revision);
    assert!(found.iter().any(|(_, kind, ..)| kind == "breaking"), "{found:?}");
    let items: Vec<&String> = found.iter().flat_map(|(_, _, items, _)| items).collect();
    assert!(
        items.iter().any(|item| item.starts_with("models::Order::lines: ")),
        "{items:?}"
    );
}

#[test]
fn an_alternative_that_is_gone_stands_with_one_change() {
    let row = "    Row:\n      oneOf:\n        - { type: string }\n        - { type: array, items: { $ref: '#/components/schemas/Line' } }\n";
    let base = CONTRACT.replace("id: { type: string }", "id: { $ref: '#/components/schemas/Row' }") + row;
    let folder = Folder::new("diff-rust-alternative");
    let renamed = base.replace("/Line'", "/Parcel'").replace("    Line:", "    Parcel:");
    let revision = folder.write("revision.yaml", &renamed);
    let found = between(&folder.write("base.yaml", &base), &revision);
    let items = found.iter().flat_map(|(_, _, items, _)| items);
    let gone = items.filter(|item| *item == "models::Row::LineList is gone");
    assert_eq!(gone.count(), 1, "{found:?}");
}

#[test]
fn a_removed_operation_breaks_its_group_its_feature_and_what_only_it_used() {
    let (base, revision) = ("a", "b");
    let folder = Folder::new("diff-rust-removed");
    let second = CONTRACT.replace(
        "components:",
        "  /orders/last:\n    get:\n      operationId: lastOrder\n      tags: [last]\n      \
        responses: { '204': { description: None. } }\ncomponents:",
    );
    std::fs::write(folder.join(base), second).unwrap();
    std::fs::write(folder.join(revision), CONTRACT).unwrap();
    let (kind, items) = only(between(&folder.path(base), &folder.path(revision)));
    assert_eq!(kind, "breaking");
    for gone in ["client::Client::last", "feature last", "operations::last"] {
        assert!(
            items
                .iter()
                .any(|item| item.starts_with(gone) && item.ends_with("is gone")),
            "{gone}: {items:?}"
        );
    }
}

#[test]
fn every_item_that_differs_is_in_the_report_of_two_contracts_that_share_nothing() {
    let cases = repository().join("tests/cases");
    let contract = |case: &str| cases.join(case).join("contract.yaml").to_str().unwrap().to_owned();
    for (base, revision) in [
        ("all-of-alternatives", "all-of-bounds"),
        ("all-of-bounds", "all-of-kinds"),
    ] {
        let found = between(&contract(base), &contract(revision));
        let items: Vec<&String> = found.iter().flat_map(|(_, _, items, _)| items).collect();
        assert!(items.iter().any(|item| item.ends_with("is gone")), "{items:?}");
        assert!(items.iter().any(|item| item.ends_with("is new")), "{items:?}");
        assert!(
            found
                .iter()
                .all(|(_, kind, items, _)| (kind == "same") == items.is_empty()),
            "{found:?}"
        );
    }
}
