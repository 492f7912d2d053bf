//! Unknown words, words of another version, wrong kinds, missing fields.

use super::{clean, components_30, components_31, owned, parse_with, paths_31, said};
use crate::diag::{Code, Levels, render};

#[test]
fn the_mistakes_that_other_readers_lose_are_found_where_they_stand() {
    let text = components_30(
        "schemas:\n  A:\n    type: string\n    patern: '^a$'\n    const: x\n    prefixItems: []\n  B: {type: object, properies: {}}",
    ) + "typo_required: true\n";
    let wanted = [
        (Code::UnknownKeyword, "patern"),
        (Code::OtherDialect, "const"),
        (Code::OtherDialect, "prefixItems"),
        (Code::UnknownKeyword, "properies"),
        (Code::UnknownKeyword, "typo_required"),
    ];
    assert_eq!(said(&text), owned(&wanted));
    let (_, report) = parse_with(&text, &[], Levels::strict());
    let shown = render(&report, false);
    let wanted = "\
error[C0205]: a schema has no keyword `patern`
 --> openapi/api.yaml:8:7
  |
8 |       patern: '^a$'
  |       ^^^^^^
  |
  = help: did you mean `pattern`?
";
    assert!(shown.starts_with(wanted), "{shown}");
}

#[test]
fn a_word_of_another_version_is_said_and_read_all_the_same() {
    let text = components_31(
        "schemas:\n  A: {type: string, nullable: true}\n  B: {type: integer, minimum: 1, exclusiveMinimum: true}",
    );
    assert_eq!(
        said(&text),
        owned(&[(Code::OtherDialect, "nullable"), (Code::OtherDialect, "true")])
    );
    let (document, report) = parse_with(&text, &[], Levels::lenient());
    assert!(!report.has_errors());
    let document = document.unwrap();
    assert!(document.schemas[0].nullable);
    assert_eq!(document.schemas[1].limits().exclusive_minimum.as_deref(), Some("1"));
}

#[test]
fn every_word_of_the_table_is_known_in_its_place() {
    use crate::document::ledger::{self, ObjectKind};
    for (place, row) in ledger::all() {
        let place = place.unwrap_or(ObjectKind::Schema);
        assert_eq!(
            place.row(row.keyword).map(|found| found.case),
            Some(row.case),
            "{place:?} {}",
            row.keyword
        );
        assert!(
            row.case
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
            "{}",
            row.case
        );
    }
}

#[test]
fn a_missing_field_is_reported_at_the_name_of_what_lacks_it() {
    let text = "openapi: 3.0.3\ninfo: {title: t}\npaths:\n  /a:\n    get:\n      parameters: [{in: query, name: q}]\n";
    let wanted = [
        (Code::MissingField, "info"),
        (Code::MissingField, "get"),
        (Code::MissingField, "{in: query, name: q}"),
    ];
    assert_eq!(said(text), owned(&wanted));
    let text =
        "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths:\n  /a:\n    get:\n      responses: {'200': {}}\n";
    assert_eq!(said(text), owned(&[(Code::MissingField, "'200'")]));
}

#[test]
fn a_value_of_the_wrong_kind_is_reported_where_it_stands() {
    let text = components_31(
        "schemas:\n  A:\n    type: strin\n    minLength: -1\n    maximum: '5'\n    required: true\n    properties: []\n    description: 5\n    title:\n    items: 7\n    readOnly: 'yes'\n    anyOf: {}",
    );
    let wanted = [
        (Code::WrongValue, "strin"),
        (Code::WrongKind, "-1"),
        (Code::WrongKind, "'5'"),
        (Code::WrongKind, "true"),
        (Code::WrongKind, "properties"),
        (Code::WrongKind, "5"),
        (Code::WrongKind, "title"),
        (Code::WrongKind, "7"),
        (Code::WrongKind, "'yes'"),
        (Code::WrongKind, "anyOf"),
    ];
    assert_eq!(said(&text), owned(&wanted));
}

#[test]
fn words_of_others_are_noted_once_and_do_no_harm() {
    let text =
        components_31("schemas:\n  A: {type: string, x-order: 1}\n  B: {type: string, x-order: 2, x-other: {a: b}}");
    assert_eq!(
        said(&text),
        owned(&[(Code::ForeignExtension, "x-order"), (Code::ForeignExtension, "x-other")])
    );
    let (document, report) = parse_with(&text, &[], Levels::lenient());
    assert!(report.diagnostics().is_empty() && report.count(Code::ForeignExtension) == 2);
    assert!(document.unwrap().schemas[1].extensions.0.is_empty());
}

#[test]
fn retries_of_another_generator_are_noted_with_the_reason() {
    let text = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {}\nx-speakeasy-retries: {strategy: backoff, statusCodes: [5XX]}\nx-other: 1";
    let (_, report) = parse_with(text, &[], Levels::strict());
    let notes: Vec<usize> = report.diagnostics().iter().map(|one| one.notes.len()).collect();
    assert_eq!(said(text).len(), 2);
    assert!(report.diagnostics()[0].notes[0].contains("never a POST without an idempotency key"));
    assert_eq!(notes, [1, 0]);
}

#[test]
fn our_own_words_are_checked_like_any_other() {
    let text = paths_31("/a:\n  post:\n    x-idempotancy: {intent: effect}\n    responses: {'200': {description: x}}");
    assert_eq!(said(&text), owned(&[(Code::UnknownKeyword, "x-idempotancy")]));
    let text = paths_31(
        "/a:\n  post:\n    x-idempotency: {intent: affect, retry: 3}\n    x-signing: {}\n    responses: {'200': {description: x}}",
    );
    let wanted = [
        (Code::WrongValue, "affect"),
        (Code::UnknownKeyword, "retry"),
        (Code::UnknownKeyword, "x-signing"),
    ];
    assert_eq!(said(&text), owned(&wanted));
    let text = components_31(
        "securitySchemes:\n  s:\n    type: apiKey\n    in: header\n    name: X-Sig\n    x-signing: {algorithm: hmac-md5, encoding: hex, secret: utf8, separator: \"\\n\", components: [method, path], headers: {}}",
    );
    assert_eq!(
        said(&text),
        owned(&[(Code::Unsupported, "hmac-md5"), (Code::WrongValue, "path")])
    );
}

#[test]
fn a_misspelt_algorithm_of_a_list_or_alone_is_reported_with_the_names() {
    for algorithm in ["rsa-pkcs1-sha265", "[ed25519, rsa-pkcs1-sha265]"] {
        let signing = format!("{{algorithm: {algorithm}, encoding: hex, freshness: 9}}");
        let scheme = format!("securitySchemes:\n  s: {{type: apiKey, in: header, name: S, x-signing: {signing}}}");
        let texts = [
            components_31(&scheme),
            format!("{}x-webhooks: {{signing: {signing}}}\n", paths_31("{}")),
        ];
        for text in texts {
            let (_, report) = parse_with(&text, &[], Levels::strict());
            let found = report.diagnostics();
            let wrong = found.iter().find(|one| one.code == Code::WrongValue);
            let wrong = format!("{wrong:?}");
            assert!(
                wrong.contains("`rsa-pkcs1-sha265` is not one of `hmac-sha256`"),
                "{wrong}"
            );
            assert!(wrong.contains("did you mean `rsa-pkcs1-sha256`"), "{wrong}");
            assert!(found.iter().all(|one| one.code != Code::WrongKind), "{found:?}");
        }
    }
}

#[test]
fn marks_of_provenance_may_stand_anywhere() {
    clean(
        "openapi: 3.0.3\nx-documented: true\ninfo: {title: t, version: '1', x-documented: name}\npaths:\n  x-documented: true\n  /a:\n    x-documented: false\n    get:\n      responses: {'200': {description: x, x-documented: true}}\ncomponents:\n  schemas:\n    A: {type: string, enum: [a, b], x-documented: [a]}\n",
    );
}

#[test]
fn a_name_of_the_contracts_own_is_no_word() {
    let text = components_31(
        "schemas:\n  x-A: {type: object, properties: {x-b: {type: string}, $ref: {type: string}, patern: {type: string}}}",
    );
    let document = clean(&text);
    assert_eq!(document.components.schemas[0].0, "x-A");
    let names: Vec<&str> = document.schemas[0]
        .properties
        .iter()
        .map(|property| property.name.as_str())
        .collect();
    assert_eq!(names, ["x-b", "$ref", "patern"]);
}

#[test]
fn tabs_between_items_are_for_swagger_2_alone() {
    let text = "
openapi: 3.1.0
info: { title: A, version: '1' }
paths: { /a: { get: { parameters: [{ name: a, in: query, style: tsv, schema: { type: array } }], responses: {} } } }
";
    let (document, report) = parse_with(text, &[], Levels::lenient());
    assert_eq!(report.count(Code::Unsupported), 1);
    let style = document.map(|document| document.paths[0].operations[0].parameters[0].style);
    assert_eq!(style, Some(crate::ir::ParameterStyle::Form));
}

#[test]
fn versions_that_are_not_read_are_refused_in_one_sentence() {
    for (text, code) in [
        ("swagger: '1.2'\npaths: {}\n", Code::Swagger),
        ("openapi: 4.0.0\n", Code::UnknownVersion),
        ("openapi: 2.0\n", Code::UnknownVersion),
        ("openapi: []\n", Code::UnknownVersion),
        ("title: x\n", Code::NotOpenApi),
        ("[1, 2]\n", Code::NotOpenApi),
        ("hello\n", Code::NotOpenApi),
    ] {
        let (document, report) = parse_with(text, &[], Levels::lenient());
        assert!(document.is_none());
        assert_eq!(
            report.diagnostics().iter().map(|one| one.code).collect::<Vec<_>>(),
            [code],
            "{text}"
        );
    }
    let (document, report) = parse_with(
        "openapi: 3.2.0\ninfo: {title: t, version: '1'}\n",
        &[],
        Levels::lenient(),
    );
    assert!(document.is_some() && report.count(Code::NewerVersion) == 1 && !report.has_errors());
}

#[test]
fn the_gate_says_what_other_tools_would_lose() {
    clean(&components_30(
        "schemas:\n  A: {type: object, required: [a], properties: {a: {type: string, nullable: false, example: 1}}}",
    ));
    let text = components_30(
        "schemas:\n  A: {type: array, uniqueItems: true, items: {type: string, minLength: 1, example: 1, format: [x]}}",
    );
    let codes: Vec<Code> = said(&text).into_iter().map(|(code, _)| code).collect();
    assert_eq!(
        codes,
        [Code::WrongKind],
        "the gate is not asked about what is wrong already"
    );
    let text = components_30("headers:\n  A: {schema: {type: string}, style: simple, explode: true}");
    assert_eq!(said(&text), owned(&[(Code::GateLost, "explode")]));
    let text = components_30("schemas:\n  A: {type: number, maximum: 1e400}");
    assert_eq!(
        said(&text).iter().map(|(code, _)| *code).collect::<Vec<_>>(),
        [Code::GateRefused]
    );
}

#[test]
fn a_word_that_would_make_wrong_code_is_refused_and_one_without_effect_can_be_shown() {
    let text = components_31("schemas:\n  A: {$dynamicRef: '#a', not: {type: string}, $comment: a}");
    assert_eq!(
        said(&text),
        owned(&[(Code::RefusedKeyword, "$dynamicRef"), (Code::RuleNotChecked, "not")])
    );
    let mut levels = Levels::lenient();
    for code in [Code::NotedKeyword, Code::RuleNotChecked] {
        levels.overrides.insert(code, crate::diag::Level::Note);
    }
    let (_, report) = parse_with(&text, &[], levels);
    let said: Vec<(Code, &str)> = report
        .diagnostics()
        .iter()
        .map(|one| (one.code, report.sources.text(one.primary.span)))
        .collect();
    assert_eq!(
        said,
        [
            (Code::RefusedKeyword, "$dynamicRef"),
            (Code::RuleNotChecked, "not"),
            (Code::NotedKeyword, "$comment")
        ]
    );
}

#[test]
fn a_not_that_is_no_condition_is_told_as_not_checked_and_a_condition_is_not() {
    let condition = "required: [a], properties: {a: {type: string, enum: [X]}}, not: {required: [b]}";
    for (not, told) in [
        (condition, 0),
        ("required: [a], not: {anyOf: [{required: [b]}, {required: [c]}]}", 0),
        (
            "required: [a], properties: {a: {const: X}}, not: {required: [b], properties: {b: {}}}",
            0,
        ),
        ("enum: [a]", 1),
        ("required: [a]", 1),
        ("required: [a], properties: {a: {enum: [1]}}, not: {required: [b]}", 2),
        ("required: [a], properties: {b: {enum: [X]}}, not: {required: [b]}", 2),
        ("required: [a], properties: {a: {pattern: X}}, not: {required: [b]}", 2),
        (
            "required: [a], not: {required: [b], properties: {b: {type: string}}}",
            2,
        ),
        ("required: [a], not: {required: []}", 2),
    ] {
        let text = components_31(&format!("schemas:\n  A: {{type: object, not: {{{not}}}}}"));
        let (_, report) = parse_with(&text, &[], Levels::strict());
        assert_eq!(report.count(Code::RuleNotChecked), told, "{not}");
    }
}
