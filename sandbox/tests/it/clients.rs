//! Several clients of one server: what one makes is nowhere to be found for another.

use crate::support::client::{SECOND, booking, exchange, get, post, sender, shipment, unique};
use sdkwright_sandbox_server::{Options, Running, Sandbox};
use serde_json::json;

const SECRETS: [(&str, &str); 2] = [
    ("north", "6e6f7274686e6f7274686e6f7274686e"),
    ("south", "736f757468736f757468736f75746873"),
];

fn options() -> Options {
    Options {
        clients: SECRETS.map(|(id, secret)| (id.to_owned(), secret.to_owned())).into(),
        ..Options::default()
    }
}

fn server() -> Running {
    Sandbox::start_file(SECOND, options()).unwrap()
}

/// The same server, called by this client from now on.
fn called_by(server: &mut Running, at: usize) {
    (server.client_id, server.client_secret) = server.clients()[at].clone();
}

/// The error of a server that cannot be started.
fn refused(options: Options) -> String {
    Sandbox::start_file(SECOND, options).unwrap_err().to_string()
}

#[test]
fn no_resource_of_another_client_is_read_listed_changed_or_built_upon() {
    let mut server = server();
    let owner = sender(&server);
    let (booked, approval) = shipment(&server, &owner);
    called_by(&mut server, 1);
    let targets = [
        get(&format!("/senders/{owner}")),
        get(&format!("/senders/{owner}/shipments")),
        get(&format!("/shipments/{booked}")),
        post(
            &format!("/senders/{owner}/shipments"),
            &booking(&owner, &unique("order")),
        ),
        post(
            &format!("/shipments/{booked}/handover"),
            &json!({ "approval": approval }),
        ),
    ];
    for request in targets {
        let (status, code) = request.send(&server).problem();
        assert_eq!(status, 404, "{} {}: {code}", request.method, request.target);
        assert!(code.ends_with("-unknown"), "{}: {code}", request.target);
    }
    called_by(&mut server, 0);
    assert_eq!(get(&format!("/senders/{owner}")).send(&server).status, 200);
    assert_eq!(get(&format!("/shipments/{booked}")).send(&server).status, 200);
}

#[test]
fn keys_nonces_and_references_are_of_one_client() {
    let mut server = server();
    let body = json!({ "senderRef": "shop-1", "name": "Corner Shop" });
    let request = post("/senders", &body);
    let first = request.send(&server);
    called_by(&mut server, 1);
    // The nonce and the key of the other client, too.
    let second = request.send(&server);
    assert_eq!((first.status, second.status), (201, 201));
    assert_eq!(second.header("x-once-repeat"), None);
    assert_ne!(first.json()["senderId"], second.json()["senderId"]);
    assert_eq!(request.again().send(&server).header("x-once-repeat"), Some("yes"));
    assert_eq!(request.send(&server).problem().1, "salt-seen");
    assert_eq!(server.effects().len(), 2);
}

#[test]
fn a_client_signs_with_its_own_secret_alone() {
    let mut server = server();
    server.client_secret = SECRETS[1].1.to_owned();
    assert_eq!(get("/senders/nobody").send(&server).problem().1, "signature-mismatch");
    server.client_id = "west".to_owned();
    assert_eq!(get("/senders/nobody").send(&server).problem().1, "auth-rejected");
}

#[test]
fn what_is_switched_off_for_a_client_is_refused_with_the_code_of_the_contract() {
    let mut server = Sandbox::start_file(
        SECOND,
        Options {
            refusals: vec![
                "south:Shipments=depot-closed".parse().unwrap(),
                "south:readShipment=slow-down".parse().unwrap(),
            ],
            ..options()
        },
    )
    .unwrap();
    let owner = sender(&server);
    shipment(&server, &owner);
    called_by(&mut server, 1);
    let owner = sender(&server);
    let request = post(&format!("/senders/{owner}/shipments"), &booking(&owner, "order-1"));
    assert_eq!(request.send(&server).problem().1, "depot-closed");
    assert_eq!(get("/shipments/any").send(&server).problem().1, "slow-down");
    assert_eq!(server.effects().len(), 3, "nothing was carried out");
}

#[test]
fn paths_beside_the_contract_show_the_client_that_is_named() {
    let mut server = server();
    let first = sender(&server);
    called_by(&mut server, 1);
    let second = sender(&server);
    let host = server
        .base_url
        .strip_prefix("http://")
        .unwrap()
        .split('/')
        .next()
        .unwrap();
    let asked = |target: &str, header: &str| {
        let request = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n{header}Connection: close\r\n\r\n");
        exchange(host, request.as_bytes()).unwrap()
    };
    let effects = |header: &str| asked("/.sandbox/effects", header).json()[0]["resource"].clone();
    assert_eq!(effects(""), first.as_str());
    assert_eq!(effects("Sandbox-Client: south\r\n"), second.as_str());
    assert_eq!(asked("/.sandbox/effects", "Sandbox-Client: west\r\n").status, 404);
    let shown = asked("/.sandbox/client?id=south", "");
    let cookie = shown
        .header("set-cookie")
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let page = asked("/.sandbox/console/resources", &format!("Cookie: {cookie}\r\n"));
    let page = String::from_utf8(page.body).unwrap();
    assert!(page.contains(&second) && !page.contains(&first), "{page}");
    let settings = String::from_utf8(asked("/.sandbox/console/settings", "").body).unwrap();
    assert!(settings.contains("/.sandbox/client?id=south"), "{settings}");
    assert_eq!(asked("/.sandbox/client?id=west", "").status, 404);
}

#[test]
fn what_is_said_of_clients_that_are_not_there_is_refused() {
    let twice = Options {
        client_id: Some("south".to_owned()),
        ..options()
    };
    assert_eq!(refused(twice), "the client `south` is set twice");
    for (text, why) in [
        ("west:Shipments=depot-closed", "there is no client `west`"),
        (
            "south:Parcels=depot-closed",
            "no tag or operation `Parcels`; it has Senders, Shipments",
        ),
        ("south:Shipments=closed", "no code `closed`"),
    ] {
        let options = Options {
            refusals: vec![text.parse().unwrap()],
            ..options()
        };
        let said = refused(options);
        assert!(said.contains(why), "{said}");
    }
    let plain = "openapi: 3.0.3\ninfo: { title: Case, version: '1' }\npaths: { /notes: { get: { responses: { '200': { description: All notes. } } } } }\n";
    let said = Sandbox::start(plain, options()).unwrap_err().to_string();
    assert!(said.contains("only one client"), "{said}");
}
