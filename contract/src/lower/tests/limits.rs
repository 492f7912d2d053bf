//! Limits of depth and size: a contract at the limit is lowered completely, beyond it a part becomes any JSON value and
//! is reported.

use std::fmt::Write as _;

use super::{component, components, faults, lower, object, shape_of, ty, union};
use crate::{
    diag::{Code, Levels, Report},
    document,
    ir::{Constraints, ScalarFormat, Shape, UnsealedApi},
    source,
};

/// Counts by their reason the places that became any JSON value.
fn fallbacks(schemas: &str) -> Vec<(String, usize)> {
    let (api, report) = lower(&components("3.1.0", schemas), Levels::lenient());
    assert_eq!(
        report.count(Code::Unsupported) == 0,
        api.fallbacks.is_empty(),
        "it is told"
    );
    api.fallbacks.into_iter().collect()
}

fn too_deep(times: usize) -> Vec<(String, usize)> {
    vec![("schemas are nested or combined too deeply".to_owned(), times)]
}

/// Components of which each stands in a place inside the one before it, so that lowering the first goes through all.
fn chain(count: usize, inside: impl Fn(&str) -> String) -> String {
    let mut text = String::new();
    for index in 0..count {
        let next = format!("{{ $ref: '#/components/schemas/D{}/properties/x' }}", index + 1);
        let _ = writeln!(
            text,
            "    D{index}: {{ type: object, properties: {{ x: {} }} }}",
            inside(&next)
        );
    }
    let _ = writeln!(
        text,
        "    D{count}: {{ type: object, properties: {{ x: {{ type: object, properties: {{ e: {{ type: string }} }} }} }} }}"
    );
    text
}

#[test]
fn objects_are_taken_apart_ninety_levels_deep() {
    let object = |next: &str| format!("{{ type: object, properties: {{ y: {next} }} }}");
    assert_eq!(fallbacks(&chain(88, object)), []);
    assert_eq!(fallbacks(&chain(89, object)), too_deep(1));
}

#[test]
fn single_alternatives_are_taken_apart_ninety_levels_deep() {
    let alternative = |next: &str| format!("{{ oneOf: [{next}] }}");
    assert_eq!(fallbacks(&chain(88, alternative)), []);
    assert_eq!(fallbacks(&chain(89, alternative)), too_deep(1));
    let (_, report) = lower(&components("3.1.0", &chain(89, alternative)), Levels::lenient());
    let said = report.diagnostics();
    assert!(said.iter().all(|one| one.primary.span != crate::source::Span::NOWHERE));
}

#[test]
fn a_thousand_files_may_refer_to_each_other_in_a_chain() {
    let model = |next: usize| format!("type: object\nproperties: {{ next: {{ $ref: '{next}.yaml' }} }}\n");
    let others = |path: &str| {
        let name = path.trim_end_matches(".yaml").rsplit('/').next().unwrap_or_default();
        let at: usize = name.parse().map_err(|_| document::Unread::default())?;
        Ok(model((at + 1) % 1000).into_bytes())
    };
    let text = "openapi: 3.1.0\ninfo: { title: T, version: '1' }\npaths: {}\ncomponents: { schemas: { A: { $ref: 0.yaml } } }\n";
    let mut report = Report::new(Levels::strict());
    let tree = source::load("contract.yaml", text.as_bytes(), &mut report).unwrap();
    let document = document::parse(tree, &others, &mut report).unwrap_or_else(|| panic!("{:?}", report.diagnostics()));
    let api = crate::lower::lower(&document, &mut report);
    assert!(!report.has_errors(), "{:?}", report.diagnostics());
    let objects = api.types.iter().filter(|ty| matches!(&ty.shape, Shape::Object(_)));
    assert_eq!((api.fallbacks.len(), objects.count()), (0, 1000));
}

#[test]
fn a_chain_of_schemas_that_are_made_of_each_other_may_be_of_any_length() {
    let mut text = String::new();
    for index in 0..400 {
        let _ = writeln!(
            text,
            "    D{index}: {{ allOf: [{{ $ref: '#/components/schemas/D{}' }}], properties: {{ p{index}: {{ type: string }} }} }}",
            index + 1
        );
    }
    text.push_str("    D400: { type: object, properties: { last: { type: string } } }\n");
    let (api, report) = lower(&components("3.1.0", &text), Levels::strict());
    assert!(!report.has_errors());
    let first = object(&api, "D0");
    let names: Vec<&str> = first.members.iter().map(|member| member.name.as_str()).collect();
    assert_eq!((names.len(), names[0], names[400]), (401, "last", "p0"));
}

#[test]
fn a_chain_of_references_leads_to_its_end_however_long_it_is() {
    let mut text = "    D: { type: object, properties: {".to_owned();
    for index in 0..100 {
        let _ = write!(
            text,
            " m{index}: {{ $ref: '#/components/schemas/D/properties/m{}' }},",
            index + 1
        );
    }
    text.push_str(" m100: { type: boolean } } }\n");
    let (api, _) = lower(&components("3.1.0", &text), Levels::lenient());
    let expected = Shape::Scalar(ScalarFormat::Bool, Constraints::default());
    assert_eq!(*shape_of(&api, "D", "m0"), expected);
}

#[test]
fn an_enumeration_of_more_than_ten_thousand_values_is_its_plain_type() {
    let values = |count: usize| -> String {
        let values: Vec<String> = (0..count).map(|index| format!("v{index}")).collect();
        format!("    Out: {{ type: string, enum: [{}] }}\n", values.join(", "))
    };
    assert_eq!(fallbacks(&values(10_000)), []);
    let (api, report) = lower(&components("3.1.0", &values(10_001)), Levels::strict());
    assert!(report.count(Code::Unsupported) == 1 && report.has_errors());
    let text = Shape::Scalar(ScalarFormat::Text, Constraints::default());
    assert_eq!(component(&api, "Out").shape, text);
}

#[test]
fn what_stands_side_by_side_is_not_deep() {
    let mut text = String::new();
    for index in 0..120 {
        let _ = writeln!(
            text,
            "    S{index}: {{ type: object, properties: {{ a: {{ type: object, properties: {{ p{index}: {{ type: string }} }} }}, b: {{ oneOf: [{{ type: object, properties: {{ q{index}: {{ type: string }} }} }}] }} }} }}"
        );
    }
    assert_eq!(fallbacks(&text), []);
}

#[test]
fn a_member_is_declared_in_twenty_parts_at_most() {
    let parts = |count: usize| {
        let mut text = "    Out:\n      allOf:\n".to_owned();
        for index in 0..count {
            let _ = writeln!(
                text,
                "        - {{ properties: {{ x: {{ type: string, minLength: {index} }} }} }}"
            );
        }
        text
    };
    assert_eq!(fallbacks(&parts(20)), []);
    assert_eq!(fallbacks(&parts(21)), too_deep(1));
    let text = components("3.1.0", &parts(21));
    let (_, report) = lower(&text, Levels::lenient());
    let at = report.diagnostics()[0].primary.span.start as usize;
    assert!(
        text[at..].starts_with("{ type: string, minLength: 0 }"),
        "the first of them"
    );
}

/// A union of every `oneOf` with every `anyOf`.
fn groups(name: &str, one_of: usize, any_of: usize) -> String {
    let all = |member: &str, count: usize| {
        let one = |index| {
            format!(
                "{{ type: object, required: [{member}{index}], properties: {{ {member}{index}: {{ type: string }} }} }}"
            )
        };
        (0..count).map(one).collect::<Vec<_>>().join(", ")
    };
    let (ones, anys) = (all("a", one_of), all("b", any_of));
    let any_of = if any_of == 0 {
        String::new()
    } else {
        format!(", anyOf: [{anys}]")
    };
    format!("    {name}: {{ oneOf: [{ones}]{any_of} }}\n")
}

#[test]
fn groups_of_alternatives_multiply_to_two_hundred_at_most() {
    let many = || vec![("`oneOf` and `anyOf` multiply to too many alternatives".to_owned(), 1)];
    assert_eq!(fallbacks(&groups("Out", 20, 10)), []);
    assert_eq!(fallbacks(&groups("Out", 201, 0)), []);
    assert_eq!(fallbacks(&groups("Out", 67, 3)), many());
    assert_eq!(fallbacks(&groups("Out", 3, 67)), many());
    let (api, _) = lower(&components("3.1.0", &groups("Out", 20, 10)), Levels::lenient());
    assert_eq!(union(&api, "Out").variants.len(), 200);
    let (api, _) = lower(&components("3.1.0", &groups("Out", 67, 3)), Levels::lenient());
    assert_eq!(component(&api, "Out").shape, Shape::Any);
}

#[test]
fn combinations_are_bounded_by_the_number_of_schemas() {
    let unions = |count: usize| -> String { (0..count).map(|index| groups(&format!("U{index}"), 20, 10)).collect() };
    let schemas = |text: &str| {
        let mut report = crate::diag::Report::new(Levels::lenient());
        let tree = crate::source::load("contract.yaml", components("3.1.0", text).as_bytes(), &mut report).unwrap();
        crate::document::parse(tree, &|_: &str| Err(crate::document::Unread::default()), &mut report)
            .unwrap()
            .schemas
            .len()
    };
    assert_eq!(fallbacks(&unions(2)), []);
    let beyond = 10 * 200 - 500 - schemas(&unions(10));
    let message = "schemas are combined with each other in too many ways".to_owned();
    assert_eq!(fallbacks(&unions(10)), [(message, beyond)]);
}

#[test]
fn a_member_that_combinations_require_may_be_declared_elsewhere() {
    let text = "    Out: { type: object, properties: { a: { type: string } }, oneOf: [{ required: [b, z], properties: { b: { type: string } } }, { required: [c], properties: { c: { type: string } } }] }\n";
    assert_eq!(faults(&components("3.1.0", text)), []);
}

/// The texts of schemas and the types that they became.
fn became(schemas: &str) -> Vec<(String, &'static str)> {
    let text = components("3.1.0", schemas);
    let mut report = crate::diag::Report::new(Levels::lenient());
    let tree = crate::source::load("contract.yaml", text.as_bytes(), &mut report).unwrap();
    let document =
        crate::document::parse(tree, &|_: &str| Err(crate::document::Unread::default()), &mut report).unwrap();
    let api: UnsealedApi = super::super::lower(&document, &mut report);
    let kind = |shape: &Shape| match shape {
        Shape::Object(_) => "object",
        Shape::Union(_) => "union",
        Shape::Scalar(..) => "scalar",
        _ => "other",
    };
    let place = |node| {
        text[document.node(node).span().start as usize..]
            .lines()
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let all = api.schemas.iter();
    all.map(|one| (place(one.node), kind(&ty(&api, one.ty).shape)))
        .collect()
}

#[test]
fn every_schema_is_known_with_the_type_that_it_became() {
    let text = "    Out:\n      allOf:\n        - properties:\n            x:\n              type: object\n              title: first\n              properties: { a: { type: string } }\n        - properties:\n            x:\n              title: second\n              oneOf:\n                - { title: third, properties: { b: { type: string } } }\n                - { title: fourth, properties: { c: { type: string } } }\n    Later: { title: later, type: string, maxLength: 3 }\n";
    let found = became(text);
    let of = |start: &str| {
        found
            .iter()
            .find(|(place, _)| place.starts_with(start))
            .map(|(_, kind)| *kind)
    };
    assert_eq!(of("allOf:"), Some("object"), "{found:?}");
    assert_eq!(
        of("type: object"),
        Some("union"),
        "a declaration is the member: {found:?}"
    );
    assert_eq!(of("title: second"), Some("union"), "{found:?}");
    assert_eq!(of("{ title: third"), Some("object"), "{found:?}");
    assert_eq!(of("{ title: later"), Some("scalar"), "{found:?}");
}

#[test]
fn examples_of_parameters_headers_and_bodies_show_what_keywords_do_not_describe() {
    let listed = "schema: { items: { type: string } }, example: none";
    let text = format!(
        "openapi: 3.1.0\ninfo: {{ title: T, version: '1' }}\npaths:\n  /a:\n    put:\n      operationId: a\n      parameters: [{{ name: q, in: query, {listed} }}]\n      requestBody: {{ content: {{ application/json: {{ {listed} }} }} }}\n      responses:\n        '200':\n          description: All.\n          headers: {{ X-List: {{ {listed} }} }}\n          content: {{ application/json: {{ {listed} }} }}\n"
    );
    let (_, report) = lower(&text, Levels::lenient());
    let lines = report
        .diagnostics()
        .into_iter()
        .filter(|one| one.code == Code::ExampleKind);
    let lines: Vec<usize> = lines
        .map(|one| text[..one.primary.span.start as usize].matches('\n').count())
        .collect();
    assert_eq!(lines, [6, 7, 11, 12]);
}

#[test]
fn files_of_a_form_are_text_that_is_stated_as_bytes_and_nothing_else() {
    let rows = [
        ("{ type: string, format: binary }", "file"),
        ("{ format: binary, minLength: 1 }", "file"),
        ("{ type: string, contentMediaType: image/png }", "file"),
        ("{ contentMediaType: image/png }", "file"),
        (
            "{ allOf: [{ type: string, contentMediaType: image/png }, { minLength: 2 }] }",
            "file",
        ),
        (
            "{ type: string, contentMediaType: image/png, contentEncoding: base64 }",
            "other",
        ),
        ("{ type: string, format: binary, contentEncoding: base64 }", "other"),
        ("{ type: string, format: binary, enum: [a] }", "other"),
        ("{ type: integer, format: binary }", "other"),
        ("{ type: [string, integer], format: binary }", "file"),
        ("{ type: string, format: date }", "other"),
        ("{ type: string }", "other"),
        ("{ type: array, items: { type: string, format: binary } }", "files"),
        ("{ type: array, items: { type: string } }", "other"),
        ("{ type: object, items: { type: string, format: binary } }", "other"),
        ("{ items: { type: string, contentMediaType: image/png } }", "files"),
    ];
    for (schema, expected) in rows {
        let text = format!(
            "openapi: 3.1.0\ninfo: {{ title: T, version: '1' }}\npaths:\n  /a:\n    put:\n      operationId: a\n      requestBody: {{ content: {{ multipart/form-data: {{ schema: {{ $ref: '#/components/schemas/Form' }} }} }} }}\n      responses: {{ '204': {{ description: Nothing. }} }}\ncomponents:\n  schemas:\n    Form: {{ type: object, properties: {{ x: {schema} }} }}\n"
        );
        let (api, _) = lower(&text, Levels::lenient());
        let is_file = |shape: &Shape| matches!(shape, Shape::Scalar(crate::ir::ScalarFormat::Binary, _));
        let found = match shape_of(&api, "Form", "x") {
            shape if is_file(shape) => "file",
            Shape::Array(array) if is_file(&ty(&api, array.items).shape) => "files",
            _ => "other",
        };
        assert_eq!(found, expected, "{schema}");
    }
}

#[test]
fn parts_within_parts_are_limited_in_number() {
    let contract = |depth: usize, width: usize| {
        let items = vec!["{ $ref: '#/components/schemas/A' }"; width].join(", ");
        let within = "itemEncoding: { contentType: multipart/mixed, ".repeat(depth);
        let end = "}".repeat(depth);
        format!(
            "openapi: 3.2.0\ninfo: {{ title: T, version: '1' }}\npaths:\n  /a:\n    post:\n      operationId: sendA\n      requestBody:\n        content:\n          multipart/mixed: {{ schema: {{ $ref: '#/components/schemas/A' }}, {within} itemEncoding: {{ contentType: image/png }} {end} }}\n      responses: {{ '204': {{ description: Done. }} }}\ncomponents:\n  schemas:\n    A: {{ type: array, prefixItems: [{items}], items: {{}} }}\n"
        )
    };
    let reason = |api: UnsealedApi| api.fallbacks.get("too many parts within parts").copied();
    let (few, _) = lower(&contract(3, 3), Levels::lenient());
    assert_eq!(reason(few), None);
    let (many, _) = lower(&contract(20, 50), Levels::lenient());
    assert_ne!(reason(many), None);
}
