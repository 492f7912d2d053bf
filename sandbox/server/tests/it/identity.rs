//! Two operations of one `operationId` share nothing: what one made is no repetition for the other.

use crate::support::client::post;
use sdkwright_sandbox_server::{Options, Sandbox};
use serde_json::json;

const CONTRACT: &str = "\
openapi: 3.0.3
info: { title: Case, version: '1' }
servers: [{ url: 'http://localhost/v1' }]
x-idempotency: { header: X-Once-Token, retention: 600 }
paths:
  /payments:
    post:
      operationId: create
      x-idempotency: { intent: effect, subject: [/reference] }
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } } }
      responses: &answers
        '200': { description: It is there., content: { application/json: { schema: { $ref: '#/components/schemas/Made' } } } }
        '201': { description: Made., content: { application/json: { schema: { $ref: '#/components/schemas/Made' } } } }
  /refunds:
    post:
      operationId: create
      x-idempotency: { intent: effect, subject: [/reference] }
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } } }
      responses: *answers
components:
  schemas:
    Order: { type: object, required: [reference], properties: { reference: { type: string } } }
    Made: { type: object, required: [madeId, reference, state], properties: { madeId: { type: string, x-newtype: MadeId }, reference: { type: string }, state: { type: string, enum: [NEW, SENT] } } }
";

#[test]
fn two_operations_of_one_id_make_two_things_and_are_counted_apart() {
    let server = Sandbox::start(CONTRACT, Options::default()).unwrap();
    let body = json!({ "reference": "r-1" });
    let statuses = ["/payments", "/refunds", "/payments"].map(|target| post(target, &body).send(&server).status);
    assert_eq!(statuses, [201, 201, 200]);
    let effects: Vec<String> = server.effects().into_iter().map(|effect| effect.operation).collect();
    assert_eq!(effects, ["POST /v1/payments", "POST /v1/refunds"]);
}

#[test]
fn a_contract_that_speaks_of_an_id_that_two_operations_have_is_not_served() {
    let life = "enum: [NEW, SENT], x-lifecycle: { initial: NEW, transitions: [{ from: NEW, to: SENT, by: create }] } }";
    let text = CONTRACT.replace("enum: [NEW, SENT] }", life);
    assert_ne!(text, CONTRACT);
    let refused = Sandbox::start(&text, Options::default()).unwrap_err().to_string();
    assert!(
        refused.contains("x-lifecycle.transitions[0].by: two operations have the id `create`"),
        "{refused}"
    );
}
