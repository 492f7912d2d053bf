//! Contracts that do not name the types of their ids: the path of a resource and its id member have different names.

use crate::support::client::{self, get, post};
use sdkwright_sandbox_server::{Options, Running, Sandbox};
use serde_json::{Value, json};

const LIBRARY: &str = r"openapi: 3.1.0
info: { title: Library, version: '1' }
servers: [{ url: 'http://localhost/library' }]
paths:
  /shelves:
    post:
      operationId: buildShelf
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/NewShelf' } } } }
      responses: { '201': { description: Built., content: { application/json: { schema: { $ref: '#/components/schemas/Shelf' } } } } }
    get:
      operationId: listShelves
      parameters: [{ name: order, in: query, schema: { type: string } }]
      responses: { '200': { description: Shelves., content: { application/json: { schema: { $ref: '#/components/schemas/Shelves' } } } } }
  /shelves/{shelf_ref}:
    parameters: [{ $ref: '#/components/parameters/ShelfRef' }]
    get:
      operationId: getShelf
      responses:
        '200': { description: Shelf., content: { application/json: { schema: { $ref: '#/components/schemas/Shelf' } } } }
        '400': { description: Invalid. }
        '422': { description: Refused., content: { application/vnd.fault+json: { schema: { $ref: '#/components/schemas/Fault' }, example: { code: old } } } }
    delete: { operationId: removeShelf, responses: { '204': { description: Removed. } } }
  /shelves/{shelf_ref}/books:
    parameters: [{ $ref: '#/components/parameters/ShelfRef' }]
    post:
      operationId: addBook
      requestBody: { required: true, content: { application/json: { schema: { type: object, properties: { kind: { type: string }, title: { type: string } } } } } }
      responses: { '200': { description: Added., content: { application/json: { schema: { $ref: '#/components/schemas/BookResponse' } } } } }
    get:
      operationId: listBooks
      responses: { '200': { description: Books., content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/BookLine' } } } } } }
  /shelves/{ref}/books/{book_gid}:
    parameters: [{ $ref: '#/components/parameters/Ref' }, { name: book_gid, in: path, required: true, schema: { type: string } }]
    get:
      operationId: getBook
      responses:
        '200': { description: Book., content: { application/json: { schema: { $ref: '#/components/schemas/BookResponse' } } } }
        '404': { description: Unknown. }
  /genres:
    get: { operationId: listGenres, responses: { '200': { description: Genres., content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Genre' } } } } } } }
  /genres/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: string, maxLength: 8 } }]
    get: { operationId: getGenre, responses: { '200': { description: Genre., content: { application/json: { schema: { $ref: '#/components/schemas/Genre' } } } } } }
  /cities/{city}:
    parameters: [{ name: city, in: path, required: true, schema: { type: string } }]
    get: { operationId: getCity, responses: { '200': { description: City., content: { application/json: { schema: { $ref: '#/components/schemas/City' } } } } } }
components:
  parameters:
    ShelfRef: { name: shelf_ref, in: path, required: true, schema: { type: string } }
    Ref: { name: ref, in: path, required: true, schema: { type: string } }
  schemas:
    NewShelf: { type: object, required: [name], properties: { name: { type: string }, uid: { type: string } } }
    Shelf:
      type: object
      required: [id, name]
      properties:
        id: { type: string, pattern: '^shf', maxLength: 24 }
        uid: { type: string }
        name: { type: string }
        width: { type: integer, maximum: 18446744073709552000 }
    Shelves:
      type: object
      required: [data, done, iterator]
      properties:
        data: { type: array, items: { $ref: '#/components/schemas/Shelf' } }
        done: { type: boolean }
        iterator: { type: [string, 'null'] }
        total: { type: integer }
    BookResponse: { type: object, properties: { request_id: { type: string }, total: { type: integer }, pages: { type: integer }, unit: { type: string }, data: { $ref: '#/components/schemas/Book' } } }
    Book:
      oneOf: [{ $ref: '#/components/schemas/Novel' }, { $ref: '#/components/schemas/Atlas' }]
    Novel: { type: object, required: [gid, kind], properties: { gid: { type: string }, kind: { type: string, enum: [novel] }, title: { type: string } } }
    Atlas: { type: object, required: [gid, kind, maps], properties: { gid: { type: string }, kind: { type: string, enum: [atlas] }, title: { type: string }, maps: { type: integer } } }
    BookLine: { type: object, required: [gid], properties: { gid: { type: string }, title: { type: string } } }
    Genre: { type: object, required: [id], properties: { id: { type: string } } }
    City: { type: object, required: [id], properties: { id: { type: string } } }
    Fault: { type: object, required: [code, text], properties: { code: { type: string, enum: [old, new] }, text: { type: string } } }
";

fn library() -> Running {
    Sandbox::start(LIBRARY, Options::default()).unwrap()
}

fn shelf(server: &Running, body: &Value) -> Value {
    let answer = post("/shelves", body).send(server);
    assert_eq!(answer.status, 201);
    answer.json()
}

fn problem(answer: &client::Answer) -> (u16, Option<String>) {
    (answer.status, answer.header("content-type").map(str::to_owned))
}

#[test]
fn what_was_made_is_read_by_its_id_and_nothing_else_is() {
    let server = library();
    let made = shelf(&server, &json!({ "name": "A", "uid": "first" }));
    let id = made["id"].as_str().unwrap();
    assert!(id.starts_with("shf") && (8..=24).contains(&id.len()), "{id}");
    assert_ne!(shelf(&server, &json!({ "name": "B" }))["id"], id);
    assert_eq!(get(&format!("/shelves/{id}")).send(&server).json(), made);
    assert_eq!(get("/shelves/first").send(&server).json(), made);

    let unknown = get("/shelves/shf0").send(&server);
    assert_eq!(problem(&unknown), (422, Some("application/vnd.fault+json".to_owned())));
    assert_eq!(
        unknown.json(),
        json!({ "code": "old", "text": "Nothing is known under this shelf_ref." })
    );
    let delete = client::Request {
        method: "DELETE".into(),
        ..get(&format!("/shelves/{id}"))
    };
    assert_eq!(delete.send(&server).status, 204);
    let again = delete.again().send(&server);
    assert_eq!(problem(&again), (404, Some("application/problem+json".to_owned())));
    assert_eq!(get(&format!("/shelves/{id}")).send(&server).status, 422);
}

#[test]
fn a_list_has_what_was_made_and_ends() {
    let server = library();
    let empty = get("/shelves").send(&server).json();
    assert_eq!(empty["data"], json!([]));
    let made = shelf(&server, &json!({ "name": "A" }));
    let list = get("/shelves?order=asc").send(&server).json();
    let wanted = json!({ "data": [made], "done": true, "total": 1 });
    assert_eq!(
        (&list["data"], &list["done"], &list["total"]),
        (&wanted["data"], &wanted["done"], &wanted["total"])
    );
    assert_eq!(list["iterator"], Value::Null);
}

#[test]
fn a_resource_in_an_envelope_belongs_to_the_resource_before_it_in_the_path() {
    let server = library();
    let shelves: Vec<Value> = ["A", "B"]
        .map(|name| shelf(&server, &json!({ "name": name }))["id"].clone())
        .into();
    let books = |shelf: usize| format!("/shelves/{}/books", shelves[shelf].as_str().unwrap());
    let made = post(&books(0), &json!({ "kind": "atlas", "title": "World" }))
        .send(&server)
        .json();
    assert_eq!(
        (&made["data"]["kind"], &made["data"]["title"]),
        (&json!("atlas"), &json!("World"))
    );
    assert!(made["data"]["maps"].is_i64(), "{made}");
    let gid = made["data"]["gid"].as_str().unwrap();
    assert_eq!(get(&format!("{}/{gid}", books(0))).send(&server).json(), made);
    assert_eq!(problem(&get(&format!("{}/{gid}", books(1))).send(&server)), (404, None));
    let line = json!([{ "gid": gid, "title": "World" }]);
    assert_eq!(get(&books(0)).send(&server).json(), line);
    assert_eq!(get(&books(1)).send(&server).json(), json!([]));
}

#[test]
fn what_no_call_makes_comes_from_a_list_or_exists() {
    let server = library();
    assert_eq!(get("/genres/other").send(&server).status, 404);
    let listed = get("/genres").send(&server).json();
    let id = listed[0]["id"].as_str().unwrap();
    assert!(id.len() <= 8, "{id}");
    assert_eq!(get(&format!("/genres/{id}")).send(&server).json(), listed[0]);
    assert_eq!(get("/cities/rome").send(&server).json(), json!({ "id": "rome" }));
}

#[test]
fn a_contract_of_json_may_escape_an_emoji() {
    let text = r#"{
        "openapi": "3.0.3", "info": { "title": "\ud83d\ude00", "version": "1" }, "servers": [{ "url": "http://localhost/emoji" }],
        "paths": { "/a": { "get": { "responses": { "204": {} } } } }
    }"#;
    let server = Sandbox::start(text, Options::default()).unwrap();
    assert_eq!(get("/a").send(&server).status, 204);
}
