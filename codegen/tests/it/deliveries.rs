//! Deliveries that the generated server cannot send as their contract states are counted with their reason, and requests that it cannot verify.

use sdkwright_codegen::{emit, naming};
use sdkwright_contract::{Contract, Inputs, SourceFile, diag};

const CONTRACT: &str = "
openapi: 3.0.3
info: { title: Case, version: '1' }
x-sdk: { owner: { name: The Library, party: library }, environment: { webhookSecret: CASE_HOOK } }
x-webhooks:
  signing: { algorithm: hmac-sha256, encoding: hex, secret: utf8, headers: { signature: x-sig, timestamp: x-ts }, timestamp: unix-seconds, message: '{header.x-id}|{timestamp}|{body}', freshness: 300 }
  envelope: { schema: '#/components/schemas/Event', id: header.X-Id, type: /type }
  events:
    loan.opened:
      post:
        requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Event' } } } }
        responses: { '200': { description: Accepted. } }
paths:
  /loans: { get: { operationId: countLoans, responses: { '204': { description: Nothing. } } } }
components:
  schemas:
    Event: { type: object, required: [id, type], properties: { id: { type: string }, type: { type: string } } }
";

/// Returns the counted reasons of the server's side.
fn reasons(text: &str) -> Vec<String> {
    let mut report = diag::Report::new(diag::Levels::lenient());
    let inputs = Inputs::new(SourceFile {
        name: "contract.yaml",
        bytes: text.as_bytes(),
    });
    let contract = Contract::from_inputs(&inputs, &|_| {}, &mut report).unwrap();
    let api = contract.meaning(&|_| {}, &mut report).unwrap();
    let names = naming::assign(&api, &naming::Overrides::default(), 1, &mut report);
    let about = emit::About {
        package: "case".to_owned(),
        version: "1.0.0".to_owned(),
        contract_sha256: String::new(),
        custom: false,
        documented: false,
        server: true,
    };
    let files = emit::emit(&api, &names, &about);
    files.not_served().into_iter().map(str::to_owned).collect()
}

#[test]
fn deliveries_that_the_server_cannot_send_are_counted() {
    assert!(reasons(CONTRACT).is_empty());
    let in_body = ("header.X-Id", "/id");
    let body_alone = ("{header.x-id}|", "");
    for (changes, reason) in [
        (vec![in_body], "a signed header that is not their id, time or nonce"),
        (
            vec![("header.x-id", "header.content-type"), in_body],
            "a signed header that is not their id, time or nonce",
        ),
        (vec![("post:", "put:")], "another method than `POST`"),
        (
            vec![("application/json", "application/cloudevents+json")],
            "another media type than `application/json`",
        ),
        (
            vec![in_body, body_alone, ("id: { type: string }", "id: { type: integer }")],
            "an id that is not a text",
        ),
        (vec![in_body, body_alone], ""),
        (vec![("application/json", "application/json; charset=utf-8")], ""),
    ] {
        let text = changes
            .iter()
            .fold(CONTRACT.to_owned(), |text, (from, to)| text.replace(from, to));
        let expected: Vec<String> = match reason {
            "" => Vec::new(),
            reason => vec![format!("server: deliveries with {reason}")],
        };
        assert_eq!(reasons(&text), expected, "{changes:?}");
    }
}

const SIGNED: &str = "
openapi: 3.0.3
info: { title: Case, version: '1' }
x-sdk: { owner: { name: The Library, party: library } }
security: [{ Signed: [] }]
paths:
  /loans: { get: { operationId: countLoans, responses: { '204': { description: Nothing. } } } }
components:
  securitySchemes:
    Signed:
      type: apiKey
      in: header
      name: Signature
      x-signing:
        algorithm: ed25519
        jws: { protected: { kid: '{key-id}' }, claims: { time: '{timestamp}', once: '{nonce}', of: '{target}' } }
        timestamp: unix-seconds
        freshness: 60
";

#[test]
fn requests_whose_signature_lacks_a_value_are_counted() {
    for contract in [
        SIGNED,
        include_str!("../../../tests/cases/signing-detached/contract.yaml"),
        include_str!("../../../tests/cases/signing-http/contract.yaml"),
        include_str!("../../../tests/cases/signing-jws/contract.yaml"),
        include_str!("../../../tests/cases/signing-oauth1/contract.yaml"),
        include_str!("../../../tests/cases/signing-rfc9421/contract.yaml"),
    ] {
        assert!(reasons(contract).is_empty(), "{contract}");
    }
    let [client, value, nonce] = [
        "server: a signature that names neither its client nor its key",
        "server: a signed value that the request does not contain",
        "server: a nonce without freshness",
    ];
    for (from, to, reason) in [
        ("kid: '{key-id}'", "typ: JWT", Some(client)),
        ("kid: '{key-id}'", "kid: 'key {key-id}'", Some(client)),
        ("kid: '{key-id}'", "sub: '{client-id}'", None),
        ("of: '{target}'", "of: '{target} {settings.of}'", Some(value)),
        ("of: '{target}'", "of: '{settings.of}'", None),
        ("of: '{target}'", "of: '{timestamp} {target} {nonce}'", None),
        ("of: '{target}'", "of: '{host}{target}{idempotency-key}'", None),
        ("time: '{timestamp}', ", "", Some(nonce)),
        ("time: '{timestamp}'", "exp: '{expires}'", None),
        ("once: '{nonce}', ", "", None),
    ] {
        let extra = match to {
            to if to.contains("settings") => "settings: { of: { description: Any. } }\n        ",
            to if to.contains("expires") => "lifetime: 30\n        ",
            _ => "",
        };
        let text = SIGNED
            .replace(from, to)
            .replace("timestamp: unix", &format!("{extra}timestamp: unix"));
        assert_eq!(reasons(&text), reason.into_iter().collect::<Vec<_>>(), "{to}");
    }
}
