//! Parameters on the wire, by the table that the runtime writes them by (`runtime/src/parameter/tests.rs`), and bodies other than JSON.

use crate::support::client::{Request, get};
use sdkwright_sandbox_server::{Options, Running, Sandbox};
use serde_json::{Value, json};

/// A contract with these paths.
fn start(paths: &Value) -> Running {
    let contract = json!({ "openapi": "3.1.0", "info": { "title": "Wire", "version": "1" }, "paths": paths,
        "servers": [{ "url": "http://localhost/v1" }] });
    Sandbox::start(&contract.to_string(), Options::default()).unwrap()
}

/// The parameter of a row.
fn parameter(row: &Value) -> Value {
    let mut parameter = json!({ "name": "p", "in": row["in"], "required": true });
    if row["style"] == "json" {
        parameter["content"] = json!({ "application/json": { "schema": row["schema"] } });
    } else {
        for word in ["style", "explode", "schema", "allowReserved"] {
            if let Some(value) = row.get(word) {
                parameter[word] = value.clone();
            }
        }
    }
    parameter
}

#[test]
fn a_parameter_in_each_style_and_place_is_accepted_or_refused_as_the_table_says() {
    let rows: Vec<Value> = serde_json::from_str(include_str!("../../../../tests/fit/styles.json")).unwrap();
    let mut paths = json!({});
    for (number, row) in rows.iter().enumerate() {
        let path = if row["in"] == "path" {
            format!("/r{number}/{{p}}")
        } else {
            format!("/r{number}")
        };
        paths[path] =
            json!({ "get": { "parameters": [parameter(row)], "responses": { "204": { "description": "Done." } } } });
    }
    let server = start(&paths);
    let mut wrong = Vec::new();
    for (number, row) in rows.iter().enumerate() {
        let wire = row["wire"].as_str().unwrap();
        let request = match row["in"].as_str().unwrap() {
            "path" => get(&format!("/r{number}/{wire}")),
            "query" => get(&format!("/r{number}?{wire}")),
            "header" => get(&format!("/r{number}")).header("p", wire),
            _ => get(&format!("/r{number}")).header("Cookie", wire),
        };
        let status = request.send(&server).status;
        if status != if row.get("value").is_some() { 204 } else { 400 } {
            wrong.push(format!("{status}: {row}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        rows.len(),
        wrong.join("\n")
    );
}

#[test]
fn several_parameters_share_a_query_a_segment_and_a_name_with_a_key() {
    let open = json!({ "type": "object", "additionalProperties": { "type": "integer" } });
    let server = start(&json!({ "/compare/{base}...{head}": { "get": {
        "parameters": [
            { "name": "base", "in": "path", "required": true, "schema": { "type": "string" } },
            { "name": "head", "in": "path", "required": true, "schema": { "type": "integer" } },
            { "name": "sort", "in": "query", "schema": { "type": "string", "enum": ["up"] } },
            { "name": "rest", "in": "query", "schema": open }],
        "responses": { "204": { "description": "Done." } } } } }));
    for (target, status) in [
        ("/compare/a.b...7?sort=up&x=1&y=2", 204),
        ("/compare/a.b...c", 400),
        ("/compare/a.b...7?sort=up&x=one", 400),
        ("/compare/a.b...7?sort=down", 400),
        ("/compare/a.b", 404),
    ] {
        assert_eq!(get(target).send(&server).status, status, "{target}");
    }
}

#[test]
fn a_whole_query_is_json_or_the_pairs_of_a_form() {
    let size = json!({ "type": "object", "required": ["width"], "properties": { "width": { "type": "integer" } } });
    let form = json!({ "type": "object", "required": ["name"], "properties": {
        "name": { "type": "string" }, "place": size, "size": size,
        "tags": { "type": "array", "items": { "type": "string", "maxLength": 3 } } } });
    let encoding = json!({ "tags": { "style": "pipeDelimited", "explode": false }, "size": { "style": "deepObject" } });
    let get_with = |media: &str, required: bool, form: &Value| {
        json!({ "get": { "responses": { "204": { "description": "Done." } }, "parameters": [
            { "name": "all", "in": "querystring", "required": required, "content": { media: form } }] } })
    };
    let media = "application/x-www-form-urlencoded";
    let form = json!({ "schema": form, "encoding": encoding });
    let server = start(&json!({
        "/form": get_with(media, true, &form),
        "/perhaps": get_with(media, false, &form),
        "/json": get_with("application/json", true, &json!({ "schema": size })),
    }));
    for (target, status) in [
        (
            "/form?name=a%26b%20c&tags=x%7Cy%2Cz&size%5Bwidth%5D=2&place=%7B%22width%22%3A1%7D",
            204,
        ),
        ("/form?name=a+b", 204),
        ("/form?name=a&tags=abcd", 400),
        ("/form?name=a&size%5Bwidth%5D=x", 400),
        ("/form?name=a&place=%7B%7D", 400),
        ("/form?tags=a", 400),
        ("/form", 400),
        ("/perhaps", 204),
        ("/perhaps?tags=a", 400),
        ("/json?%7B%22width%22%3A1%7D", 204),
        ("/json?%7B%7D", 400),
        ("/json?width=1", 400),
        ("/json", 400),
    ] {
        assert_eq!(get(target).send(&server).status, status, "{target}");
    }
}

#[test]
fn bodies_of_text_forms_and_sequences_are_checked() {
    let body = |media: &str, schema: Value, encoding: Value| {
        json!({ "post": { "requestBody": { "required": true, "content": { media: { "schema": schema, "encoding": encoding } } },
            "responses": { "204": { "description": "Done." } } } })
    };
    let one = json!({ "type": "object", "required": ["a"], "properties": { "a": { "type": "integer" } } });
    let form = json!({ "type": "object", "required": ["n"], "properties": {
        "n": { "type": "integer" }, "o": one, "l": { "type": "array", "items": { "type": "integer" } },
        "d": one, "s": { "type": "array", "items": { "type": "string", "maxLength": 3 } } } });
    let styles = json!({ "d": { "style": "deepObject", "explode": true }, "s": { "style": "form", "explode": false } });
    let server = start(&json!({
        "/text": body("text/plain", json!({ "type": "string", "maxLength": 3 }), json!({})),
        "/form": body("application/x-www-form-urlencoded", form, styles),
        "/lines": body("application/x-ndjson", one, json!({})),
        "/file": body("application/octet-stream", json!({}), json!({})),
        "/any": body("text/*", json!({ "type": "integer" }), json!({})),
    }));
    let form = "application/x-www-form-urlencoded";
    for (target, media, body, status) in [
        ("/text", "text/plain", "abc", 204),
        ("/text", "text/plain; charset=utf-8", "abcd", 400),
        ("/any", "text/csv", "12", 204),
        ("/any", "text/csv", "x", 400),
        (
            "/form",
            form,
            "n=1&o=%7B%22a%22%3A1%7D&l=1&l=2&d%5Ba%5D=3&s=a%2Cb,c",
            204,
        ),
        ("/form", form, "n=x", 400),
        ("/form", form, "n=1&n=2", 400),
        ("/form", form, "n=1&d%5Ba%5D=x", 400),
        ("/form", form, "n=1&s=abc%2Cd", 400),
        ("/form", form, "", 400),
        ("/lines", "application/x-ndjson", "{\"a\":1}\n{\"a\":2}\n", 204),
        ("/lines", "application/x-ndjson", "{\"a\":1}\n{\"a\":\"x\"}\n", 400),
        ("/file", "application/octet-stream", "", 204),
    ] {
        let request = Request {
            method: "POST".into(),
            body: body.into(),
            media: Some(media.into()),
            ..get(target)
        };
        assert_eq!(request.send(&server).status, status, "{target} {body}");
    }
}
