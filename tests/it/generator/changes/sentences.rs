//! Sentences on changes name what changed: the schema behind a keyword, the callback and not the call that has it, numbers as they are written.

use super::compared;

const CONTRACT: &str = "\
openapi: 3.1.0
info: { title: T, version: '1' }
servers: [{ url: https://a.example }]
paths:
  /things:
    post:
      operationId: make
      tags: [things]
      parameters:
        - { name: q, in: query, schema: { type: string, default: y } }
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/S' } } } }
      callbacks:
        done:
          '{$request.body#/url}':
            post:
              parameters: [{ name: X-Part, in: header, schema: { type: string } }]
              requestBody: { content: { application/json: { schema: { type: object } } } }
              responses: { '200': { description: d, content: { application/json: { schema: { type: integer } } } } }
      responses: { '204': { description: d } }
webhooks:
  ping:
    post:
      operationId: ping
      parameters: [{ name: X-Sig, in: header, schema: { type: string } }]
      requestBody: { content: { application/json: { schema: { type: object } } } }
      responses: { '200': { description: d, content: { application/json: { schema: { type: integer } } } } }
components:
  schemas:
    S:
      type: object
      properties:
        not: { type: string, pattern: '^[A-Z0-9]+$' }
        a: { not: { enum: [x, z] } }
        b: { type: array, items: { type: integer }, contains: { const: 1 } }
        c: { const: { n: 1 } }
        d: { type: string }
      dependentRequired: { d: [a] }
";

/// Returns the sentences on an edit.
fn told(find: &str, put: &str) -> Vec<String> {
    assert!(CONTRACT.contains(find), "{find}");
    let comparison = compared(CONTRACT, &CONTRACT.replacen(find, put, 1));
    comparison.changes.into_iter().map(|change| change.text).collect()
}

#[test]
fn a_sentence_names_what_changed() {
    let gone =
        "{ '200': { description: d, content: { application/json: { schema: { type: integer } } } } }\n      responses";
    for (find, put, wanted) in [
        (
            "[x, z]",
            "[x]",
            "the schema in `not` of `S.a` no longer has the value `z`",
        ),
        (
            "const: 1",
            "const: 20",
            "the schema in `contains` of `S.b` is always `20` and was always `1`",
        ),
        (
            "n: 1",
            "n: 20",
            "`S.c` is always `{\"n\":20}` and was always `{\"n\":1}`",
        ),
        ("d: [a]", "d: [b]", "`S` requires `b` next to `d`, and no longer `a`"),
        (
            "dependentRequired: { d: [a] }",
            "{}",
            "`S` no longer requires `a` next to `d`",
        ),
        (
            "parameters: [{ name: X-Part, in: header, schema: { type: string } }]",
            "{}",
            "the callback `done` of `POST /things` no longer has the header parameter `X-Part`",
        ),
        (
            gone,
            "{ '202': { description: d } }\n      responses",
            "the receiver of the callback `done` of `POST /things` no longer returns 200",
        ),
        (
            gone,
            "{ '200': { description: d, content: { application/json: { schema: { type: string } } } } }\n      responses",
            "the response 200 to the callback `done` of `POST /things` is a string and was an integer",
        ),
        (
            "requestBody: { content: { application/json: { schema: { type: object } } } }\n              responses",
            "requestBody: { content: { application/json: { schema: { type: string } } } }\n              responses",
            "the callback `done` of `POST /things` is a string and was an object",
        ),
        (
            "'{$request.body#/url}'",
            "'{$request.body#/there}'",
            "the callback `done` of `POST /things` is no longer sent",
        ),
    ] {
        let put = if put == "{}" { "x-nothing: {}" } else { put };
        let told = told(find, put);
        assert!(told.iter().any(|text| text == wanted), "{find}: {told:#?}");
    }
}

#[test]
fn what_is_the_same_in_other_words_is_not_told() {
    for (find, put) in [
        ("[A-Z0-9]", "[0-9A-Z]"),
        // A request to the callback does not have its name.
        ("        done:\n", "        finished:\n"),
        ("X-Part", "x-part"),
        ("n: 1", "n: 1.0"),
    ] {
        assert_eq!(told(find, put), Vec::<String>::new(), "{find}");
    }
}

#[test]
fn the_reason_fits_who_sends() {
    let reasons = |find: &str| {
        let comparison = compared(CONTRACT, &CONTRACT.replacen(find, "x-nothing: {}", 1));
        let reasons = comparison.changes.into_iter().map(|change| change.verdicts.wire.reason);
        reasons.filter(|reason| !reason.is_empty()).collect::<Vec<_>>()
    };
    for header in ["X-Part", "X-Sig"] {
        let found = reasons(&format!(
            "parameters: [{{ name: {header}, in: header, schema: {{ type: string }} }}]"
        ));
        let [reason] = &found[..] else { panic!("{found:?}") };
        assert!(
            reason.contains("no longer get the parameter") && !reason.contains("server"),
            "{reason}"
        );
    }
}

#[test]
fn a_default_of_a_parameter_breaks_who_leaves_it_out_and_refuses_nobody() {
    use sdkwright_changes::{WireBreak, release};
    for (find, put) in [(", default: y", ", default: z"), (", default: y", "")] {
        let base = CONTRACT;
        let revision = CONTRACT.replacen(find, put, 1);
        for (old, new) in [(base, revision.as_str()), (&revision, base)] {
            let comparison = compared(old, new);
            let [change] = &comparison.changes[..] else {
                panic!("{comparison:?}")
            };
            assert_eq!(change.verdicts.wire.breaks, WireBreak::Sender, "{}", change.text);
            assert_eq!(
                release::step(&comparison),
                release::ReleaseStep::Feature,
                "{}",
                change.text
            );
            let entry = release::entry("1.1.0", "2026-11-23", &comparison);
            assert!(
                entry.contains("A client that leaves it out") && !entry.contains("refused"),
                "{entry}"
            );
            assert!(!entry.contains("Breaking"), "{entry}");
        }
    }
}

#[test]
fn a_component_with_another_name_is_told_once() {
    let revision = CONTRACT
        .replace("schemas/S'", "schemas/Thing'")
        .replace("    S:\n", "    Thing:\n");
    let told: Vec<String> = compared(CONTRACT, &revision)
        .changes
        .into_iter()
        .map(|change| change.text)
        .collect();
    assert_eq!(told, ["`S` is now `Thing` and the same otherwise"]);
}

const CREATION: &str = "\
openapi: 3.1.0
info: { title: T, version: '1' }
servers: [{ url: https://a.example }]
x-sdk: { owner: { name: A, party: a } }
x-idempotency: { header: Once, retention: 600 }
paths:
  /things:
    post:
      operationId: make
      tags: [things]
      x-idempotency: { intent: effect, existing: [200] }
      x-repeats: [{ sent: /name }]
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/S' } } } }
      responses: { '200': { description: d, content: { application/json: { schema: { $ref: '#/components/schemas/S' } } } } }
components:
  schemas:
    S: { type: object, properties: { name: { type: string }, code: { type: string } } }
";

#[test]
fn the_sentence_on_compared_values_and_existing_resources_says_what_is_accepted() {
    let (repeats, existing) = ("      x-repeats: [{ sent: /name }]\n", ", existing: [200]");
    let without = |part: &str| CREATION.replacen(part, "", 1);
    let other = CREATION.replacen("[{ sent: /name }]", "[{ sent: /name, last: 4 }]", 1);
    for (base, revision, text, sentence) in [
        (
            CREATION,
            &*without(repeats),
            "the list of repeated members in the response to `POST /things` was removed: `/name`",
            "Responses to `POST /things` are no longer compared with the request by these values: a response to another call is accepted",
        ),
        (
            &*without(repeats),
            CREATION,
            "the list of repeated members in the response to `POST /things` was added: `/name`",
            "A response to `POST /things` whose values differ from those of the request is no longer accepted",
        ),
        (
            CREATION,
            &*other,
            "the list of repeated members in the response to `POST /things` changed from `/name` to `/name, last 4 characters`",
            "Responses to `POST /things` are compared with the request by other values: a value that was compared no longer is",
        ),
        (
            CREATION,
            &*without(existing),
            "a status of `POST /things` for a resource that existed before was removed: `200`",
            "A response of `POST /things` with this status is no longer accepted if it names an id that the journal has bound to another key: the action stays open",
        ),
        (
            &*without(existing),
            CREATION,
            "a status of `POST /things` for a resource that existed before was added: `200`",
            "A response of `POST /things` with this status is accepted if it names an id that the journal has bound to another key",
        ),
    ] {
        let changes = compared(base, revision).changes;
        let [change] = changes.as_slice() else {
            panic!("{changes:?}");
        };
        assert_eq!((&*change.text, &*change.verdicts.conduct.sentence), (text, sentence));
    }
}
