//! Admission of calls: client, signature, time, nonce and key, in this order, against the second contract.

use sdkwright_sandbox_server::{Options, Sandbox};

use crate::support::client::{self, Request, SECOND, booking, get, now, post, second, sender, unique};
use serde_json::json;

type Tamper = fn(&mut Vec<String>);

fn register() -> Request {
    post(
        "/senders",
        &json!({ "senderRef": unique("shop"), "name": "Corner Shop" }),
    )
}

#[test]
fn a_signed_call_is_carried_out() {
    let server = second();
    let answer = register().header("X-Trace-Id", "trace-7").send(&server);
    assert_eq!(answer.status, 201);
    assert_eq!(answer.header("x-trace-id"), Some("trace-7"));
    let call = &server.calls()[0];
    let names: Vec<_> = call.checks.iter().map(|check| check.name).collect();
    assert_eq!(
        names,
        [
            "client",
            "signature",
            "freshness",
            "nonce",
            "key",
            "parameters",
            "body",
            "owner",
            "answer"
        ]
    );
    assert!(call.executed && call.failures().next().is_none(), "{}", call.lines());
}

#[test]
fn a_call_without_one_of_the_signing_headers_has_no_client() {
    let server = second();
    for header in ["X-Parcel-Account", "X-Parcel-Time", "X-Parcel-Salt", "X-Parcel-Auth"] {
        let answer = Request {
            without: Some(header.into()),
            ..register()
        }
        .send(&server);
        assert_eq!(answer.problem(), (401, "auth-rejected".into()), "{header}");
        assert_eq!(
            answer.json()["error"]["text"],
            format!("Missing {header} header, or it occurs twice.")
        );
    }
    let other = Request {
        without: Some("X-Parcel-Account".into()),
        ..register()
    }
    .header("X-Parcel-Account", "somebody");
    assert_eq!(other.send(&server).problem(), (401, "auth-rejected".into()));
    let short = Request {
        nonce: "too-short".into(),
        ..register()
    };
    let answer = short.send(&server);
    assert_eq!(answer.problem(), (401, "auth-rejected".into()));
    assert!(
        answer.json()["error"]["text"]
            .as_str()
            .unwrap()
            .contains("must have at least"),
        "{}",
        answer.json()
    );
    assert!(server.resources().is_empty());
}

#[test]
fn a_form_of_the_nonce_that_is_not_documented_is_called_a_reading() {
    let contract = std::fs::read_to_string(client::SECOND).unwrap();
    let marked = contract.replace("nonce: {", "nonce: { x-documented: [minLength],");
    assert_ne!(marked, contract);
    let server = Sandbox::start(&marked, Options::default()).unwrap();
    for (nonce, reading) in [("short".to_owned(), false), ("x".repeat(4096), true)] {
        let answer = Request { nonce, ..register() }.send(&server);
        let text = answer.json()["error"]["text"].as_str().unwrap().to_owned();
        assert_eq!(text.contains("an assumption, not documented"), reading, "{text}");
    }
}

#[test]
fn a_refused_signature_is_explained_by_the_component_that_differs() {
    let server = second();
    let cases: [(&str, Tamper); 9] = [
        ("`timestamp` differs", |parts| {
            parts[0] = (parts[0].parse::<i64>().unwrap() - 1).to_string();
        }),
        ("`nonce` differs", |parts| parts[1] = String::new()),
        (
            "`body-sha256-base64` differs: the signed value is the hash of no bytes",
            |parts| {
                parts[3] = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=".into();
            },
        ),
        ("`idempotency-key` differs: the signed value is empty", |parts| {
            parts[4] = String::new();
        }),
        ("`idempotency-key` differs: it is missing", |parts| {
            drop(parts.remove(4));
        }),
        ("`method` differs", |parts| parts[5] = "post".into()),
        (
            "`target` differs: the signed value is without the first segments",
            |parts| parts[6] = "/senders".into(),
        ),
        ("the order of the components differs", |parts| parts.swap(0, 5)),
        ("no common mistake", |parts| parts[6] = "/nowhere".into()),
    ];
    for (expected, tamper) in cases {
        let answer = Request {
            tamper: Some(tamper),
            ..register()
        }
        .send(&server);
        assert_eq!(answer.problem(), (401, "signature-mismatch".into()));
        let call = server.calls().pop().unwrap();
        let note = call.failures().next().unwrap().note.clone();
        assert!(note.contains(expected), "wanted {expected:?} in:\n{note}");
        assert!(note.contains("expected components") && !note.contains(&server.client_secret));
        assert!(!call.lines().contains(&server.client_secret));
    }
    let answer = Request {
        separator: "\n",
        ..register()
    }
    .send(&server);
    assert_eq!(answer.status, 401);
    let call = server.calls().pop().unwrap();
    assert!(call.lines().contains("the separator differs"), "{}", call.lines());
    assert!(server.resources().is_empty());
}

#[test]
fn a_timestamp_outside_the_window_is_refused_on_both_sides() {
    let server = second();
    for (apart, status) in [(-121, 401), (-118, 201), (118, 201), (122, 401)] {
        let answer = Request {
            time: now() + apart,
            ..register()
        }
        .send(&server);
        assert_eq!(answer.status, status, "{apart}");
        if status == 401 {
            assert_eq!(answer.problem().1, "signature-stale");
        }
    }
    server.set_clock_offset(1000);
    let answer = register().send(&server);
    assert_eq!(answer.problem(), (401, "signature-stale".into()));
    assert!(answer.header("date").unwrap().ends_with("GMT"));
    assert_eq!(
        Request {
            time: now() + 1000,
            ..register()
        }
        .send(&server)
        .status,
        201
    );
}

#[test]
fn a_nonce_is_used_once_and_only_by_a_valid_signature() {
    let server = second();
    let forged = Request {
        tamper: Some(|parts| parts[5] = "PUT".into()),
        ..register()
    };
    assert_eq!(forged.send(&server).problem().1, "signature-mismatch");
    let honest = Request { tamper: None, ..forged };
    assert_eq!(honest.send(&server).status, 201);
    assert_eq!(honest.send(&server).problem(), (401, "salt-seen".into()));
}

#[test]
fn a_key_gives_the_stored_answer_again() {
    let server = second();
    let request = register();
    let first = request.send(&server);
    let second = request.again().send(&server);
    assert_eq!((second.status, &second.body), (first.status, &first.body));
    assert_eq!(
        (first.header("x-once-repeat"), second.header("x-once-repeat")),
        (None, Some("yes"))
    );
    assert_eq!(server.resources().len(), 1);
    let calls = server.calls();
    assert!(calls[0].executed && !calls[1].executed && calls[1].replayed);

    let other =
        post("/senders", &json!({ "senderRef": "another", "name": "Other" })).key(request.key.as_ref().unwrap());
    assert_eq!(other.send(&server).problem(), (409, "token-reused".into()));
}

#[test]
fn a_key_that_is_still_running_is_answered_so() {
    let server = second();
    let request = register();
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| request.clone().header("Sandbox-Answer", "delay:2000").send(&server));
        while server.in_progress() == 0 {
            std::thread::yield_now();
        }
        let meanwhile = request.again().send(&server);
        assert_eq!(meanwhile.problem(), (409, "token-busy".into()));
        assert_eq!(meanwhile.header("retry-after"), Some("1"));
        assert_eq!(slow.join().unwrap().status, 201);
    });
    assert_eq!(request.again().send(&server).header("x-once-repeat"), Some("yes"));
}

#[test]
fn a_mutation_without_a_proper_key_is_invalid() {
    let server = second();
    for key in [None, Some("short"), Some("with a space")] {
        let request = Request {
            key: key.map(str::to_owned),
            ..register()
        };
        let answer = request.send(&server);
        assert_eq!(answer.problem(), (422, "body-invalid".into()), "{key:?}");
        assert_eq!(answer.json()["error"]["fields"][0]["at"], "/header/X-Once-Token");
    }
}

#[test]
fn a_key_is_free_again_after_an_answer_that_is_not_stored_and_after_its_retention() {
    let server = second();
    let invalid = post("/senders", &json!({ "senderRef": "shop" }));
    assert_eq!(invalid.send(&server).status, 422);
    let key = invalid.key.clone().unwrap();
    let valid = register().key(&key);
    assert_eq!(valid.send(&server).status, 201);
    assert_eq!(register().key(&key).send(&server).problem().1, "token-reused");
    server.set_clock_offset(3601);
    let later = Request {
        time: now() + 3601,
        ..register().key(&key)
    };
    assert_eq!(later.send(&server).status, 201);
}

#[test]
fn a_refusal_that_is_stored_stays_under_its_key() {
    let server = second();
    let request = post("/shipments/shp_unknown000/cancellation", &json!({ "reason": "other" }));
    assert_eq!(request.send(&server).problem(), (404, "shipment-unknown".into()));
    let again = request.again().send(&server);
    assert_eq!((again.status, again.header("x-once-repeat")), (404, Some("yes")));
}

#[test]
fn a_path_or_method_outside_the_contract_is_said_so() {
    let server = second();
    assert_eq!(get("/nothing").send(&server).status, 404);
    let answer = Request {
        method: "DELETE".into(),
        ..register()
    }
    .send(&server);
    assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")));
    assert_eq!(get(&format!("/senders/{}", sender(&server))).send(&server).status, 200);
}

#[test]
fn what_is_switched_off_is_refused_with_the_code_of_the_contract() {
    let start = |refusals: &[&str]| {
        let options = Options {
            refusals: refusals.iter().map(|text| text.parse().unwrap()).collect(),
            ..Options::default()
        };
        Sandbox::start_file(SECOND, options)
    };
    let server = start(&["Shipments=depot-closed", "readShipment=slow-down"]).unwrap();
    let owner = sender(&server);
    let request = post(&format!("/senders/{owner}/shipments"), &booking(&owner, "order-1"));
    assert_eq!(request.send(&server).problem().1, "depot-closed");
    assert_eq!(get("/shipments/any").send(&server).problem().1, "slow-down");
    assert_eq!(server.effects().len(), 1, "nothing was carried out");
    for (text, why) in [
        (
            "Parcels=depot-closed",
            "no tag or operation `Parcels`; it has Senders, Shipments",
        ),
        ("Shipments=closed", "no code `closed`"),
    ] {
        let said = start(&[text]).unwrap_err().to_string();
        assert!(said.contains(why), "{said}");
    }
}
