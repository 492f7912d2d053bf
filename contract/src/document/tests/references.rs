//! References: what they find, and what is said when they find nothing.

use super::{clean, components_31, owned, parse_with, paths_31, said};
use crate::diag::{Code, Levels, render};
use crate::document::{Document, JsonType, SchemaId};

/// The type of a component after following its references.
fn resolved(document: &Document, name: &str) -> Option<JsonType> {
    let mut id: SchemaId = document.component_schema(&format!("#/components/schemas/{name}"))?;
    while let Some(reference) = document.schema(id).reference {
        id = reference.target;
    }
    document.schema(id).types.only()
}

#[test]
fn a_reference_may_lead_anywhere_in_the_contract() {
    let text = components_31(
        "schemas:\n  A: {$ref: '#/components/schemas/B'}\n  B: {$ref: '#/components/schemas/C/properties/a~1b~0%20c'}\n  C: {type: object, properties: {'a/b~ c': {type: integer}}}\n  D: {$ref: '#/components/schemas/E/allOf/1'}\n  E: {allOf: [{}, {type: boolean}]}\n  F: {$ref: '#/paths/~1a/get/responses/200/content/application~1json/schema'}\n  G: {$ref: '#here'}\n  H: {type: object, $defs: {x: {$anchor: here, type: string}}}\n  I: {$ref: 'https://example.com/schemas/i'}\n  J: {$id: 'https://example.com/schemas/i', type: number, $defs: {k: {type: array}}}\n  K: {$ref: 'https://example.com/schemas/i#/$defs/k'}",
    ) + "paths: {/a: {get: {responses: {'200': {description: x, content: {application/json: {schema: {type: 'null'}}}}}}}}\n";
    let document = clean(&text);
    let found: Vec<Option<JsonType>> = ["A", "D", "G", "I", "K"]
        .into_iter()
        .map(|name| resolved(&document, name))
        .collect();
    let wanted = [
        JsonType::Integer,
        JsonType::Boolean,
        JsonType::String,
        JsonType::Number,
        JsonType::Array,
    ];
    assert_eq!(found, wanted.map(Some));
    let f = document.component_schema("#/components/schemas/F").unwrap();
    let target = document.schema(f).reference.unwrap().target;
    assert!(document.schema(target).types.contains(JsonType::Null));
}

#[test]
fn what_a_reference_names_is_read_once() {
    let document = clean(&components_31(
        "schemas:\n  A: {type: object, properties: {self: {$ref: '#/components/schemas/A'}, other: {$ref: '#/components/schemas/A'}}}",
    ));
    assert_eq!(document.schemas.len(), 3);
}

#[test]
fn other_files_are_read_below_the_folder_alone() {
    let api = components_31("schemas:\n  A: {$ref: 'shared/money.json#/Money'}\n  B: {$ref: './shared/whole.yaml'}")
        + "paths:\n  /a: {$ref: 'paths/a.yaml'}\n";
    let files = [
        (
            "shared/money.json",
            r##"{"Money": {"$ref": "#/Text"}, "Text": {"type": "string"}}"##,
        ),
        (
            "shared/whole.yaml",
            "type: object\nproperties: {back: {$ref: '../api.yaml#/components/schemas/A'}}\n",
        ),
        (
            "paths/a.yaml",
            "get: {responses: {'200': {$ref: '../shared/answers.yaml#/ok'}}}\n",
        ),
        (
            "shared/answers.yaml",
            "ok: {description: x, content: {application/json: {schema: {$ref: 'money.json#/Money'}}}}\n",
        ),
    ];
    let (document, report) = parse_with(&api, &files, Levels::strict());
    assert!(report.diagnostics().is_empty(), "{}", render(&report, false));
    let document = document.unwrap();
    assert_eq!(resolved(&document, "A"), Some(JsonType::String));
    assert_eq!(resolved(&document, "B"), Some(JsonType::Object));
    assert_eq!(document.paths[0].operations[0].responses[0].content.len(), 1);
    assert_eq!(report.sources.files().len(), 5);
    assert_eq!(&*report.sources.files()[1].name, "openapi/shared/money.json");
}

#[test]
fn words_of_other_files_are_checked_as_well() {
    let api = components_31("schemas:\n  A: {$ref: 'b.yaml#/B'}\n  C: {$ref: 'b.yaml#/B/properties/x'}");
    let (_, report) = parse_with(
        &api,
        &[("b.yaml", "B: {type: object, properties: {x: {patern: y}}}\n")],
        Levels::strict(),
    );
    let said: Vec<(Code, &str)> = report
        .diagnostics()
        .iter()
        .map(|one| (one.code, report.sources.text(one.primary.span)))
        .collect();
    assert_eq!(said, [(Code::UnknownKeyword, "patern")]);
}

#[test]
fn a_reference_to_nothing_is_reported_where_it_stands() {
    let cases = [
        ("'#/components/schemas/Custmer'", Code::DanglingReference),
        ("'#nowhere'", Code::DanglingReference),
        ("'#/components/schemas/Customer/properties/x'", Code::DanglingReference),
        ("'https://example.com/a.yaml#/A'", Code::RemoteReference),
        ("'file:///etc/passwd'", Code::RemoteReference),
        ("'//example.com/a'", Code::RemoteReference),
        ("'/etc/passwd'", Code::OutsideReference),
        ("'../secret.yaml'", Code::OutsideReference),
        ("'sub/../../secret.yaml'", Code::OutsideReference),
        ("'%2e%2e/secret.yaml'", Code::OutsideReference),
        ("'missing.yaml#/A'", Code::MissingFile),
        ("'#/%zz'", Code::BadReference),
        ("'#/info/title'", Code::WrongTarget),
    ];
    for (reference, code) in cases {
        let text = components_31(&format!(
            "schemas:\n  A: {{$ref: {reference}}}\n  Customer: {{type: object}}"
        ));
        assert_eq!(said(&text), owned(&[(code, reference)]));
        let (document, report) = parse_with(&text, &[], Levels::lenient());
        assert!(document.is_some() && !report.has_errors(), "{reference}");
    }
    let (_, report) = parse_with(
        &components_31("schemas:\n  A: {$ref: '#/components/schemas/Custmer'}\n  Customer: {type: object}"),
        &[],
        Levels::strict(),
    );
    assert_eq!(report.diagnostics()[0].help, ["did you mean `Customer`?"]);
}

#[test]
fn references_that_only_refer_to_each_other_are_found_and_cut() {
    let text = components_31(
        "schemas:\n  A: {$ref: '#/components/schemas/B'}\n  B: {$ref: '#/components/schemas/C'}\n  C: {$ref: '#/components/schemas/B'}\n  D: {$ref: '#/components/schemas/D'}",
    );
    let (document, report) = parse_with(&text, &[], Levels::lenient());
    assert_eq!(report.count(Code::ReferenceCycle), 2);
    let document = document.unwrap();
    for (name, _) in &document.components.schemas {
        assert_eq!(resolved(&document, name), None, "{name} ends");
    }
    let text = paths_31("/a: {$ref: '#/paths/~1b'}\n/b: {$ref: '#/paths/~1a'}");
    let codes: Vec<Code> = said(&text).into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes, [Code::ReferenceCycle, Code::ReferenceCycle]);
}

#[test]
fn a_reference_inside_of_data_is_data() {
    clean(&components_31(
        "schemas:\n  A: {type: object, example: {$ref: 'nowhere.yaml'}, default: {$ref: '#/x'}, enum: [{$ref: y}]}",
    ));
}

#[test]
fn the_smallest_part_around_a_broken_reference_is_left_out() {
    let text = paths_31(
        "/a:\n  get:\n    parameters: [{$ref: '#/components/parameters/P'}, {name: q, in: query, schema: {type: string}}]\n    responses: {'200': {$ref: '#/components/responses/R'}, '404': {description: x}}",
    );
    let (document, report) = parse_with(&text, &[], Levels::lenient());
    assert_eq!((report.count(Code::DanglingReference), report.has_errors()), (2, false));
    let operation = &document.unwrap().paths[0].operations[0];
    assert_eq!((operation.parameters.len(), operation.responses.len()), (1, 1));
}

#[test]
fn the_own_address_of_a_document_is_the_base_of_its_references() {
    let api = "openapi: 3.2.0\n$self: https://example.com/api/main\ninfo: {title: T, version: '1'}\npaths: {}\ncomponents:\n  schemas:\n    A: {$ref: 'https://example.com/api/main#/components/schemas/Z'}\n    B: {$ref: 'main#/components/schemas/Z'}\n    C: {$ref: '../shared/money#/components/schemas/Money'}\n    D: {$ref: 'https://example.com/shared/money#/components/schemas/Back'}\n    E: {$ref: 'money.yaml#/components/schemas/Money'}\n    F: {$ref: 'https://example.com/api/texts.yaml#/Text'}\n    G: {$ref: named}\n    H: {$id: named, type: 'boolean'}\n    Z: {type: integer}\n";
    let money = "openapi: 3.2.0\n$self: https://example.com/shared/money\ninfo: {title: M, version: '1'}\ncomponents:\n  schemas:\n    Money: {type: number}\n    Back: {$ref: '/api/main#/components/schemas/Z'}\n";
    let files = [("money.yaml", money), ("texts.yaml", "Text: {type: string}\n")];
    let (document, report) = parse_with(api, &files, Levels::lenient());
    assert!(
        !report.has_errors() && report.count(Code::RemoteReference) == 0,
        "{}",
        render(&report, false)
    );
    let document = document.unwrap();
    let found: Vec<_> = ["A", "B", "C", "D", "E", "F", "G"]
        .map(|name| resolved(&document, name))
        .into();
    let (integer, number) = (JsonType::Integer, JsonType::Number);
    let wanted = [
        integer,
        integer,
        number,
        integer,
        number,
        JsonType::String,
        JsonType::Boolean,
    ];
    assert_eq!(found, wanted.map(Some));
}

#[test]
fn a_relative_own_address_is_below_the_folder_of_the_files() {
    let api = "openapi: 3.2.0\n$self: /v1/api\ninfo: {title: T, version: '1'}\npaths: {}\ncomponents:\n  schemas:\n    A: {$ref: 'api#/components/schemas/Z'}\n    B: {$ref: 'part.yaml#/B'}\n    Z: {type: integer}\n";
    let files = [("part.yaml", "B: {$ref: '/v1/api#/components/schemas/Z'}\n")];
    let (document, report) = parse_with(api, &files, Levels::lenient());
    let document = document.unwrap();
    let found = ["A", "B"].map(|name| resolved(&document, name));
    assert_eq!(found, [Some(JsonType::Integer); 2], "{}", render(&report, false));
}

#[test]
fn an_own_address_is_unique_without_a_fragment_and_of_openapi_32() {
    let api = |version: &str, own: &str| {
        format!(
            "openapi: {version}\n$self: {own}\ninfo: {{title: T, version: '1'}}\npaths: {{}}\ncomponents:\n  schemas:\n    A: {{$ref: 'b.yaml#/components/schemas/B'}}\n    C: {{$ref: 'https://example.com/b#/components/schemas/B'}}\n"
        )
    };
    let other = "openapi: 3.2.0\n$self: https://example.com/b\ninfo: {title: T, version: '1'}\ncomponents: {schemas: {B: {type: string}}}\n";
    let count = |version: &str, own: &str, code: Code| {
        let (_, report) = parse_with(&api(version, own), &[("b.yaml", other)], Levels::lenient());
        report.count(code)
    };
    assert_eq!(count("3.2.0", "https://example.com/b", Code::BadReference), 1);
    assert_eq!(count("3.2.0", "'https://example.com/a#x'", Code::BadReference), 1);
    assert_eq!(count("3.2.0", "https://example.com/a", Code::BadReference), 0);
    assert_eq!(count("3.1.0", "https://example.com/b", Code::BadReference), 0);
}
