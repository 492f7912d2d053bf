//! Contracts without the extensions of this project: answers and refusals are those that they declare.

use crate::support::client::{self, get, post};
use sdkwright_sandbox_server::{Options, Running, Sandbox};
use serde_json::{Value, json};

const KENNEL: &str = r"openapi: 3.0.3
info: { title: Kennel, version: '1' }
servers: [{ url: 'http://localhost/kennel' }]
paths:
  /guests:
    post:
      operationId: admit
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/NewGuest' } } } }
      responses:
        '201': { description: Admitted., content: { application/json: { schema: { $ref: '#/components/schemas/Guest' } } } }
        '422': { description: Invalid., content: { application/json: { schema: { $ref: '#/components/schemas/Fault' } } } }
  /guests/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: integer, format: int64, minimum: 1 } }]
    get:
      operationId: look
      responses:
        '200': { description: Guest., content: { application/json: { schema: { $ref: '#/components/schemas/Guest' } } } }
        4XX: { description: Refused., content: { application/json: { schema: { $ref: '#/components/schemas/Faults' } } } }
    delete:
      operationId: release
      responses: { '204': { description: Released. } }
  /guests/{id}/meals:
    parameters: [{ name: id, in: path, required: true, schema: { type: integer } }]
    post:
      operationId: feed
      requestBody: { content: { application/json: { schema: { type: object, properties: { note: { type: string, maxLength: 3 } } } } } }
      responses: { '201': { description: Fed., content: { application/json: { schema: { $ref: '#/components/schemas/Meal' } } } } }
components:
  schemas:
    NewGuest: { type: object, required: [name], properties: { name: { type: string, maxLength: 5 }, chip: { type: string, writeOnly: true } } }
    Guest:
      type: object
      required: [id, name, animal, chip]
      properties:
        id: { type: integer, format: int64, example: 41 }
        name: { type: string }
        animal:
          oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }]
          discriminator: { propertyName: kind, mapping: { feline: '#/components/schemas/Cat', canine: '#/components/schemas/Dog' } }
        toy: { oneOf: [{ $ref: '#/components/schemas/Ball' }, { $ref: '#/components/schemas/Rope' }], discriminator: { propertyName: kind } }
        code: { type: string, pattern: '^[A-Z]{3}-\d{2}(x|y)+$', minLength: 9 }
        tags: { type: array, minItems: 2, uniqueItems: true, items: { type: string } }
        chip: { type: string, writeOnly: true }
    Cat: { type: object, required: [kind, lives], properties: { kind: { type: string }, lives: { type: integer } } }
    Dog: { type: object, required: [kind, barks], properties: { kind: { type: string }, barks: { type: integer } } }
    Ball: { type: object, required: [kind], properties: { kind: { type: string, const: ball } } }
    Rope: { type: object, required: [kind], properties: { kind: { type: string } } }
    Meal: { type: object, required: [mealId], properties: { mealId: { type: integer }, id: { type: integer } } }
    Fault: { type: object, required: [message, code], properties: { message: { type: string }, code: { type: string, enum: [bad] } } }
    Faults: { type: object, required: [errors], properties: { errors: { type: array, items: { $ref: '#/components/schemas/Fault' } } } }
";

fn kennel() -> Running {
    Sandbox::start(KENNEL, Options::default()).unwrap()
}

#[test]
fn an_answer_has_ids_and_members_of_the_declared_types() {
    let server = kennel();
    let answer = post("/guests", &json!({ "name": "Tom", "chip": "9000" })).send(&server);
    assert_eq!(answer.status, 201);
    let guest = answer.json();
    let id = guest["id"].as_i64().unwrap();
    assert_eq!(guest["name"], "Tom");
    assert_eq!(guest["animal"], json!({ "kind": "feline", "lives": 1 }));
    assert_eq!(guest["toy"], json!({ "kind": "ball" }));
    assert_eq!(guest["code"].as_str().map(|code| &code[3..6]), Some("-00"));
    assert_eq!(guest["tags"], json!(["text", "text1"]));
    assert_eq!(guest.get("chip"), None);
    let other = post("/guests", &json!({ "name": "Rex" })).send(&server).json();
    assert_ne!(other["id"], guest["id"]);
    assert_eq!(get(&format!("/guests/{id}")).send(&server).json(), guest);
    let meal = post(&format!("/guests/{id}/meals"), &json!({})).send(&server).json();
    assert_eq!(meal["id"], id);
    assert!(meal["mealId"].is_i64(), "{meal}");
    let calls = server.calls();
    assert!(
        calls.iter().all(|call| call.failures().next().is_none()),
        "{}",
        calls[0].lines()
    );
    assert!(
        !serde_json::to_string(
            &server
                .resources()
                .iter()
                .map(|one| one.value.clone())
                .collect::<Vec<Value>>()
        )
        .unwrap()
        .contains("9000")
    );
}

#[test]
fn a_refusal_is_one_that_the_contract_declares_and_has_the_reason() {
    let server = kennel();
    let status_and_text = |answer: client::Answer| (answer.status, String::from_utf8(answer.body).unwrap());
    let (status, text) = status_and_text(post("/guests", &json!({ "name": "abcdef" })).send(&server));
    assert_eq!(status, 422);
    let fault: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        fault,
        json!({ "message": "/name: the value has more than 5 characters", "code": "bad" })
    );
    let (status, text) = status_and_text(get("/guests/7").send(&server));
    assert_eq!(status, 404);
    let faults: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(faults["errors"][0]["message"], "Nothing is known under this id.");
    let delete = client::Request {
        method: "DELETE".into(),
        ..get("/guests/7")
    };
    let unknown = delete.send(&server);
    assert_eq!(unknown.header("content-type"), Some("application/problem+json"));
    assert_eq!(
        (unknown.status, &unknown.json()["detail"]),
        (404, &json!("Nothing is known under this id."))
    );
    let guest = post("/guests", &json!({ "name": "Tom" })).send(&server).json();
    let meals = format!("/guests/{}/meals", guest["id"]);
    let (status, text) = status_and_text(post(&meals, &json!({ "note": "much" })).send(&server));
    assert_eq!(
        (status, &serde_json::from_str::<Value>(&text).unwrap()["detail"]),
        (400, &json!("/note: the value has more than 3 characters"))
    );
    let (status, _) = status_and_text(get("/guests/tom").send(&server));
    assert_eq!(status, 400);
}

#[test]
fn a_method_of_additional_operations_is_served_as_it_is_written() {
    let text = |method: &str| {
        format!(
            "openapi: 3.2.0\ninfo: {{ title: Files, version: '1' }}\nservers: [{{ url: 'http://localhost/v1' }}]\npaths:\n  /files:\n    additionalOperations:\n      \
             {method}: {{ operationId: copyFiles, responses: {{ '204': {{ description: Done. }} }} }}\n"
        )
    };
    let server = Sandbox::start(&text("COPY"), Options::default()).unwrap();
    let send = |method: &str| {
        let request = client::Request {
            method: method.into(),
            ..get("/files")
        };
        request.send(&server)
    };
    assert_eq!(send("COPY").status, 204);
    let other = send("GET");
    assert_eq!((other.status, other.header("allow")), (405, Some("COPY")));
    for wrong in ["POST", "get", "CO PY", "CONNECT"] {
        let error = Sandbox::start(&text(wrong), Options::default()).err().unwrap();
        assert!(error.to_string().contains(wrong), "{error}");
    }
}
