//! Laws of comparing two versions of a contract.

mod requests;
mod schemas;
mod values;
mod verdicts;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use sdkwright_changes::{Change, Day, Version, WireBreak, compare};
use sdkwright_contract::{Inputs, SourceFile};

/// Reads a version; `None` if it is no contract.
fn version(text: &[u8]) -> Option<Version> {
    let inputs = Inputs::new(SourceFile {
        name: "contract.yaml",
        bytes: text,
    });
    Version::from_inputs(&inputs).ok()
}

/// Compares two texts by what goes over the wire.
fn changes(base: &str, revision: &str) -> Vec<Change> {
    let read = |text: &str| version(text.as_bytes()).unwrap_or_else(|| panic!("no contract: {text}"));
    compare(&read(base), &read(revision), None).changes
}

/// Returns a contract whose one operation sends and receives a schema.
fn both_ways(schema: &str) -> String {
    format!(
        "{{openapi: 3.1.0, info: {{title: T, version: '1'}}, paths: {{/a: {{post: {{requestBody: {{content: {{application/json: \
         {{schema: {schema}}}}}}}, responses: {{'200': {{description: d, content: {{application/json: {{schema: {schema}}}}}}}}}}}}}}}}}"
    )
}

/// Returns the contracts of the golden cases.
fn cases() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut found: Vec<(String, String)> = fs::read_dir(folder)
        .expect("the cases")
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let text = fs::read_to_string(path.join("contract.yaml")).ok()?;
            Some((path.file_name()?.to_string_lossy().into_owned(), text))
        })
        .collect();
    found.sort();
    assert!(found.len() > 100, "only {} cases were found", found.len());
    found
}

#[test]
fn a_contract_does_not_differ_from_itself() {
    for (name, text) in cases() {
        assert_eq!(changes(&text, &text), [], "{name}");
    }
}

#[test]
fn a_contract_with_comments_in_every_description_does_not_differ() {
    // Nothing is found unchanged by its text: each schema is compared.
    for (name, text) in cases() {
        let other = text.replace("type: string", "description: other\n__type: string");
        let indented: Vec<String> = other
            .lines()
            .scan(0, |indent, line| {
                if let Some(rest) = line.strip_prefix("__") {
                    return Some(format!("{}{rest}", " ".repeat(*indent)));
                }
                *indent = line.find("description: other").unwrap_or(0);
                Some(line.to_owned())
            })
            .collect();
        let other = indented.join("\n");
        if version(other.as_bytes()).is_some() {
            assert_eq!(changes(&text, &other), [], "{name}");
        }
    }
}

#[test]
fn forms_of_the_same_meaning_do_not_differ() {
    for (one, other) in [
        ("{type: string}", "{allOf: [{type: string}]}"),
        ("{type: [string, 'null']}", "{oneOf: [{type: 'null'}, {type: string}]}"),
        ("{type: [string, 'null']}", "{anyOf: [{type: string}, {type: 'null'}]}"),
        ("{type: string}", "{oneOf: [{type: string}]}"),
        ("{type: integer, minimum: 1}", "{type: integer, exclusiveMinimum: 0}"),
        ("{type: integer, maximum: 9}", "{type: integer, exclusiveMaximum: 10}"),
        ("{type: number, minimum: 1}", "{type: number, minimum: 1.0}"),
        ("{type: number, multipleOf: 0.1}", "{type: number, multipleOf: 1e-1}"),
        ("{type: string, enum: [a]}", "{type: string, const: a}"),
        ("{type: string, enum: [a, b]}", "{type: string, enum: [b, a]}"),
        ("{type: string, enum: [a, b]}", "{oneOf: [{const: a}, {const: b}]}"),
        (
            "{type: [string, integer]}",
            "{oneOf: [{type: integer}, {type: string}]}",
        ),
        ("{type: string, minLength: 0}", "{type: string}"),
        ("{type: array, items: {}}", "{type: array}"),
        ("{type: object, additionalProperties: true}", "{type: object}"),
        (
            "{type: object, properties: {a: {type: string}, b: {type: integer}}, required: [a, b]}",
            "{allOf: [{type: object, properties: {b: {type: integer}}, required: [b]}, {type: object, properties: {a: {type: string}}, required: [a]}]}",
        ),
        (
            "{oneOf: [{type: object, required: [a]}, {type: array}]}",
            "{oneOf: [{type: array}, {type: object, required: [a]}]}",
        ),
    ] {
        assert_eq!(changes(&both_ways(one), &both_ways(other)), [], "{one} {other}");
        assert_eq!(changes(&both_ways(other), &both_ways(one)), [], "{other} {one}");
    }
}

/// Edits, each narrowing: the schema before and after.
const NARROWED: [(&str, &str); 24] = [
    ("{type: number}", "{type: integer}"),
    ("{type: [string, 'null']}", "{type: string}"),
    ("{}", "{type: string}"),
    ("{type: string}", "{type: string, const: a}"),
    ("{type: string}", "{type: string, maxLength: 3}"),
    ("{type: string, minLength: 1}", "{type: string, minLength: 2}"),
    ("{type: integer, maximum: 9}", "{type: integer, maximum: 8}"),
    ("{type: number, minimum: 1}", "{type: number, exclusiveMinimum: 1}"),
    ("{type: integer, multipleOf: 2}", "{type: integer, multipleOf: 4}"),
    ("{type: array}", "{type: array, uniqueItems: true}"),
    (
        "{type: array, items: {type: number}}",
        "{type: array, items: {type: integer}}",
    ),
    ("{type: array}", "{type: array, maxItems: 2}"),
    ("{type: object}", "{type: object, maxProperties: 2}"),
    (
        "{type: object, properties: {a: {}}}",
        "{type: object, properties: {a: {}}, required: [a]}",
    ),
    ("{type: object}", "{type: object, additionalProperties: {type: string}}"),
    ("{type: object}", "{type: object, propertyNames: {maxLength: 2}}"),
    (
        "{type: object}",
        "{type: object, patternProperties: {x: {type: string}}}",
    ),
    ("{type: object}", "{type: object, dependentRequired: {a: [b]}}"),
    ("{type: string}", "{type: string, not: {enum: [a, b]}}"),
    (
        "{type: string, not: {type: string, maxLength: 1}}",
        "{type: string, not: {type: string, maxLength: 2}}",
    ),
    (
        "{type: object}",
        "{type: object, if: {required: [a]}, then: {required: [b]}}",
    ),
    (
        "{oneOf: [{type: object, required: [a]}, {type: array}]}",
        "{oneOf: [{type: object, required: [a]}]}",
    ),
    ("{type: integer, format: int64}", "{type: integer, format: int32}"),
    ("{type: string}", "{type: string, format: uuid}"),
];

#[test]
fn what_narrows_breaks_those_who_send_and_its_reverse_those_who_receive() {
    for (wide, narrow) in NARROWED {
        for (base, revision, wanted) in [(wide, narrow, WireBreak::Sender), (narrow, wide, WireBreak::Receiver)] {
            let found = changes(&both_ways(base), &both_ways(revision));
            let worst = found.iter().map(|change| change.verdicts.wire.breaks).max();
            assert_eq!(worst, Some(wanted), "{base} {revision} {found:#?}");
        }
    }
}

#[test]
fn a_member_may_go_after_the_day_that_was_announced_and_not_before() {
    let today = Day::new(2026, 11, 22);
    let member = |words: &str| both_ways(&format!("{{type: object, properties: {{a: {{type: string{words}}}}}}}"));
    let (gone, plain) = (both_ways("{type: object, properties: {}}"), member(""));
    let deprecated = member(", deprecated: true");
    let until = |day: &str| member(&format!(", deprecated: true, x-sunset: '{day}'"));
    let (later, before, never) = (until("2027-01-01"), until("2026-01-01"), until("soon"));
    let both = [WireBreak::Sender, WireBreak::Receiver].as_slice();
    let undecided = [WireBreak::Undecided; 2].as_slice();
    let nobody = [WireBreak::Nobody; 2].as_slice();
    for (base, revision, id, breaks) in [
        (&later, &gone, "property-removed-before-sunset", both),
        (&never, &gone, "property-removed-before-sunset", both),
        (&before, &gone, "optional-property-removed-after-deprecation", undecided),
        (
            &deprecated,
            &gone,
            "optional-property-removed-after-deprecation",
            undecided,
        ),
        (&later, &deprecated, "schema-sunset-removed", both),
        (&plain, &never, "schema-sunset-unreadable", both),
        (&later, &before, "schema-sunset-changed", undecided),
        (&before, &later, "schema-sunset-changed", nobody),
        (&plain, &later, "deprecated", nobody),
    ] {
        let read = |text: &str| version(text.as_bytes()).expect("a contract");
        let found = compare(&read(base), &read(revision), today).changes;
        let of_id = found.iter().filter(|change| change.id == id);
        let told: Vec<WireBreak> = of_id.map(|change| change.verdicts.wire.breaks).collect();
        assert_eq!(told, breaks, "{base} {revision} {found:#?}");
    }
}

#[test]
fn of_a_signature_only_what_refuses_requests_breaks() {
    let contract = |words: &str| {
        format!(
            "{{openapi: 3.1.0, info: {{title: T, version: '1'}}, paths: {{}}, components: {{securitySchemes: {{s: {{type: apiKey, in: header, \
             name: S, x-signing: {{encoding: hex, freshness: 300, problems: {{expired: OLD}}{words}}}}}}}}}}}"
        )
    };
    let base = contract("");
    for (old, new, breaks) in [
        ("OLD", "LATE", WireBreak::Nobody),
        ("freshness: 300", "freshness: 600", WireBreak::Nobody),
        ("freshness: 300", "freshness: 60", WireBreak::Sender),
        ("hex", "base64", WireBreak::Sender),
    ] {
        let found = changes(&base, &base.replace(old, new));
        let told: Vec<_> = found
            .iter()
            .map(|change| (change.id, change.verdicts.wire.breaks))
            .collect();
        assert_eq!(told, [("signing-changed", breaks)], "{new}");
    }
}

#[test]
fn a_change_and_its_reverse_name_the_same_nodes() {
    let nodes = |changes: &[Change], is_reversed: bool| -> BTreeSet<(Option<String>, Option<String>)> {
        let pointer =
            |place: &Option<sdkwright_changes::ContractPlace>| place.as_ref().map(|place| place.pointer.clone());
        let pair = |change: &Change| {
            if is_reversed {
                (pointer(&change.revision), pointer(&change.base))
            } else {
                (pointer(&change.base), pointer(&change.revision))
            }
        };
        changes.iter().map(pair).collect()
    };
    for (base, revision) in NARROWED {
        let (base, revision) = (both_ways(base), both_ways(revision));
        assert_eq!(
            nodes(&changes(&base, &revision), false),
            nodes(&changes(&revision, &base), true),
            "{base} {revision}"
        );
    }
}

#[test]
fn what_is_only_read_is_not_sent_and_what_is_only_written_is_not_received() {
    let member = |word: &str, length: usize| {
        both_ways(&format!(
            "{{type: object, properties: {{a: {{type: string, {word}: true, maxLength: {length}}}}}}}"
        ))
    };
    for (word, from, to) in [("readOnly", 3, 2), ("writeOnly", 2, 3)] {
        let found = changes(&member(word, from), &member(word, to));
        let breaks: BTreeSet<WireBreak> = found.iter().map(|change| change.verdicts.wire.breaks).collect();
        assert_eq!(breaks, BTreeSet::from([WireBreak::Nobody]), "{word}");
    }
}

#[test]
fn a_demand_counts_in_the_direction_in_which_the_member_occurs() {
    let object = |member: &str, required: &str| {
        both_ways(&format!(
            "{{type: object, properties: {{a: {{type: string{member}}}}}, required: [{required}]}}"
        ))
    };
    let (read, written) = (", readOnly: true", ", writeOnly: true");
    for (base, revision, wanted) in [
        (object(read, ""), object("", "a"), Some(WireBreak::Sender)),
        (object("", "a"), object(written, ""), Some(WireBreak::Receiver)),
        (object(read, ""), object(read, "a"), None),
        (object(written, "a"), object(written, ""), None),
    ] {
        let found = changes(&base, &revision);
        let told = found.iter().map(|change| change.verdicts.wire.breaks);
        let breaks = told.filter(|breaks| !matches!(breaks, WireBreak::Nobody | WireBreak::Undecided));
        assert_eq!(breaks.max(), wanted, "{base} {revision} {found:#?}");
    }
}

#[test]
fn a_change_of_a_component_is_one_change_with_all_operations_that_reach_it() {
    let contract = |length: usize| {
        let mut text = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n".to_owned();
        for at in 0..50 {
            text.push_str(&format!(
                "  /p{at}: {{get: {{responses: {{'200': {{description: d, content: {{application/json: {{schema: {{$ref: '#/components/schemas/L'}}}}}}}}}}}}}}\n"
            ));
        }
        text.push_str("components:\n  schemas:\n    L: {type: array, items: {$ref: '#/components/schemas/A'}}\n");
        text.push_str(&format!(
            "    A: {{type: object, properties: {{next: {{$ref: '#/components/schemas/A'}}, n: {{type: string, maxLength: {length}}}}}}}\n"
        ));
        text
    };
    let found = changes(&contract(3), &contract(4));
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].operations.len(), 50);
    assert_eq!(found[0].text, "`A.n` has the maxLength `4` and had `3`");
}

#[test]
fn renamed_components_and_moved_parameters_and_paths_do_not_differ_on_the_wire() {
    let start = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n";
    let one = format!(
        "{start}servers: [{{url: 'https://a.example/v1'}}]\npaths:\n  /a/{{x}}:\n    get:\n      parameters: [{{name: x, in: path, required: true, schema: \
         {{$ref: '#/components/schemas/Old'}}}}]\n      responses: {{'204': {{description: d}}}}\ncomponents: {{schemas: {{Old: {{type: string}}}}}}\n"
    );
    let other = format!(
        "{start}servers: [{{url: 'https://a.example/'}}]\npaths:\n  /v1/a/{{y}}:\n    parameters: [{{name: y, in: path, required: true, schema: \
         {{$ref: '#/components/schemas/New'}}}}]\n    get:\n      responses: {{'204': {{description: d}}}}\ncomponents: {{schemas: {{New: {{type: string}}}}}}\n"
    );
    let found = changes(&one, &other);
    let ids: BTreeSet<&str> = found.iter().map(|change| change.id).collect();
    assert_eq!(ids, BTreeSet::from(["schema-added", "schema-removed"]), "{found:#?}");
    assert!(
        found
            .iter()
            .all(|change| change.verdicts.wire.breaks == WireBreak::Nobody)
    );
}

#[test]
fn mutants_never_panic() {
    for (_, text) in cases().into_iter().filter(|(_, text)| text.len() < 1200) {
        let base = version(text.as_bytes()).expect("a case");
        let lines: Vec<&str> = text.lines().collect();
        for at in 0..lines.len() {
            let mut without = lines.clone();
            without.remove(at);
            let mut twisted = lines.clone();
            twisted.swap(at, (at * 7 + 3) % lines.len());
            for mutant in [without, twisted] {
                if let Some(other) = version(mutant.join("\n").as_bytes()) {
                    compare(&base, &other, None);
                    compare(&other, &base, None);
                }
            }
        }
    }
}

#[test]
fn schemas_that_contain_themselves_in_every_way_come_to_an_end() {
    let knot = |length: usize| {
        let start = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {/a: {get: {responses: {'200': {description: d, content: \
                     {application/json: {schema: {$ref: '#/components/schemas/A'}}}}}}}}\ncomponents:\n  schemas:\n";
        format!(
            "{start}    A: {{allOf: [{{$ref: '#/components/schemas/B'}}, {{$ref: '#/components/schemas/A'}}], oneOf: [{{$ref: '#/components/schemas/A'}}, \
             {{$ref: '#/components/schemas/B'}}], properties: {{a: {{$ref: '#/components/schemas/B'}}}}}}\n    B: {{anyOf: [{{$ref: '#/components/schemas/A'}}, \
             {{type: object}}], properties: {{a: {{$ref: '#/components/schemas/A'}}, n: {{type: string, maxLength: {length}}}}}, not: {{$ref: '#/components/schemas/B'}}}}\n"
        )
    };
    assert!(!changes(&knot(1), &knot(2)).is_empty());
}

#[test]
fn a_change_of_a_schema_that_is_used_alone_and_beside_others_is_one_change() {
    let contract = |length: usize| {
        format!(
            "openapi: 3.1.0\ninfo: {{title: T, version: '1'}}\npaths:\n  /a: {{get: {{responses: {{'200': {{description: d, content: {{application/json: \
             {{schema: {{$ref: '#/components/schemas/A'}}}}}}}}}}}}}}\n  /b: {{get: {{responses: {{'200': {{description: d, content: {{application/json: \
             {{schema: {{allOf: [{{$ref: '#/components/schemas/A'}}, {{required: [b]}}]}}}}}}}}}}}}}}\ncomponents:\n  schemas:\n    A: {{type: object, \
             minProperties: {length}}}\n"
        )
    };
    let found = changes(&contract(3), &contract(2));
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].operations, ["GET /a", "GET /b"]);
}

#[test]
fn alternatives_with_members_in_common_are_matched_with_themselves() {
    let contract = |length: usize| {
        let member = |more: &str| format!("{{type: object, properties: {{id: {{}}{more}}}}}");
        let changed = member(&format!(", by: {{type: string, maxLength: {length}}}"));
        both_ways(&format!(
            "{{anyOf: [{}, {changed}, {}]}}",
            member(", at: {}"),
            member("")
        ))
    };
    let found = changes(&contract(3), &contract(2));
    let ids: BTreeSet<&str> = found.iter().map(|change| change.id).collect();
    assert_eq!(ids, BTreeSet::from(["max-length-decreased"]), "{found:#?}");
}
