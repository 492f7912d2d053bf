//! A part of a contract: what is kept, what is hidden, and what a reference still finds.

use super::Document;
use crate::diag::{Code, Levels, Report};
use crate::document::{Only, parse_only};
use crate::source::load;

const FILES: &[(&str, &str)] = &[
    (
        "paths/pets.yaml",
        "get: {operationId: listPets, tags: [pets], responses: {'200': {description: x, content: {a/b: {schema: {$ref: '../api.yaml#/components/schemas/Pet'}}}}}}\n\
         post: {operationId: addPet, tags: [admin], responses: {'204': {description: x}}}\n",
    ),
    (
        "schemas.yaml",
        "Toy: {type: object, properties: {maker: {$ref: 'api.yaml#/components/schemas/Maker'}}}\n",
    ),
];

const CONTRACT: &str = "\
openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /pets: {$ref: 'paths/pets.yaml'}
  /animals: {$ref: 'paths/pets.yaml'}
  /old:
    get:
      operationId: old
      responses:
        '200': {description: x, content: {a/b: {schema: {type: object, properties: {log: {$ref: '#/components/schemas/Log'}}}}}}
  /new:
    get:
      operationId: new
      responses: {'200': {$ref: '#/paths/~1old/get/responses/200'}}
x-webhooks:
  somebody: {post: {responses: {'200': {description: x, content: {a/b: {schema: {$ref: '#/components/schemas/Nobody'}}}}}}}
components:
  schemas:
    Pet: {type: object, properties: {toy: {$ref: 'schemas.yaml#/Toy'}}}
    Maker: {type: object, properties: {name: {type: string}}}
    Log: {type: object, properties: {line: {type: string}}}
    Nobody: {$ref: '#/components/schemas/Nothing'}
";

/// The wanted part: tags, paths, operations.
fn part(tags: &[&str], paths: &[&str], operations: &[&str]) -> (Document, Report) {
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let only = Only {
        tags: owned(tags),
        paths: owned(paths),
        operations: owned(operations),
        used_schemas: false,
    };
    let mut report = Report::new(Levels::strict());
    let others = |path: &str| {
        let found = FILES.iter().find(|(name, _)| *name == path);
        let bytes = found.map(|(_, text)| text.as_bytes().to_vec());
        bytes.ok_or_else(crate::document::Unread::default)
    };
    let tree = load("api.yaml", CONTRACT.as_bytes(), &mut report).unwrap();
    let document = parse_only(tree, &others, "", &only, &mut report).unwrap();
    (document, report)
}

fn operations(document: &Document) -> Vec<(String, String)> {
    let items = document.paths.iter();
    let one = |item: &crate::document::PathItem| {
        let path = item.path.clone();
        let ids = item.operations.iter().filter_map(|operation| operation.id.clone());
        ids.map(move |id| (path.clone(), id)).collect::<Vec<_>>()
    };
    items.flat_map(one).collect()
}

fn schemas(document: &Document) -> Vec<&str> {
    let schemas = document.components.schemas.iter();
    schemas.map(|(name, _)| name.as_str()).collect()
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

#[test]
fn a_path_item_in_another_file_gives_the_operations_that_are_wanted() {
    let (document, report) = part(&["admin"], &[], &[]);
    assert_eq!(
        operations(&document),
        pairs(&[("/pets", "addPet"), ("/animals", "addPet")])
    );
    assert_eq!(schemas(&document), Vec::<&str>::new());
    // Two paths share one item, so its operation id occurs twice: the only errors are about that.
    assert_eq!(report.count(Code::DuplicateOperationId), report.errors());
    let chosen = document.chosen.unwrap();
    assert_eq!((chosen.kept, chosen.all), (2, 6));
}

#[test]
fn what_is_wanted_brings_what_it_needs_through_every_file() {
    let (document, report) = part(&[], &["/pets"], &[]);
    assert_eq!(
        operations(&document),
        pairs(&[("/pets", "listPets"), ("/pets", "addPet")])
    );
    assert_eq!(schemas(&document), ["Pet", "Maker"]);
    assert!(
        report.is_silent(),
        "what nobody wants has a fault of which nothing is said"
    );
}

#[test]
fn a_reference_finds_what_is_hidden() {
    let (document, report) = part(&[], &[], &["new"]);
    assert_eq!(operations(&document), pairs(&[("/new", "new")]));
    assert_eq!(schemas(&document), ["Log"]);
    assert!(report.is_silent());
    let hidden = document.tree.root().unwrap().at("/paths/~1old/get").unwrap();
    assert_eq!(hidden.pointer(), "/paths/~1old/get");
    assert_eq!(document.tree.root().unwrap().get("paths").unwrap().len(), 1);
}

#[test]
fn a_signature_stays_if_no_operation_at_all_requires_it() {
    for (security, is_kept) in [("[]", true), ("[{Signed: []}]", false)] {
        let contract = format!(
            "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths:\n\
             \x20 /old: {{get: {{operationId: old, security: {security}, responses: {{'204': {{description: x}}}}}}}}\n\
             \x20 /new: {{get: {{operationId: new, responses: {{'204': {{description: x}}}}}}}}\n\
             components: {{securitySchemes: {{Signed: {{type: apiKey, in: header, name: S, x-signing: {{algorithm: hmac-sha256}}}}}}}}\n"
        );
        let mut report = Report::new(Levels::strict());
        let tree = load("api.yaml", contract.as_bytes(), &mut report).unwrap();
        let only = Only {
            paths: vec!["/new".to_owned()],
            ..Only::default()
        };
        let none = |_: &str| Err(crate::document::Unread::default());
        let document = parse_only(tree, &none, "", &only, &mut report).unwrap();
        assert_eq!(
            document.components.security_schemes.len(),
            usize::from(is_kept),
            "{security}"
        );
    }
}

#[test]
fn an_operation_of_another_method_is_selected_by_its_id() {
    let text = "openapi: 3.2.0\ninfo: { title: Files, version: '1' }\npaths:\n  /files:\n    additionalOperations:\n      \
                COPY: { operationId: copyFiles, responses: { '204': { description: Done. } } }\n      \
                PURGE: { operationId: purgeFiles, responses: { '204': { description: Done. } } }\n";
    let only = Only {
        operations: vec!["purgeFiles".to_owned()],
        ..Only::default()
    };
    let mut report = Report::new(Levels::strict());
    let none = |_: &str| Err(crate::document::Unread::default());
    let tree = load("api.yaml", text.as_bytes(), &mut report).unwrap();
    let document = parse_only(tree, &none, "", &only, &mut report).unwrap();
    assert_eq!(operations(&document), pairs(&[("/files", "purgeFiles")]));
}
