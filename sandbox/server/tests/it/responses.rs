//! Responses of contracts without extensions: headers, media types, values that are the server's, and lists of new resources.

use crate::support::client::{Answer, Request, get, post};
use sdkwright_sandbox_server::{Options, Running, Sandbox};
use serde_json::{Value, json};

fn start(paths: &Value, schemas: &Value) -> Running {
    let contract = json!({ "openapi": "3.1.0", "info": { "title": "Answers", "version": "1" }, "paths": paths,
        "servers": [{ "url": "http://localhost/v1" }], "components": { "schemas": schemas } });
    Sandbox::start(&contract.to_string(), Options::default()).unwrap()
}

fn json_of(schema: &Value) -> Value {
    json!({ "description": "Done.", "content": { "application/json": { "schema": schema } } })
}

fn put(target: &str, body: &Value) -> Request {
    Request {
        method: "PUT".into(),
        ..post(target, body)
    }
}

#[test]
fn a_response_has_its_declared_headers_and_the_media_type_that_is_accepted() {
    let order =
        json!({ "type": "object", "properties": { "id": { "type": "integer" }, "qty": { "type": "integer" } } });
    let mut made = json_of(&order);
    made["headers"] = json!({ "Location": { "required": true, "schema": { "type": "string" } },
        "X-Left": { "schema": { "type": "integer", "minimum": 5 } }, "Link": { "schema": { "type": "string" } } });
    let server = start(
        &json!({
            "/orders": { "post": { "requestBody": { "content": { "application/json": { "schema": order } } }, "responses": { "201": made } } },
            "/orders/{id}": { "get": { "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "integer" } }],
                "responses": { "200": json_of(&order) } } },
            "/session": { "post": { "responses": { "204": { "description": "Done.",
                "headers": { "Set-Cookie": { "schema": { "type": "string" }, "example": "sid=abcd" } } } } } },
            "/text": { "get": { "responses": { "200": { "description": "Done.",
                "content": { "text/plain": { "schema": { "type": "string", "example": "fine" } } } } } } },
            "/pick": { "get": { "responses": { "200": { "description": "Done.", "content": {
                "application/json": { "schema": { "type": "object" } },
                "text/csv": { "schema": { "type": "string" }, "example": "a,b\n" } } } } } },
        }),
        &json!({}),
    );
    let made = post("/orders", &json!({ "qty": 3 })).send(&server);
    let location = made.header("location").unwrap().strip_prefix("/v1").unwrap();
    assert_eq!(get(location).send(&server).json()["qty"], 3);
    assert_eq!((made.header("x-left"), made.header("link")), (Some("5"), None));
    let session = post("/session", &json!({})).send(&server);
    assert_eq!(session.status, 400, "the operation has no body");
    let session = Request {
        body: Vec::new(),
        media: None,
        ..post("/session", &json!({}))
    };
    assert_eq!(session.send(&server).header("set-cookie"), Some("sid=abcd"));
    assert_eq!(get("/text").send(&server).body, b"fine");
    let picked = |accept: &str| {
        let answer = get("/pick").header("Accept", accept).send(&server);
        (answer.status, answer.body)
    };
    assert_eq!(picked("text/csv"), (200, b"a,b\n".to_vec()));
    assert_eq!(picked("application/json;q=0.2, text/*;q=0.3"), (200, b"a,b\n".to_vec()));
    assert_eq!(picked("*/*"), (200, b"{}".to_vec()));
    assert_eq!(picked("image/png").0, 406);
}

#[test]
fn a_refusal_has_the_headers_that_its_response_declares() {
    let order = json!({ "type": "object", "required": ["qty"], "properties": { "qty": { "type": "integer" } } });
    let header = |schema: Value| json!({ "required": true, "schema": schema });
    let refusal = |headers: Value| json!({ "description": "Refused.", "headers": headers });
    let id = json!([{ "name": "id", "in": "path", "required": true, "schema": { "type": "integer" } }]);
    let server = start(
        &json!({
            "/orders": { "post": { "requestBody": { "content": { "application/json": { "schema": order } } }, "responses": {
                "201": json_of(&order),
                "406": refusal(json!({ "X-Types": header(json!({ "type": "array", "items": { "enum": ["json"] } })) })),
                "422": refusal(json!({
                    "X-Left": { "schema": { "type": "integer", "minimum": 5 }, "example": 2 },
                    "X-Trace": { "content": { "application/json": { "schema": { "type": "object", "example": { "a": "b" } } } } },
                    "Retry-After": { "schema": { "type": "integer", "minimum": 30 } },
                    "Content-Length": header(json!({ "type": "integer" })) })) } } },
            "/orders/{id}": { "parameters": id, "get": { "responses": { "200": json_of(&order),
                "4XX": refusal(json!({ "X-Shard": { "$ref": "#/components/schemas/Shard" } })) } } },
        }),
        &json!({ "Shard": header(json!({ "type": "string", "format": "uuid" })) }),
    );
    let refused = post("/orders", &json!({})).send(&server);
    let headers = ["x-left", "x-trace", "retry-after", "content-length"].map(|name| refused.header(name));
    assert_eq!(refused.status, 422);
    assert_eq!(headers, [Some("5"), Some("{\"a\":\"b\"}"), Some("30"), Some("0")]);
    let other = post("/orders", &json!({ "qty": 1 }))
        .header("Accept", "image/png")
        .send(&server);
    assert_eq!((other.status, other.header("x-types")), (406, Some("json")));
    let none = get("/orders/seven").send(&server);
    assert_eq!((none.status, none.header("x-shard").map(str::len)), (400, Some(36)));
}

#[test]
fn what_is_read_only_is_the_servers_and_put_replaces() {
    let user = json!({ "type": "object", "required": ["name"], "properties": {
        "id": { "type": "string", "readOnly": true }, "rank": { "type": "integer", "readOnly": true, "example": 7 },
        "name": { "type": "string" }, "note": { "type": "string" } } });
    let body = json!({ "content": { "application/json": { "schema": user } } });
    let id = json!([{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }]);
    let server = start(
        &json!({
            "/users": { "post": { "requestBody": body, "responses": { "201": json_of(&user) } } },
            "/users/{id}": { "parameters": id, "get": { "responses": { "200": json_of(&user) } },
                "put": { "requestBody": body, "responses": { "200": json_of(&user) } } },
        }),
        &json!({}),
    );
    let body = json!({ "id": "mine", "rank": 1, "name": "Jo", "note": "old" });
    let made = post("/users", &body).send(&server).json();
    assert_ne!(made["id"], "mine");
    assert_eq!((&made["rank"], &made["note"]), (&json!(7), &json!("old")));
    let target = format!("/users/{}", made["id"].as_str().unwrap());
    let replaced = put(&target, &json!({ "name": "Al", "rank": 2 })).send(&server).json();
    let wanted = json!({ "id": made["id"], "rank": 7, "name": "Al" });
    assert_eq!(
        (&replaced, get(&target).send(&server).json()),
        (&wanted, wanted.clone())
    );
}

#[test]
fn made_up_values_fit_their_formats_and_limits() {
    let mut properties = json!({
        "tens": { "type": "integer", "multipleOf": 10, "minimum": 15 },
        "cents": { "type": "number", "multipleOf": 0.01, "exclusiveMinimum": 2 },
        "below": { "type": "integer", "maximum": -3 },
        "between": { "type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.5 },
        "kinds": { "type": "array", "minItems": 2, "uniqueItems": true, "items": { "enum": ["a", "b"] } },
        "ids": { "type": "array", "minItems": 3, "uniqueItems": true, "items": { "type": "string", "format": "uuid" } },
    });
    for format in [
        "date",
        "date-time",
        "time",
        "duration",
        "ipv4",
        "ipv6",
        "hostname",
        "uuid",
        "uri",
        "email",
        "json-pointer",
    ] {
        properties[format] = json!({ "type": "string", "format": format });
    }
    let names: Vec<&String> = properties.as_object().unwrap().keys().collect();
    let schema = json!({ "type": "object", "required": names, "properties": properties });
    let server = start(
        &json!({ "/all": { "get": { "responses": { "200": json_of(&schema) } } } }),
        &json!({}),
    );
    let all = get("/all").send(&server).json();
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap();
    let errors: Vec<String> = validator.iter_errors(&all).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{all}: {errors:?}");
}

#[test]
fn what_was_made_is_in_its_list_whatever_its_id_and_its_list_are_called() {
    let list = json!({ "type": "array", "items": { "$ref": "#/components/schemas/Hook" } });
    let object = |members: Value| json!({ "type": "object", "properties": members });
    let link = object(json!({ "href": { "type": "string" } }));
    let lists = [
        list.clone(),
        object(json!({ "data": list })),
        object(json!({ "_embedded": object(json!({ "hooks": list })), "_links": object(json!({ "next": link })) })),
    ];
    for member in ["id", "token", "sid", "uuid", "hookId", "hook_token"] {
        for (number, list) in lists.iter().enumerate() {
            for parameter in [Some("id"), Some("hookId"), Some(member), None] {
                let hook = json!({ "type": "object", "required": [member, "name"],
                    "properties": { member: { "type": "string" }, "name": { "type": "string" } } });
                let new = json!({ "content": { "application/json": { "schema": object(json!({ "name": { "type": "string" } })) } } });
                let one = json!({ "$ref": "#/components/schemas/Hook" });
                let mut paths = json!({ "/hooks": { "get": { "responses": { "200": json_of(list) } },
                    "post": { "requestBody": new, "responses": { "201": json_of(&one) } } } });
                if let Some(name) = parameter {
                    paths[format!("/hooks/{{{name}}}")] = json!({ "get": { "responses": { "200": json_of(&one) },
                        "parameters": [{ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }] } });
                }
                let server = start(&paths, &json!({ "Hook": hook }));
                let made = post("/hooks", &json!({ "name": "mine" })).send(&server).json();
                let listed: Answer = get("/hooks").send(&server);
                let text = String::from_utf8(listed.body).unwrap();
                let is_there = text.contains(&made.to_string()) && !text.contains("next");
                assert!(is_there, "{member} {number} {parameter:?}: {made} {text}");
            }
        }
    }
}
