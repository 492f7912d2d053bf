//! Hostile contracts and hostile clients: the server stays, and others are served.

use crate::support::client;
use sdkwright_sandbox::{Options, Sandbox};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const SHOP: &str = "openapi: 3.0.3
info: { title: Shop, version: '1' }
servers: [{ url: 'http://localhost/shop' }]
x-sdk: { problem: { schema: '#/components/schemas/Problem', code: /code, detail: /detail } }
paths:
  /orders:
    post:
      operationId: order
      x-problems: [INVALID]
      x-rules:
        - rule: RULE
          message: A rule of the shop.
          at: /note
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } } }
      responses: { '204': { description: Ordered. } }
    get:
      operationId: look
      responses: { '204': { description: Looked. } }
components:
  schemas:
    Order: { type: object, properties: { note: { type: string }, lines: { type: array, items: { type: string } }, parts: { type: array, items: { $ref: '#/components/schemas/Part' } } } }
    Part: { type: object, x-rules: [{ rule: size(self) < 5, message: A part is small. }] }
    Problem: { type: object, properties: { code: { type: string }, detail: { type: string } } }
    Code: { type: string, enum: [INVALID], x-problem-registry: { INVALID: { status: 400 } } }
";

fn shop(rule: &str) -> String {
    SHOP.replace("RULE", &json!(rule).to_string())
}

#[test]
fn a_contract_whose_rule_could_cost_too_much_does_not_load() {
    let nested = "body.lines.all(a, body.lines.all(b, body.lines.all(c, body.lines.all(d, a + b == c + d))))";
    let began = Instant::now();
    let error = Sandbox::start(&shop(nested), Options::default())
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("line 11, column 22: x-rules[0].rule: its estimated cost is "),
        "{error}"
    );
    assert!(
        error.ends_with(
            "and 10,000,000 is allowed: `body.lines` has no limit, and 100 items are assumed; give it a `maxItems`, or compute less for each item"
        ),
        "{error}"
    );
    let doubled = "[body.note]".to_owned() + &".map(x, x + x)".repeat(34) + " != []";
    let error = Sandbox::start(&shop(&doubled), Options::default())
        .unwrap_err()
        .to_string();
    assert!(error.contains("its estimated cost is "), "{error}");
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_body_that_makes_a_rule_cost_too_much_is_refused_while_others_are_served() {
    let rule = "body.lines.all(a, body.lines.all(b, a == b || a != b))";
    let server = Sandbox::start(&shop(rule), Options::default()).unwrap();
    let lines = |count: usize| json!({ "lines": vec!["a"; count] });
    assert_eq!(client::post("/orders", &lines(50)).send(&server).status, 204);
    let began = Instant::now();
    let answers: Vec<u16> = std::thread::scope(|threads| {
        let hostile: Vec<_> = (0..8)
            .map(|_| threads.spawn(|| client::post("/orders", &lines(100_000)).send(&server).status))
            .collect();
        let others = client::get("/orders").send(&server).status;
        let hostile = hostile.into_iter().map(|thread| thread.join().unwrap());
        std::iter::once(others).chain(hostile).collect()
    });
    assert_eq!(answers, [204, 400, 400, 400, 400, 400, 400, 400, 400]);
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
    let calls = server.calls();
    let failures: Vec<String> = calls
        .iter()
        .flat_map(|call| call.failures().map(|check| check.note.clone()))
        .collect();
    assert!(
        failures
            .iter()
            .any(|note| note.contains("The rule has no value: its estimated cost with these values is ")),
        "{failures:?}"
    );
    let parts = json!({ "parts": vec![json!({}); 200_000] });
    let refused = client::post("/orders", &parts).send(&server);
    assert_eq!(refused.status, 400);
    assert!(
        refused.json()["detail"]
            .as_str()
            .unwrap()
            .contains("the rules of this value cost too much")
    );
    assert!(began.elapsed() < Duration::from_secs(12), "{:?}", began.elapsed());
    let ordinary: Value = json!({ "lines": ["a"], "note": "n" });
    assert_eq!(client::post("/orders", &ordinary).send(&server).status, 204);
}
