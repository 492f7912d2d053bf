//! Rules of schemas hold wherever the schema is used in a body.

use crate::support::client;
use sdkwright_sandbox_server::{Options, Running, Sandbox};
use serde_json::{Value, json};

const LIBRARY: &str = r#"openapi: 3.0.3
info: { title: Library, version: '1' }
servers: [{ url: 'http://localhost/library' }]
x-sdk: { problem: { schema: '#/components/schemas/Problem', code: /code, detail: /detail, errors: /errors } }
paths:
  /orders:
    post:
      operationId: order
      x-problems: [INVALID, TOO_MANY]
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } } }
      responses: { '204': { description: Ordered. } }
components:
  schemas:
    Order:
      type: object
      properties:
        first: { $ref: '#/components/schemas/Span' }
        spans: { type: array, items: { $ref: '#/components/schemas/Span' } }
        byShelf: { type: object, additionalProperties: { $ref: '#/components/schemas/Span' } }
        last: { nullable: true, allOf: [{ $ref: '#/components/schemas/Span' }] }
        thing: { oneOf: [{ $ref: '#/components/schemas/Book' }, { $ref: '#/components/schemas/Map' }] }
        copies:
          type: integer
          x-rules: [{ rule: self <= 3, message: At most three copies are lent., code: TOO_MANY }]
        due: { type: string, format: date-time, x-rules: [{ rule: self > clock, message: It is due later. }] }
    Span:
      type: object
      required: [from, to]
      properties: { from: { type: string, format: decimal }, to: { type: string, format: decimal }, note: { type: string } }
      x-rules:
        - { rule: self.from <= self.to, message: It begins before it ends., at: /to }
        - { rule: "!has(self.note) || self.note.startsWith('n')", message: Notes begin with n. }
    Book: { type: object, required: [pages], properties: { pages: { type: integer } }, x-rules: [{ rule: self.pages > 0, message: A book has pages., at: /pages }] }
    Map: { type: object, required: [scale], properties: { scale: { type: integer } } }
    Problem: { type: object, properties: { code: { type: string }, detail: { type: string }, errors: { type: array, items: { type: object, example: { at: /x, why: 'It is wrong.' } } } } }
    Code: { type: string, enum: [INVALID, TOO_MANY], x-problem-registry: { INVALID: { status: 400 }, TOO_MANY: { status: 409 } } }
"#;

fn wrong(server: &Running, body: &Value) -> (u16, Vec<(String, String)>) {
    let answer = client::post("/orders", body).send(server);
    if answer.status == 204 {
        return (204, Vec::new());
    }
    let problem = answer.json();
    let errors = problem["errors"].as_array().unwrap().iter();
    let text = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
    (
        answer.status,
        errors.map(|one| (text(one, "at"), text(one, "why"))).collect(),
    )
}

#[test]
fn a_rule_of_a_schema_holds_at_every_depth_of_a_body() {
    let server = Sandbox::start(LIBRARY, Options::default()).unwrap();
    let (good, bad) = (
        json!({ "from": "9.5", "to": "10" }),
        json!({ "from": "10.01", "to": "10" }),
    );
    let order = json!({ "first": good, "spans": [good, good], "byShelf": { "a": good }, "last": null, "thing": { "pages": 1 }, "copies": 3 });
    assert_eq!(wrong(&server, &order), (204, Vec::new()));
    let at = |at: &str| (400, vec![(at.to_owned(), "It begins before it ends.".to_owned())]);
    assert_eq!(wrong(&server, &json!({ "first": bad })), at("/first/to"));
    assert_eq!(wrong(&server, &json!({ "spans": [good, bad] })), at("/spans/1/to"));
    assert_eq!(wrong(&server, &json!({ "byShelf": { "a": bad } })), at("/byShelf/a/to"));
    assert_eq!(wrong(&server, &json!({ "last": bad })), at("/last/to"));
    let book = json!({ "thing": { "pages": 0 } });
    assert_eq!(
        wrong(&server, &book).1[0],
        ("/thing/pages".to_owned(), "A book has pages.".to_owned())
    );
    assert_eq!(wrong(&server, &json!({ "thing": { "scale": 0 } })), (204, Vec::new()));
    let both = json!({ "from": "2", "to": "1", "note": "x" });
    assert_eq!(wrong(&server, &json!({ "first": both })).1.len(), 2);
}

#[test]
fn a_rule_of_a_schema_is_answered_with_its_code_and_looked_at_only_in_values_of_its_form() {
    let server = Sandbox::start(LIBRARY, Options::default()).unwrap();
    assert_eq!(wrong(&server, &json!({ "copies": 4 })).0, 409);
    assert_eq!(wrong(&server, &json!({ "copies": 4, "first": 1 })).0, 400);
    let (status, errors) = wrong(&server, &json!({ "first": { "from": "2" } }));
    assert_eq!((status, errors.len(), errors[0].0.as_str()), (400, 1, "/first/to"));
}

#[test]
fn a_rule_of_a_schema_knows_the_time() {
    let server = Sandbox::start(LIBRARY, Options::default()).unwrap();
    let (past, future) = (
        json!({ "due": "2000-01-01T00:00:00Z" }),
        json!({ "due": "9999-01-01T00:00:00Z" }),
    );
    assert_eq!(
        wrong(&server, &past).1,
        [("/due".to_owned(), "It is due later.".to_owned())]
    );
    assert_eq!(wrong(&server, &future).0, 204);
}

#[test]
fn a_rule_about_a_member_that_the_schema_does_not_have_is_an_error_with_its_place() {
    for (right, other, why) in [
        (
            "self.from <= self.to",
            "self.fro <= self.to",
            "x-rules[0].rule: `self` has no member `fro`; did you mean `from`?",
        ),
        (
            "self.from <= self.to",
            "body.from <= self.to",
            "x-rules[0].rule: `body` is not known here; there are self",
        ),
        (
            "self <= 3",
            "self <= '3'",
            "x-rules[0].rule: int and string cannot be compared",
        ),
        (
            "at: /pages",
            "at: /page",
            "x-rules[0].at: `self` has no member `page`; did you mean `pages`?",
        ),
        (
            "code: TOO_MANY }",
            "code: TOO_FEW }",
            "x-rules[0].code: `TOO_FEW` is not in `x-problem-registry`",
        ),
    ] {
        let told = Sandbox::start(&LIBRARY.replace(right, other), Options::default())
            .unwrap_err()
            .to_string();
        assert!(told.contains(why), "{told}");
    }
}
