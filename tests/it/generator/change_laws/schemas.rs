//! Sentences, reasons and operations of changes.

use sdkwright_changes::WireBreak;

use super::{both_ways, changes};

/// Returns the sentences and reasons of all changes.
fn told(base: &str, revision: &str) -> Vec<(String, String)> {
    let found = changes(base, revision).into_iter();
    found.map(|change| (change.text, change.verdicts.wire.reason)).collect()
}

#[test]
fn of_schemas_that_all_hold_the_one_that_says_it_is_named() {
    let contract = |member: &str| {
        let schemas = format!(
            "components: {{schemas: {{S: {{type: object, properties: {{a: {member}}}}}, P: {{type: string, pattern: '^[0-9]+$'}}}}}}"
        );
        let use_it = both_ways("{$ref: '#/components/schemas/S'}");
        let start = use_it.trim_end().strip_suffix('}').expect("a mapping");
        format!("{start}, {schemas}}}")
    };
    let both = contract("{allOf: [{$ref: '#/components/schemas/P'}], pattern: '[1-9]'}");
    let one = contract("{allOf: [{$ref: '#/components/schemas/P'}]}");
    let texts = |base: &str, revision: &str| {
        told(base, revision)
            .into_iter()
            .map(|(text, _)| text)
            .collect::<Vec<_>>()
    };
    assert_eq!(texts(&both, &one), ["`S.a` no longer has the pattern `[1-9]`"]);
    assert_eq!(texts(&one, &both), ["`S.a` also has the pattern `[1-9]`"]);
}

#[test]
fn what_is_undecided_for_receivers_is_told_beside_a_break_of_senders() {
    let contract = |pattern: &str| {
        let sent = "post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/S'}}}}, responses: {'204': {description: d}}}";
        let read = "get: {responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/S'}}}}}}";
        format!(
            "openapi: 3.1.0\ninfo: {{title: T, version: '1'}}\npaths: {{/send: {{{sent}}}, /read: {{{read}}}}}\ncomponents: {{schemas: {{S: {{type: string, \
             pattern: '{pattern}'}}}}}}\n"
        )
    };
    let found = changes(&contract("^a"), &contract("^b"));
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].operations, ["POST /send", "GET /read"]);
    assert_eq!(found[0].verdicts.wire.breaks, WireBreak::Sender);
    let reason = &found[0].verdicts.wire.reason;
    assert!(reason.contains("for clients that receive it is undecided"), "{reason}");
}

#[test]
fn a_reference_to_another_component_is_told_of_its_use() {
    let contract = |schema: &str| {
        format!(
            "openapi: 3.1.0\ninfo: {{title: T, version: '1'}}\npaths: {{/a: {{get: {{responses: {{'200': {{description: d, content: {{application/json: {{schema: \
             {schema}}}}}}}}}}}}}}}\ncomponents: {{schemas: {{E: {{type: object, properties: {{m: {{type: string}}}}}}, F: {{type: string}}}}}}\n"
        )
    };
    let [text, object, other] = [
        "{type: string}",
        "{$ref: '#/components/schemas/E'}",
        "{$ref: '#/components/schemas/F'}",
    ];
    for (base, revision) in [(text, object), (object, text), (object, other), (other, object)] {
        for (sentence, _) in told(&contract(base), &contract(revision)) {
            assert!(
                sentence.contains("the response 200 of `GET /a`"),
                "{base} {revision} {sentence}"
            );
        }
    }
}

#[test]
fn a_change_of_a_subtype_reaches_the_operations_of_its_base() {
    let contract = |demands: &str| {
        format!(
            "openapi: 3.1.0\ninfo: {{title: T, version: '1'}}\npaths: {{/a: {{post: {{requestBody: {{content: {{application/json: {{schema: {{$ref: \
             '#/components/schemas/B'}}}}}}}}, responses: {{'204': {{description: d}}}}}}}}}}\ncomponents: {{schemas: {{B: {{type: object, properties: {{t: {{type: \
             string}}}}, discriminator: {{propertyName: t}}}}, K: {{allOf: [{{$ref: '#/components/schemas/B'}}, {{type: object, properties: {{x: {{type: \
             string}}}}, required: [{demands}]}}]}}}}}}\n"
        )
    };
    let found = changes(&contract(""), &contract("x"));
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].operations, ["POST /a"]);
    assert_eq!(found[0].verdicts.wire.breaks, WireBreak::Sender);
}
