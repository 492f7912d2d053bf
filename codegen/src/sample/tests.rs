//! The smallest values that contracts allow.

use super::pattern::SamplePattern;
use super::{SampleBudget, SampleForm, SampleValue, Sampler};
use sdkwright_contract::diag::{Levels, Report, render};
use sdkwright_contract::{Contract, Inputs, SourceFile, ir};

fn sealed(schemas: &str) -> ir::Api {
    let text = format!(
        "openapi: 3.1.0\ninfo: {{ title: Small, version: '1' }}\npaths:\n  /t:\n    put:\n      operationId: put\n      \
         requestBody: {{ content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/T' }} }} }} }}\n      \
         responses: {{ '204': {{ description: Nothing. }} }}\ncomponents:\n  schemas:\n{schemas}\n"
    );
    let mut report = Report::new(Levels::lenient());
    let inputs = Inputs::new(SourceFile {
        name: "small.yaml",
        bytes: text.as_bytes(),
    });
    let contract = Contract::from_inputs(&inputs, &|_| {}, &mut report).unwrap();
    contract
        .meaning(&|_| {}, &mut report)
        .unwrap_or_else(|| panic!("{}", render(&report, false)))
}

fn body(api: &ir::Api) -> ir::TypeId {
    match &api.operations[0].body.as_ref().unwrap().forms[0].content {
        ir::PartContent::Json(id) => *id,
        other => panic!("{other:?}"),
    }
}

fn sample_in(notation: SampleForm, schema: &str, example: Option<&str>) -> String {
    let api = sealed(&format!("    T: {schema}"));
    let example = example.map(|text| SampleValue::parse(text).unwrap());
    Sampler::new(&api, notation, &SampleBudget::new())
        .value(body(&api), example.as_ref())
        .print()
}

/// The sample of a schema.
fn sample(schema: &str) -> String {
    sample_in(SampleForm::Json, schema, None)
}

/// The sample of a schema with that example.
fn shown(schema: &str, example: &str) -> String {
    sample_in(SampleForm::Json, schema, Some(example))
}

#[test]
fn numbers_keep_their_bounds() {
    for (schema, expected) in [
        ("{ type: integer }", "1"),
        ("{ type: integer, minimum: 5 }", "5"),
        ("{ type: integer, maximum: 0 }", "0"),
        ("{ type: integer, exclusiveMinimum: 5 }", "6"),
        ("{ type: integer, exclusiveMaximum: 1 }", "0"),
        ("{ type: integer, minimum: 7, multipleOf: 5 }", "10"),
        ("{ type: integer, maximum: -3 }", "-3"),
        ("{ type: number, minimum: 1.5, maximum: 1.6 }", "1.5"),
        ("{ type: number, exclusiveMinimum: 0, exclusiveMaximum: 1 }", "0.5"),
        ("{ type: number, multipleOf: 0.25, exclusiveMaximum: 1 }", "0.25"),
        (
            "{ type: integer, minimum: 123456789012345678901234567890123456 }",
            "123456789012345678901234567890123456",
        ),
    ] {
        assert_eq!(sample(schema), expected, "{schema}");
    }
}

#[test]
fn texts_keep_format_pattern_and_length() {
    for (schema, expected) in [
        ("{ type: string }", "text"),
        ("{ type: string, minLength: 6 }", "texttt"),
        ("{ type: string, maxLength: 2 }", "xt"),
        ("{ type: string, format: date-time }", "2026-01-31T12:00:00Z"),
        ("{ type: string, format: uuid }", "0190f5fe-7c00-7a00-8000-000000000001"),
        ("{ type: string, format: email }", "someone@example.com"),
        ("{ type: string, pattern: '^[A-Z]{2}$' }", "AB"),
        ("{ type: string, pattern: '^[a-z]+$', minLength: 7 }", "aacegik"),
        ("{ type: string, pattern: '^pty' }", "pty"),
        (r"{ type: string, pattern: '^(?!\s*$)\d{3}-x$' }", "123-x"),
        ("{ type: string, pattern: '^(cat|dog)s?$', minLength: 4 }", "cats"),
        ("{ type: string, enum: [small, large] }", "small"),
        ("{ type: string, format: uuid, maxLength: 4 }", "text"),
    ] {
        let made = sample(schema);
        assert_eq!(made.len(), made.trim_matches('"').len() + 2, "{made}");
        if !schema.contains("minLength: 7") {
            assert_eq!(made.trim_matches('"'), expected, "{schema}");
        }
    }
    let long = sample("{ type: string, pattern: '^[a-z]+$', minLength: 7 }");
    assert_eq!(long.trim_matches('"').len(), 7);
    assert!(
        SamplePattern::parse("^[a-z]+$")
            .unwrap()
            .matches(long.trim_matches('"'))
    );
}

#[test]
fn an_example_that_keeps_the_bounds_comes_first_and_another_one_never_does() {
    let schema = "{ type: object, required: [a, b], properties: { a: { type: string, pattern: '^x' }, b: { type: integer, maximum: 3 }, c: { type: string, format: date } } }";
    assert_eq!(
        shown(schema, r#"{"a":"xy","b":2,"c":"2020-02-29"}"#),
        r#"{"a":"xy","b":2,"c":"2020-02-29"}"#
    );
    assert_eq!(
        shown(schema, r#"{"a":"ay","b":4,"c":"2021-02-29"}"#),
        r#"{"a":"x","b":1}"#
    );
    assert_eq!(
        shown("{ type: string, format: date-time }", r#""2020-01-01T00:00:00+01:00""#),
        r#""2020-01-01T00:00:00+01:00""#
    );
    for wrong in [
        "2020-01-01 00:00:00Z",
        "2020-01-01T00:00:00",
        "2020-01-01T24:00:00Z",
        "2020-01-01T00:00:00.Z",
    ] {
        let made = shown("{ type: string, format: date-time }", &format!("\"{wrong}\""));
        assert_eq!(made, r#""2026-01-31T12:00:00Z""#, "{wrong}");
    }
}

#[test]
fn a_default_and_an_example_of_the_schema_are_taken_too() {
    let schema = "{ type: object, required: [a, b], properties: { a: { type: string, default: north }, b: { type: string, minLength: 2, examples: [south] } } }";
    assert_eq!(sample(schema), r#"{"a":"north","b":"south"}"#);
}

#[test]
fn lists_have_what_they_must_and_nothing_twice() {
    assert_eq!(sample("{ type: array, items: { type: string } }"), "[]");
    assert_eq!(
        sample("{ type: array, minItems: 2, items: { type: boolean } }"),
        "[true,true]"
    );
    assert_eq!(
        sample("{ type: array, minItems: 3, uniqueItems: true, items: { type: integer, minimum: 4 } }"),
        "[4,5,6]"
    );
    assert_eq!(
        sample("{ type: array, minItems: 2, uniqueItems: true, items: { type: string, enum: [a, b] } }"),
        r#"["a","b"]"#
    );
    assert_eq!(
        sample("{ type: array, minItems: 2, uniqueItems: true, items: { type: string, pattern: '^[0-9]$' } }"),
        r#"["1","2"]"#
    );
}

#[test]
fn in_a_url_nothing_is_empty() {
    let list = "{ type: array, items: { type: string } }";
    assert_eq!(sample_in(SampleForm::Text, list, None), r#"["text"]"#);
    assert_eq!(
        sample_in(SampleForm::Text, "{ type: string }", Some(r#""""#)),
        r#""text""#
    );
    assert_eq!(sample_in(SampleForm::Json, "{ type: string }", Some(r#""""#)), r#""""#);
    let nullable = "{ type: [array, 'null'], items: { type: [string, 'null'] } }";
    assert_eq!(sample_in(SampleForm::Text, nullable, Some("null")), r#"["text"]"#);
    assert_eq!(
        sample_in(SampleForm::Json, "{ type: [string, 'null'] }", None),
        r#""text""#
    );
}

#[test]
fn only_what_is_sent_and_required_is_there() {
    let schema = "{ type: object, required: [id, name, kind, none], properties: { id: { type: string, readOnly: true }, name: { type: string }, kind: { const: plain }, none: { type: [string, 'null'] }, note: { type: string } } }";
    assert_eq!(sample(schema), r#"{"name":"text","kind":"plain","none":null}"#);
}

#[test]
fn a_union_is_a_variant_that_no_other_could_be_taken_for() {
    let schema = "\n      oneOf:\n        - { type: object, required: [a], properties: { a: { type: string } } }\n        - { type: object, required: [a, b], properties: { a: { type: string }, b: { type: string } } }\n        - { type: object, required: [c], properties: { c: { type: string } } }";
    // A value of the second variant also fits the first, so only the others are distinct.
    assert_eq!(sample(schema), r#"{"a":"text"}"#);
    let tagged = "\n      oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }]\n      discriminator: { propertyName: kind }\n    Cat: { type: object, required: [kind], properties: { kind: { type: string } } }\n    Dog: { type: object, required: [kind], properties: { kind: { type: string } } }";
    assert_eq!(sample(tagged), r#"{"kind":"Cat"}"#);
    assert_eq!(shown(tagged, r#"{"kind":"Dog"}"#), r#"{"kind":"Dog"}"#);
}

#[test]
fn patterns_match_as_they_are_meant() {
    let cases = [
        (r"^\d{3}$", "123", true),
        (r"^\d{3}$", "1234", false),
        ("b+", "abbc", true),
        ("^(a|bc)*d$", "abcad", true),
        ("^(a|bc)*d$", "abad", false),
        (r"^\w+@\w+\.com$", "me@here.com", true),
        (r"^[^\s]+$", "a b", false),
        (r"\bx\b", "an x here", true),
        (r"\bx\b", "axe", false),
        (r"^(?:[a-z]{2,3}){2}$", "abcde", true),
        (r"^(?:[a-z]{2,3}){2}$", "abcdefg", false),
        (r"^(?=.*\d).{4,}$", "text", true),
        ("^$|^x$", "", true),
        (r"^\/[a-z\-\/]+$", "/a-b/c", true),
    ];
    for (pattern, text, expected) in cases {
        assert_eq!(
            SamplePattern::parse(pattern).unwrap().matches(text),
            expected,
            "{pattern} {text}"
        );
    }
}

#[test]
fn a_pattern_that_takes_for_ever_is_given_up() {
    let pattern = SamplePattern::parse("^(a*)*(a*)*(a*)*b$").unwrap();
    assert!(!pattern.matches(&"a".repeat(60)));
    assert!(SamplePattern::parse("(").is_none());
    let deep = "(".repeat(2000) + &")".repeat(2000);
    assert!(SamplePattern::parse(&deep).is_none());
}

#[test]
fn a_pattern_that_no_text_matches_is_given_up_soon() {
    let tries = std::cell::Cell::new(0);
    let made = SamplePattern::parse("/^[a-z]+$/").unwrap().make(0, |_| {
        tries.set(tries.get() + 1);
        true
    });
    assert!(made.is_none());
    assert_eq!(tries.get(), 16);
}

#[test]
fn types_inside_themselves_end() {
    let schema = "{ type: object, required: [next], properties: { next: { type: array, minItems: 1, items: { type: [object, 'null'], required: [next], properties: { next: { $ref: '#/components/schemas/T' } } } } } }";
    assert!(sample(schema).len() < 4000);
}

#[test]
fn numbers_that_are_none_of_json_or_too_large_are_left_alone() {
    let schema = "{ type: number, minimum: 2, maximum: 1.7976931348623157e+308 }";
    for (example, expected) in [
        ("2.50", "2.50"),
        ("2e1", "2e1"),
        ("1.5", "2"),
        ("-3", "2"),
        ("1e400", "2"),
    ] {
        assert_eq!(shown(schema, example), expected, "{example}");
    }
    assert_eq!(sample("{ type: number, multipleOf: 1e-7, minimum: 0.00000025 }"), "1");
    assert_eq!(
        sample("{ type: number, multipleOf: 1e-7, minimum: 0.00000025, maximum: 0.5 }"),
        "0.5"
    );
}

#[test]
fn bounds_of_any_size_do_no_harm() {
    let far = "9".repeat(38);
    for word in [
        "minimum",
        "maximum",
        "multipleOf",
        "exclusiveMinimum",
        "exclusiveMaximum",
    ] {
        for value in [&far, &format!("{far}9"), "1e-30", "1e+300", &format!("-{far}")] {
            assert!(!sample(&format!("{{ type: number, {word}: {value} }}")).is_empty());
        }
    }
    assert!(sample(&format!("{{ type: string, minLength: {far} }}")).len() < 5000);
    assert!(sample("{ type: array, minItems: 4000000000, items: { type: string } }").len() < 5000);
}

#[test]
fn an_inner_object_shows_optional_members_only_if_it_would_be_empty_otherwise() {
    let inner = |required: &str| {
        format!(
            "{{ type: object, properties: {{ a: {{ type: object, required: [{required}], properties: {{ b: {{ type: string }}, c: {{ type: string }} }} }} }} }}"
        )
    };
    let example = r#"{"a":{"b":"one","c":"two"}}"#;
    assert_eq!(shown(&inner(""), example), example);
    assert_eq!(shown(&inner("b"), example), r#"{"a":{"b":"one"}}"#);
}
