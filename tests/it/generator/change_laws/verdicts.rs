//! Verdicts that depend on more than one keyword: on the version of OpenAPI, on the rest of a schema, on who leaves a member out.

use std::collections::BTreeSet;

use sdkwright_changes::Change;
use sdkwright_changes::WireBreak::{self, Nobody, Receiver, Sender, Undecided};

use super::{both_ways, changes};

/// Returns the worst verdict of two contracts, and all changes for a message.
fn worst(base: &str, revision: &str) -> (WireBreak, Vec<Change>) {
    let found = changes(base, revision);
    let breaks = found.iter().map(|change| change.verdicts.wire.breaks);
    (breaks.max().unwrap_or(Nobody), found)
}

/// Checks the verdicts of pairs of schemas in a request and a response, in both directions.
fn check(pairs: &[(&str, &str, WireBreak, WireBreak)]) {
    for (one, other, there, back) in pairs {
        for (base, revision, wanted) in [(one, other, there), (other, one, back)] {
            let (breaks, found) = worst(&both_ways(base), &both_ways(revision));
            assert_eq!(breaks, *wanted, "{base} -> {revision} {found:#?}");
        }
    }
}

const BASE: &str = "{type: object, properties: {id: {type: string}}, required: [id]}";
const CAT: &str = "{type: object, properties: {kind: {const: cat}, lives: {type: integer}}, required: [kind]}";
const DOG: &str = "{type: object, properties: {kind: {const: dog}, bark: {type: string}}, required: [kind]}";

#[test]
fn a_schema_beside_alternatives_is_the_same_inside_each_of_them() {
    for word in ["oneOf", "anyOf"] {
        let inside = |more: &str| {
            let all = [CAT, DOG].map(|one| format!("{{allOf: [{BASE}, {one}]}}")).join(", ");
            both_ways(&format!("{{{word}: [{all}{more}]}}"))
        };
        let members = BASE.trim_start_matches('{').trim_end_matches('}');
        let beside = [
            format!("{{allOf: [{BASE}, {{{word}: [{CAT}, {DOG}]}}]}}"),
            format!("{{allOf: [{{{word}: [{DOG}, {CAT}]}}, {BASE}]}}"),
            format!("{{{members}, {word}: [{CAT}, {DOG}]}}"),
        ];
        for beside in beside {
            let beside = both_ways(&beside);
            assert_eq!(changes(&beside, &inside("")), [], "{beside}");
            assert_eq!(changes(&inside(""), &beside), [], "{beside}");
            // What changes as well is found, and nothing else.
            let cow = format!(
                ", {{allOf: [{BASE}, {{type: object, properties: {{kind: {{const: cow}}}}, required: [kind]}}]}}"
            );
            let found = changes(&beside, &inside(&cow));
            let ids: BTreeSet<&str> = found.iter().map(|change| change.id).collect();
            let added = if word == "oneOf" {
                "one-of-added"
            } else {
                "any-of-added"
            };
            assert_eq!(ids, BTreeSet::from([added]), "{beside}");
            let longer = inside("").replace("lives: {type: integer}", "lives: {type: integer, minimum: 1}");
            assert_eq!(worst(&beside, &longer).0, Sender, "{beside}");
            let without = inside("").replace(&format!("{{allOf: [{BASE}, {DOG}]}}"), DOG);
            assert_ne!(worst(&beside, &without).0, Nobody, "{beside}");
        }
    }
}

#[test]
fn another_format_of_numbers_breaks_nobody_inside_the_same_bounds() {
    check(&[
        (
            "{type: integer, format: int32, minimum: 0, maximum: 100}",
            "{type: integer, format: int64, minimum: 0, maximum: 100}",
            Nobody,
            Nobody,
        ),
        (
            "{type: integer, minimum: 0, maximum: 100}",
            "{type: integer, format: int32, minimum: 0, maximum: 100}",
            Nobody,
            Nobody,
        ),
        (
            "{type: integer, format: int32, enum: [1, 2]}",
            "{type: integer, format: int64, enum: [1, 2]}",
            Nobody,
            Nobody,
        ),
        (
            "{type: integer, format: uint32, maximum: 9}",
            "{type: integer, format: int64, minimum: 0, maximum: 9}",
            Nobody,
            Nobody,
        ),
        (
            "{type: integer, format: int32}",
            "{type: integer, format: int64, minimum: -2147483648, maximum: 2147483647}",
            Nobody,
            Nobody,
        ),
        (
            "{type: integer, format: int32, minimum: 0}",
            "{type: integer, format: int64, minimum: 0}",
            Receiver,
            Sender,
        ),
        (
            "{type: integer, format: int32, maximum: 9}",
            "{type: integer, format: int64, maximum: 10}",
            Receiver,
            Sender,
        ),
        (
            "{type: number, format: float, maximum: 9}",
            "{type: number, format: double, maximum: 9}",
            Receiver,
            Sender,
        ),
    ]);
    // The crate has another type, so it is still a change.
    let contract = |format: &str| both_ways(&format!("{{type: integer, format: {format}, minimum: 0, maximum: 9}}"));
    assert_eq!(changes(&contract("int32"), &contract("int64"))[0].id, "format-widened");
}

#[test]
fn one_of_in_place_of_any_of_breaks_nobody_if_no_value_fits_two_alternatives() {
    let pair = |alternatives: &str, there, back| {
        let [any, one] = ["anyOf", "oneOf"].map(|word| format!("{{{word}: [{alternatives}]}}"));
        check(&[(&any, &one, there, back)]);
    };
    pair(&format!("{CAT}, {DOG}"), Nobody, Nobody);
    let inner = |kind: &str| {
        format!(
            "{{type: object, properties: {{meta: {{type: object, properties: {{kind: {{const: {kind}}}}}, required: [kind]}}}}, required: [meta]}}"
        )
    };
    pair(&format!("{}, {}", inner("a"), inner("b")), Nobody, Nobody);
    pair(
        "{type: integer, maximum: 9}, {type: integer, minimum: 10}",
        Nobody,
        Nobody,
    );
    pair(
        "{type: string, maxLength: 3}, {type: string, minLength: 4}",
        Nobody,
        Nobody,
    );
    pair(
        "{type: integer, maximum: 9}, {type: integer, minimum: 9}",
        Undecided,
        Undecided,
    );
    pair(
        "{type: object, properties: {a: {}}}, {type: object, properties: {b: {}}}",
        Undecided,
        Undecided,
    );
}

#[test]
fn another_default_breaks_senders_who_may_leave_the_member_out() {
    let contract = |default: &str, words: &str, sent: &str, received: &str| {
        let schema = format!("{{type: object, properties: {{a: {{type: integer{default}{words}}}}}}}");
        let body = |is: &str, required: &str| {
            let schema = schema.replace("}}}", &format!("}}}}, required: [{required}]}}"));
            format!("content: {{{is}: {{schema: {schema}}}}}")
        };
        format!(
            "openapi: 3.1.0\ninfo: {{title: T, version: '1'}}\npaths: {{/a: {{post: {{requestBody: {{{}}}, responses: {{'200': {{description: d, {}}}}}}}}}}}\n",
            body(sent, received),
            body("application/json", "")
        )
    };
    let json = "application/json";
    for (words, sent, required, wanted) in [
        ("", json, "", Sender),
        ("", "application/x-www-form-urlencoded", "", Sender),
        ("", json, "a", Nobody),
        (", readOnly: true", json, "", Nobody),
    ] {
        let of = |default: &str| contract(default, words, sent, required);
        for (base, revision) in [
            (", default: 1", ", default: 2"),
            ("", ", default: 2"),
            (", default: 1", ""),
        ] {
            let (breaks, found) = worst(&of(base), &of(revision));
            assert_eq!(breaks, wanted, "{words} {sent} {required} {found:#?}");
            assert_eq!(found.len(), 2, "{found:#?}");
        }
    }
    // What only arrives has no default that counts.
    let read = |default: &str| {
        let schema = format!("{{type: object, properties: {{a: {{type: integer, default: {default}}}}}}}");
        format!(
            "openapi: 3.1.0\ninfo: {{title: T, version: '1'}}\npaths: {{/a: {{get: {{responses: {{'200': {{description: d, content: {{application/json: {{schema: {schema}}}}}}}}}}}}}}}\n"
        )
    };
    assert_eq!(worst(&read("1"), &read("2")).0, Nobody);
}

/// Returns a contract of a version of OpenAPI that sends and receives a body of a media type.
fn of_version(version: &str, media_type: &str, schema: &str) -> String {
    let contract = both_ways(schema).replace("3.1.0", version);
    contract.replace("application/json", media_type)
}

#[test]
fn bytes_of_3_0_are_any_value_of_3_1_in_a_body_of_bytes() {
    let binary = "{type: string, format: binary}";
    for (media_type, wanted) in [
        ("application/octet-stream", Nobody),
        ("image/png", Nobody),
        ("application/json", Receiver),
    ] {
        let (old, new) = (
            of_version("3.0.3", media_type, binary),
            of_version("3.1.0", media_type, "{}"),
        );
        assert_eq!(worst(&old, &new).0, wanted, "{media_type}");
        assert_eq!(worst(&new, &old).0 == Nobody, wanted == Nobody, "{media_type}");
    }
}

#[test]
fn a_nullable_that_3_1_does_not_have_is_undecided() {
    let json = "application/json";
    let member = |version: &str, schema: &str| {
        of_version(version, json, &format!("{{type: object, properties: {{a: {schema}}}}}"))
    };
    let left_behind = "{type: string, nullable: true}";
    for (base, revision, wanted) in [
        (("3.0.3", left_behind), ("3.1.0", left_behind), Undecided),
        (
            ("3.0.3", left_behind),
            ("3.1.0", "{type: string, nullable: true, example: x}"),
            Undecided,
        ),
        (("3.1.0", left_behind), ("3.1.0", "{type: [string, 'null']}"), Undecided),
        (("3.1.0", left_behind), ("3.1.0", "{type: string}"), Undecided),
        (("3.0.3", left_behind), ("3.1.0", "{type: [string, 'null']}"), Nobody),
        (("3.0.3", left_behind), ("3.1.0", "{type: string}"), Sender),
        (("3.1.0", left_behind), ("3.2.0", left_behind), Nobody),
        (
            ("3.0.3", "{nullable: true, allOf: [{type: string}]}"),
            ("3.1.0", "{nullable: true, allOf: [{type: string}]}"),
            Undecided,
        ),
    ] {
        let (breaks, found) = worst(&member(base.0, base.1), &member(revision.0, revision.1));
        assert_eq!(breaks, wanted, "{base:?} {revision:?} {found:#?}");
    }
}

#[test]
fn only_nullable_counts_beside_a_reference_of_3_0() {
    let contract = |version: &str, beside: &str| {
        let schema =
            format!("{{type: object, properties: {{a: {{$ref: '#/components/schemas/A'{beside}}}}}, required: [a]}}");
        let start = of_version(version, "application/json", &schema);
        let start = start.trim_end().strip_suffix('}').expect("a mapping");
        format!("{start}, components: {{schemas: {{A: {{type: string}}}}}}}}")
    };
    for word in [", readOnly: true", ", writeOnly: true"] {
        assert_eq!(changes(&contract("3.0.3", ""), &contract("3.0.3", word)), [], "{word}");
        assert_eq!(changes(&contract("3.0.3", word), &contract("3.0.3", "")), [], "{word}");
        assert_ne!(changes(&contract("3.1.0", word), &contract("3.1.0", "")), [], "{word}");
    }
}
