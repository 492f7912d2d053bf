//! Keys that operations declare without an extension, and signatures without a nonce.

use crate::support::client::{Request, get, hex, now, post};
use aws_lc_rs::hmac;
use sdkwright_sandbox_server::{Options, Sandbox};
use serde_json::{Value, json};

const CONTRACT: &str = "
openapi: 3.1.0
info: { title: Keys, version: '1' }
servers: [{ url: https://api.keys.example/v1 }]
paths:
  /payments:
    post:
      operationId: pay
      parameters: [{ name: Idempotency-Key, in: header, schema: { type: string, format: uuid } }]
      requestBody: { content: { application/json: { schema: { type: object, properties: { amount: { type: string } } } } } }
      responses: { '201': { description: Paid., content: { application/json: { schema: { $ref: '#/components/schemas/Payment' } } } } }
  /payments/{id}:
    get:
      operationId: read
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses: { '200': { description: The payment., content: { application/json: { schema: { $ref: '#/components/schemas/Payment' } } } } }
  /refunds:
    post:
      operationId: refund
      requestBody:
        required: true
        content: { application/json: { schema: { type: object, required: [idempotency_key], properties: { idempotency_key: { type: string }, amount: { type: string } } } } }
      responses: { '201': { description: Refunded., content: { application/json: { schema: { $ref: '#/components/schemas/Payment' } } } } }
  /receipts:
    post:
      operationId: file
      requestBody:
        required: true
        content: { multipart/form-data: { schema: { type: object, properties: { 're\"quest': { $ref: '#/components/schemas/Filed' }, image: { type: string, format: binary } } } } }
      responses: { '201': { description: Filed., content: { application/json: { schema: { $ref: '#/components/schemas/Payment' } } } } }
components:
  schemas:
    Filed: { type: object, required: [idempotency_key], properties: { idempotency_key: { type: string }, amount: { type: string } } }
    Payment: { type: object, required: [id], properties: { id: { type: string }, amount: { type: string } } }
";

#[test]
fn a_declared_key_repeats_the_response_and_refuses_another_request() {
    let server = Sandbox::start(CONTRACT, Options::default()).unwrap();
    let sent = |target: &str, key: &str, amount: &str| {
        let mut body = json!({ "amount": amount });
        let request = post(target, &body);
        body["idempotency_key"] = json!(key);
        let request = match target {
            "/payments" => request.header("Idempotency-Key", key),
            "/refunds" => post(target, &body),
            _ => Request {
                body: format!("--b\r\nContent-Disposition: form-data; name=\"re%22quest\"\r\n\r\n{body}\r\n--b--\r\n")
                    .into(),
                media: Some("multipart/form-data; boundary=b".to_owned()),
                ..post(target, &body)
            },
        };
        let answer = request.send(&server);
        let id = answer.json().get("id").cloned().unwrap_or(Value::Null);
        (answer.status, id)
    };
    let (first, other) = (
        "0190f5fe-7c00-7a00-8000-000000000001",
        "0190f5fe-7c00-7a00-8000-000000000002",
    );
    for (target, key, next) in [
        ("/payments", first, other),
        ("/refunds", "r-1", "r-2"),
        ("/receipts", "f-1", "f-2"),
    ] {
        let made = sent(target, key, "1");
        assert_eq!(made.0, 201);
        assert_eq!(sent(target, key, "1"), made, "{target}");
        assert_eq!(sent(target, key, "2").0, 409, "{target}");
        assert_ne!(sent(target, next, "1").1, made.1, "{target}");
    }
    assert_eq!(server.effects().len(), 6);
    assert_eq!(sent("/payments", "no uuid", "1").0, 400);
    for target in ["/refunds", "/receipts"] {
        let media = Some("text/plain".to_owned());
        let request = Request {
            media,
            ..post(target, &json!({ "idempotency_key": "k" }))
        };
        assert_eq!(request.send(&server).status, 415, "{target}");
    }
}

#[test]
fn a_signature_without_a_nonce_is_valid_for_each_call() {
    let contract = r#"
openapi: 3.1.0
info: { title: Probe, version: '1' }
servers: [{ url: https://api.probe.example/v1 }]
security: [{ Sign: [] }]
paths:
  /things: { get: { operationId: listThings, responses: { '204': { description: Things. } } } }
components:
  securitySchemes:
    Sign:
      type: apiKey
      in: header
      name: X-Sign
      x-signing: { algorithm: hmac-sha256, encoding: hex, secret: utf8, separator: "\n", components: [timestamp, method, target], headers: { clientId: X-Key, timestamp: X-Time }, timestamp: unix-seconds, freshness: 30 }
"#;
    let server = Sandbox::start(contract, Options::default()).unwrap();
    let call = || -> Request {
        let time = now().to_string();
        let key = hmac::Key::new(hmac::HMAC_SHA256, server.client_secret.as_bytes());
        let signature = hmac::sign(&key, format!("{time}\nGET\n/v1/things").as_bytes());
        get("/things")
            .header("X-Key", &server.client_id)
            .header("X-Time", &time)
            .header("X-Sign", &hex(signature.as_ref()))
    };
    let first = call();
    assert_eq!(first.send(&server).status, 204);
    assert_eq!(first.send(&server).status, 204);
    assert_eq!(
        call().header("X-Sign", "no").send(&server).status,
        401,
        "of two signatures, neither is certain"
    );
    let forged = Request {
        extra: call()
            .extra
            .into_iter()
            .map(|(name, value)| (name, value.replace(['a', '1'], "b")))
            .collect(),
        ..call()
    };
    assert_eq!(forged.send(&server).status, 401);
}
