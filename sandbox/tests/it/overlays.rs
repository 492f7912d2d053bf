//! Overlays of a contract, the list `contracts.yaml`, and the credentials of any contract.

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
