//! Files of a contract: overlays, the list `contracts.yaml`, and files that references lead to; and the credentials of any contract.

use crate::support::client::{Request, get, post};
use sdkwright_sandbox_server::{Options, Running, Sandbox};
use serde_json::json;
use std::path::{Path, PathBuf};

const PETS: &str = "
openapi: 3.1.0
info: { title: Pets, version: '1' }
servers: [{ url: https://pets.example/v1 }]
paths:
  /pets:
    get:
      parameters: [{ name: limit, in: query, schema: { type: integer } }, { name: debug, in: query, required: true, schema: { type: string } }]
      responses: { '204': { description: Done. } }
  /old: { get: { responses: { '204': { description: Done. } } } }
components:
  schemas: { Pet: { type: object } }
  securitySchemes:
    login:
      type: oauth2
      flows: { clientCredentials: { tokenUrl: https://login.pets.example/oauth/token, scopes: { read: Reads. } } }
    token: { type: http, scheme: bearer }
";

const OVERLAY: &str = "
overlay: 1.1.0
info: { title: More, version: '1' }
actions:
  - { target: \"$.paths['/pets'].get.parameters[?@.name == 'debug']\", remove: true }
  - { target: \"$.paths['/pets'].get.parameters[?@.name == 'limit'].schema\", update: { maximum: 9 } }
  - { target: \"$.paths['/pets'].get.parameters\", update: [{ name: sort, in: query, schema: { enum: [up] } }] }
  - { target: $.paths, update: { /new: {} } }
  - { target: \"$.paths['/new']\", copy: \"$.paths['/old']\" }
  - { target: \"$.paths['/old']\", remove: true }
";

/// A folder with these files.
fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("sdkwright-overlays-{}-{name}", std::process::id()));
    for (file, text) in files {
        let file = folder.join(file);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
    folder
}

fn start(contract: &Path, overlays: Vec<PathBuf>) -> Running {
    let options = Options {
        overlays,
        ..Options::default()
    };
    Sandbox::start_file(contract, options).unwrap()
}

fn statuses(server: &Running) -> Vec<u16> {
    let targets = [
        "/pets?limit=9&sort=up",
        "/pets?limit=10",
        "/pets?sort=down",
        "/new",
        "/old",
    ];
    targets.iter().map(|target| get(target).send(server).status).collect()
}

#[test]
fn overlays_are_applied_by_an_option_or_by_the_list_of_contracts() {
    let list = "contracts: [{ file: ../other.yaml }, { file: pets.yaml, overlays: [more.yaml], out: x, package: pets, version: 0.1.0 }]";
    let folder = folder(
        "both",
        &[
            ("openapi/pets.yaml", PETS),
            ("openapi/more.yaml", OVERLAY),
            ("alone/pets.yaml", PETS),
        ],
    );
    let (listed, alone, overlay) = (
        folder.join("openapi/pets.yaml"),
        folder.join("alone/pets.yaml"),
        folder.join("openapi/more.yaml"),
    );
    let plain = [400, 400, 400, 404, 204];
    assert_eq!(statuses(&start(&alone, Vec::new())), plain);
    let changed = [204, 400, 400, 204, 404];
    assert_eq!(statuses(&start(&alone, vec![overlay])), changed);
    assert_eq!(statuses(&start(&listed, Vec::new())), plain);
    std::fs::write(folder.join("openapi/contracts.yaml"), list).unwrap();
    assert_eq!(statuses(&start(&listed, Vec::new())), changed);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn an_overlay_that_does_not_fit_is_an_error_with_its_place_and_a_file_without_an_end_is_one() {
    let wrong = OVERLAY.replace("update: { maximum: 9 }", "update: [1]");
    let nothing = OVERLAY.replace("'limit'", "'limits'");
    let files = [("pets.yaml", PETS), ("wrong.yaml", &wrong), ("nothing.yaml", &nothing)];
    let folder = folder("wrong", &files);
    let mut rows = vec![
        ("wrong.yaml", "wrong.yaml:6:"),
        ("nothing.yaml", "nothing.yaml:6:"),
        ("none.yaml", "cannot read"),
    ];
    if Path::new("/dev/zero").exists() {
        rows.push(("/dev/zero", "it has more than 128 MiB"));
    }
    for (overlay, why) in rows {
        let options = Options {
            overlays: vec![folder.join(overlay)],
            ..Options::default()
        };
        let error = Sandbox::start_file(folder.join("pets.yaml"), options).unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}

/// A contract in several files, with cycles between them.
const PARTS: &[(&str, &str)] = &[
    (
        "api/shop.yaml",
        "
openapi: 3.1.0
info: { title: Shop, version: '1' }
servers: [{ url: https://shop.example/v1 }]
paths: { /orders: { $ref: 'paths/orders.yaml' }, '/orders/{order_id}': { $ref: 'paths/orders.yaml#/~1one' } }
components: { schemas: { Order: { $ref: 'models/Order.yaml' }, Size: { type: integer, maximum: 3 } } }
",
    ),
    (
        "api/paths/orders.yaml",
        "
post:
  requestBody: { content: { application/json: { schema: { $ref: '../models/Order.yaml' } } } }
  responses: { '201': { $ref: '#/done' }, '400': { description: Refused. } }
/one:
  get:
    parameters: [{ $ref: ../../common/parameters.json#/id }]
    responses: { '200': { $ref: '#/done' }, '404': { description: Unknown. } }
done: { description: An order., content: { application/json: { schema: { $ref: '../models/Order.yaml' } } } }
",
    ),
    (
        "api/models/Order.yaml",
        "
type: object
required: [size]
properties:
  order_id: { type: string, readOnly: true }
  size: { $ref: '../shop.yaml#/components/schemas/Size' }
  parts: { type: array, items: { $ref: '#' } }
  way: { oneOf: [{ $ref: '#/$defs/Card' }], discriminator: { propertyName: by, mapping: { card: '#/$defs/Card' } } }
$defs: { Card: { type: object, required: [by], properties: { by: { type: string }, example: { $ref: 'Size.yaml' } } } }
",
    ),
    ("api/models/Size.yaml", "{ type: integer, minimum: 5 }"),
    (
        "common/parameters.json",
        r#"{ "id": { "name": "order_id", "in": "path", "required": true, "schema": { "type": "string" } } }"#,
    ),
];

#[test]
fn a_contract_in_several_files_starts_and_each_schema_of_them_holds() {
    let folder = folder("parts", PARTS);
    let options = || Options {
        root: Some(folder.clone()),
        ..Options::default()
    };
    let server = Sandbox::start_file(folder.join("api/shop.yaml"), options()).unwrap();
    for (body, status) in [
        (
            json!({ "size": 3, "parts": [{ "size": 1 }], "way": { "by": "card", "example": 5 } }),
            201,
        ),
        (json!({ "size": 4 }), 400),
        (json!({ "size": 1, "parts": [{}] }), 400),
        (json!({ "size": 1, "way": { "by": "Card" } }), 400),
        (json!({ "size": 1, "way": { "by": "card", "example": 4 } }), 400),
    ] {
        assert_eq!(post("/orders", &body).send(&server).status, status, "{body}");
    }
    let made = post("/orders", &json!({ "size": 2 })).send(&server).json();
    let order = get(&format!("/orders/{}", made["order_id"].as_str().unwrap())).send(&server);
    assert_eq!((order.status, order.json()["size"].clone()), (200, json!(2)));
    std::fs::write(
        folder.join("contracts.yaml"),
        "contracts: [{ file: api/shop.yaml, root: .. }]",
    )
    .unwrap();
    Sandbox::start_file(folder.join("api/shop.yaml"), Options::default()).unwrap();
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn files_may_refer_to_each_other_in_a_chain() {
    let model = |at: usize| {
        let next = (at + 1) % 400;
        format!(
            "type: object\nrequired: [id]\nproperties: {{ id: {{ type: string }}, next: {{ $ref: '{next}.yaml' }} }}\n"
        )
    };
    let contract = "
swagger: '2.0'
info: { title: Chain, version: '1' }
host: chain.example
basePath: /v1
paths:
  /links:
    post:
      parameters: [{ name: link, in: body, required: true, schema: { $ref: 0.yaml } }]
      responses: { '204': { description: Done. } }
";
    let models: Vec<(String, String)> = (0..400).map(|at| (format!("{at}.yaml"), model(at))).collect();
    let files = models.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    let folder = folder(
        "chain",
        &[("chain.yaml", contract)].into_iter().chain(files).collect::<Vec<_>>(),
    );
    let server = start(&folder.join("chain.yaml"), Vec::new());
    for (body, status) in [
        (json!({ "id": "a", "next": { "id": "b" } }), 204),
        (json!({ "id": "a", "next": { "next": {} } }), 400),
    ] {
        assert_eq!(post("/links", &body).send(&server).status, status, "{body}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_reference_that_leads_to_nothing_readable_is_named_and_one_without_an_end_is_an_error() {
    let folder = folder("unreadable", PARTS);
    let contract = folder.join("api/shop.yaml");
    let many: Vec<String> = (0..7)
        .map(|at| format!("{at}: [{}]", vec![format!("{{ $ref: '#/{}' }}", at + 1); 12].join(", ")))
        .collect();
    let many = format!("{}\n7: 1\nget: {{ x: {{ $ref: '#/0' }} }}", many.join("\n"));
    std::fs::write(folder.join("api/many.yaml"), many).unwrap();
    std::fs::write(folder.join("api/loop.yaml"), "get: { responses: { $ref: loop.yaml } }").unwrap();
    let start = |address: &str| {
        let text = format!(
            "openapi: 3.1.0\nservers: [{{ url: https://shop.example/v1 }}]\npaths:\n  /a:\n    $ref: '{address}'\n  \
             /b: {{ get: {{ responses: {{ '204': {{ description: Done. }} }} }} }}\n"
        );
        std::fs::write(&contract, text).unwrap();
        Sandbox::start_file(&contract, Options::default())
    };
    for (address, why) in [
        ("models/Orders.yaml", "cannot read"),
        ("models", "is not a regular file"),
        ("models/Order.yaml#/a", "has no node `/a`"),
        ("../common/parameters.json#/id", "is not below"),
        ("https://example.com/a.yaml", "the sandbox reads files only"),
    ] {
        let server = start(address).unwrap();
        let [unchecked] = server.unchecked() else {
            panic!("{:?}", server.unchecked());
        };
        assert!(
            unchecked.contains(why) && unchecked.contains("shop.yaml:5:"),
            "{unchecked}"
        );
        let statuses = ["/a", "/b"].map(|target| get(target).send(&server).status);
        assert_eq!(statuses, [404, 204], "{address}");
    }
    for (address, why) in [("loop.yaml", "it leads to itself"), ("many.yaml", "more than")] {
        let error = start(address).unwrap_err().to_string();
        assert!(error.contains(why) && error.contains(".yaml:"), "{address}: {error}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn any_contract_has_credentials_and_its_token_endpoint_answers() {
    let server = Sandbox::start(PETS, Options::default()).unwrap();
    let names: Vec<String> = server.environment().into_iter().map(|(name, _)| name).collect();
    let wanted = [
        "SANDBOX_BASE_URL",
        "SANDBOX_CLIENT_ID",
        "SANDBOX_CLIENT_SECRET",
        "SANDBOX_TOKEN",
    ];
    assert_eq!(names, wanted);
    let endpoint = server.token_endpoints().remove(0);
    let (host, path) = endpoint.strip_prefix("http://").unwrap().split_once('/').unwrap();
    assert_eq!(path, "oauth/token");
    let sent = |form: &str| {
        let request = Request {
            body: form.into(),
            media: Some("application/x-www-form-urlencoded".into()),
            key: None,
            ..post("oauth/token", &json!({}))
        };
        request.send_to(&format!("http://{host}/"), "", "").unwrap()
    };
    let client = "client_id=a&client_secret=b";
    let granted = sent(&format!("grant_type=client_credentials&{client}&scope=read"));
    assert_eq!(
        (granted.status, granted.header("cache-control")),
        (200, Some("no-store"))
    );
    let token = granted.json();
    assert_eq!(
        (&token["token_type"], &token["expires_in"]),
        (&json!("Bearer"), &json!(3600))
    );
    for (form, status, error) in [
        ("grant_type=client_credentials".to_owned(), 401, "invalid_client"),
        (format!("grant_type=password&{client}"), 400, "unsupported_grant_type"),
        (
            format!("grant_type=client_credentials&{client}&scope=write"),
            400,
            "invalid_scope",
        ),
        (client.to_owned(), 400, "invalid_request"),
    ] {
        let answer = sent(&form);
        assert_eq!(
            (answer.status, &answer.json()["error"]),
            (status, &json!(error)),
            "{form}"
        );
    }
}

#[test]
fn references_by_the_address_of_a_file_lead_into_it_or_next_to_it() {
    let folder = std::env::temp_dir().join(format!("sdkwright-sandbox-self-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("library.yaml");
    let contract = "openapi: 3.2.0
$self: https://library.example/api/contract.yaml
info: { title: Library, version: '1' }
servers: [{ url: 'http://localhost/v1' }]
paths:
  /books:
    put:
      requestBody: { required: true, content: { application/json: { schema: { $ref: 'https://library.example/api/contract.yaml#/components/schemas/Book' } } } }
      responses: { '204': { description: Done. } }
  /shelves:
    put:
      requestBody: { required: true, content: { application/json: { schema: { $ref: 'https://library.example/api/shelves.yaml#/Shelf' } } } }
      responses: { '204': { description: Done. } }
components:
  schemas:
    Book:
      oneOf: [{ $ref: 'contract.yaml#/components/schemas/Novel' }, { $ref: '#/components/schemas/Atlas' }]
      discriminator: { propertyName: kind, defaultMapping: 'https://library.example/api/contract.yaml#/components/schemas/Novel' }
    Novel: { type: object, required: [title], properties: { title: { type: string } } }
    Atlas: { type: object, required: [scale], properties: { kind: { const: Atlas }, scale: { type: integer } } }
";
    std::fs::write(&file, contract).unwrap();
    let shelves = "Shelf: { type: object, required: [top], properties: { top: { $ref: 'library.yaml#/components/schemas/Atlas' } } }";
    std::fs::write(folder.join("shelves.yaml"), shelves).unwrap();
    let server = Sandbox::start_file(&file, Options::default()).unwrap();
    assert_eq!(server.unchecked(), &[] as &[String]);
    for (target, body, status) in [
        ("/books", r#"{"title":"One"}"#, 204),
        ("/books", r#"{"kind":"Other","title":"One"}"#, 204),
        ("/books", r#"{"kind":"Other","scale":1}"#, 400),
        ("/books", r#"{"kind":"Atlas","scale":1}"#, 204),
        ("/books", r#"{"kind":"Atlas","scale":"x"}"#, 400),
        ("/shelves", r#"{"top":{"kind":"Atlas","scale":1}}"#, 204),
        ("/shelves", r#"{"top":{"kind":"Atlas"}}"#, 400),
    ] {
        let request = Request {
            method: "PUT".into(),
            body: body.into(),
            media: Some("application/json".into()),
            ..get(target)
        };
        assert_eq!(request.send(&server).status, status, "{target} {body}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}
