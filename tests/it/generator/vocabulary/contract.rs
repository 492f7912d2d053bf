//! A contract that has every word of the vocabulary, and the places of its words.

use sdkwright_contract::document::ledger::{self, Keyword, ObjectKind, ValueKind};
use serde_json::{Value, json};

use crate::case;

/// A word and where it stands: JSON Pointer of the object that has it.
pub(crate) type Found = (Option<ObjectKind>, &'static Keyword, String);

pub(crate) fn contract() -> Value {
    let text = std::fs::read_to_string(case::folder("contracts").join("second.yaml")).expect("the contract");
    let mut contract: Value = serde_yaml::from_str(&text).expect("YAML");
    // Adds the words that this contract does not use.
    contract["info"]["x-documented"] = json!(true);
    contract["x-retry"] = json!({
        "advice": { "header": "X-Parcel-Retry", "again": "yes", "never": "no" },
        "statuses": [429, "5XX"],
        "waitHeader": "X-Parcel-Wait",
        "waitUnit": "milliseconds",
    });
    contract["x-idempotency"]["on"] = json!(["DELETE"]);
    let senders = &mut contract["paths"]["/senders"]["post"];
    senders["x-idempotency"]["subject"] = json!(["/senderRef"]);
    senders["requestBody"]["content"]["application/json"]["x-sdk"] = json!({ "method": "register_json" });
    let old = |mut node: Value| {
        node["deprecated"] = json!(true);
        node["x-sunset"] = json!("2027-06-30");
        node
    };
    senders["parameters"] = json!([old(
        json!({ "name": "desk", "in": "query", "schema": { "type": "string" }, "x-newtype": "DeskId" })
    )]);
    senders["responses"]["200"]["headers"] =
        json!({ "X-Desk": old(json!({ "schema": { "type": "string" }, "x-newtype": "DeskId" })) });
    *senders = old(senders.take());
    let papers = &mut contract["paths"]["/senders/{senderId}/papers"]["post"];
    papers["requestBody"]["content"]["multipart/form-data"]["encoding"] = json!({ "file": { "x-sensitive": true } });
    contract["x-pagination"]["more"] = json!("/paging/goesOn");
    let paging = &mut contract["components"]["schemas"]["Paging"]["properties"];
    paging["goesOn"] = json!({ "type": "boolean" });
    paging["last"] = json!({ "type": "boolean" });
    paging["count"] = json!({ "type": "integer" });
    contract["paths"]["/senders/{senderId}/shipments"]["get"]["x-pagination"] = json!({ "done": "/paging/last" });
    let list = contract["paths"]["/senders/{senderId}/scans"].take();
    for (name, next) in [
        ("header", json!({ "header": "X-After" })),
        ("link", json!({ "link": "next" })),
        ("url", json!({ "url": "/paging/nextToken" })),
        ("last", json!({ "last": "/scanId" })),
        ("offset", json!({ "offset": 1, "total": "/paging/count" })),
        ("page", json!({ "page": 1, "pages": "/paging/count" })),
    ] {
        let mut by = list.clone();
        by["get"]["operationId"] = json!(format!("listBy{name}"));
        by["get"]["x-sdk"] = json!({ "group": "lists", "method": name });
        by["get"]["x-pagination"] = json!({ "next": next });
        contract["paths"][format!("/senders/{{senderId}}/by-{name}")] = by;
    }
    contract["paths"]["/senders/{senderId}/scans"] = list;
    contract["x-webhooks"]["causes"] = json!([
        { "event": "shipment.booked", "of": "Shipment", "as": "shipment.asked", "change": "created", "when": "has(self.price)", "off": true },
        { "event": "shipment.delivered", "of": "Shipment", "from": "in_transit", "to": "delivered" },
    ]);
    let booking = &mut contract["paths"]["/senders/{senderId}/shipments"]["post"];
    booking["x-scenarios"][0]["makes"] = json!("Shipment");
    booking["x-repeats"][1]["received"] = json!("/receiver/street");
    let schemas = &mut contract["components"]["schemas"];
    let step = &mut schemas["ShipmentState"]["x-lifecycle"]["transitions"][2];
    step["after"] = json!(60);
    step["when"] = json!("has(self.price)");
    step["set"] = json!({ "/price": "self.price" });
    schemas["Sender"]["x-records"] = json!([
        { "of": "Shipment", "when": "has(self.price)", "once": true, "members": { "/senderId": "self.senderId" } }
    ]);
    contract["x-seed"] = json!([
        { "call": "bookShipment", "makes": "Shipment", "owner": "$sender", "name": "shipment", "id": "shp_1", "path": { "senderId": "snd_1" },
          "body": { "weight": 1 }, "state": "booked", "summary": "one shipment" },
    ]);
    let schemas = &mut contract["components"]["schemas"];
    schemas["Desk"] = json!({ "type": "string", "enum": ["desk-a", "desk-b"], "x-sdk": { "variantPrefix": "desk-" },
        "x-enum-varnames": ["desk-first", "desk-second"], "x-enum-descriptions": ["The first.", "The second."] });
    schemas["Sender"]["properties"]["floor"] = old(json!({ "type": "string" }));
    schemas["Room"] = json!({ "type": "string", "enum": ["room-a"], "x-enumNames": ["First"] });
    schemas["Sender"]["properties"]["desk"] = json!({ "$ref": "#/components/schemas/Desk" });
    contract["components"]["securitySchemes"]["Tokens"] = json!({
        "type": "oauth2",
        "flows": { "clientCredentials": { "tokenUrl": "/token", "scopes": {} } },
        "x-token": { "url": "/oauth2/token", "clientAuthentication": "post", "audience": "parcels", "extra": { "resource": "desk" }, "grant": "account" },
    });
    contract["paths"]["/shipments/{shipmentId}"]["get"]["security"] = json!([{ "ParcelAuth": [] }, { "Tokens": [] }]);
    contract
}

/// That contract, and others for the members that exclude some of its members.
pub(crate) fn contracts() -> Vec<Value> {
    let with_deliveries = |signing: Value, id: &str| {
        let mut contract = contract();
        contract["x-webhooks"]["signing"] = signing;
        contract["x-webhooks"]["envelope"]["id"] = json!(id);
        let request = &mut contract["components"]["securitySchemes"]["ParcelAuth"]["x-signing"];
        let members = request.as_object_mut().expect("x-signing");
        members.remove("components");
        members.remove("separator");
        members.insert(
            "message".into(),
            json!("{timestamp}|{nonce}|{client-id}|{body|sha256|hex}|{method}|{target}"),
        );
        members.insert("secret".into(), json!({ "encoding": "hex", "prefix": "parcel_" }));
        contract
    };
    let read = json!({
        "algorithm": "hmac-sha256", "encoding": "hex", "secret": { "encoding": "utf8", "prefix": "hook_" },
        "message": "{settings.receiver|sha256|hex}{timestamp}.{nonce}\n{body}", "timestamp": "unix-millis",
        "read": {
            "header": "X-Parcel-Event-Auth", "list": ",", "pair": "=", "pairs": { "t": "timestamp", "v1": "signature" },
            "headers": { "X-Parcel-Event-Salt": "nonce" },
        },
        "settings": { "receiver": { "description": "Address of the receiver.", "environment": "PARCEL_RECEIVER" } },
        "freshness": { "past": 300, "future": 60 },
    });
    let items = json!({
        "algorithm": "hmac-sha256", "encoding": "hex", "secret": "utf8", "message": "{/a}{/b}", "theirs": true,
        "each": "/items/*", "signature": "/mac", "freshness": "none",
    });
    let with_requests = |scheme: Value, signing: Value| {
        let mut contract = contract();
        let mut scheme = scheme;
        scheme["x-signing"] = signing;
        // A signature of the whole body is not possible for parts.
        contract["paths"]["/senders/{senderId}/papers"]["post"]["security"] = json!([{ "Tokens": [] }]);
        contract["components"]["securitySchemes"]["ParcelAuth"] = scheme;
        contract
    };
    let header = |name: &str| json!({ "type": "apiKey", "in": "header", "name": name });
    let query = json!({
        "algorithm": "hmac-sha256", "encoding": "hex", "secret": "utf8", "message": "{query}{body|base64}{settings.desk}", "theirs": true,
        "query": { "clientId": "who", "timestamp": "when", "nonce": "salt" }, "timestamp": "unix-millis", "freshness": 60,
        "settings": {
            "window": { "description": "A window.", "environment": "PARCEL_WINDOW", "query": "window" },
            "desk": { "description": "A desk." },
        },
    });
    let claims = json!({
        "algorithm": ["ed25519", "rsa-pss-sha256"], "timestamp": "unix-seconds", "freshness": 60, "lifetime": 50, "nonce": { "format": "uuid" },
        "jws": { "protected": { "kid": "{key-id}" }, "claims": { "exp": "{expires}", "uri": "{target}" } },
    });
    let detached = json!({
        "algorithm": "rsa-pss-sha256", "timestamp": "unix-seconds", "freshness": 60,
        "jws": { "protected": { "iat": "{timestamp}" }, "payload": "{body}", "detached": true },
    });
    let cavage = json!({
        "algorithm": ["rsa-pkcs1-sha256"], "freshness": 60,
        "http": {
            "profile": "cavage-10", "covered": ["digest"], "ifSent": ["x-desk"], "digest": { "header": "Digest", "algorithm": "sha256" },
            "keyId": "{certificate-serial}", "algorithms": { "rsa-pkcs1-sha256": "rsa-sha256" }, "certificate": "X-Certificate",
        },
    });
    let http = json!({
        "algorithm": "ed25519", "freshness": 60,
        "http": { "profile": "rfc9421", "covered": ["@method"], "label": "parcel", "parameters": ["created", "keyid"] },
    });
    let oauth = json!({
        "algorithm": "rsa-pkcs1-sha256", "timestamp": "unix-seconds", "freshness": 60,
        "oauth1": { "methods": { "rsa-pkcs1-sha256": "RSA-SHA256" }, "bodyHash": true, "encodeValues": false },
    });
    let keys = json!({
        "algorithm": ["hmac-sha256", "ed25519"], "encoding": "hex", "secret": "utf8", "publicKey": { "prefix": "pk_" },
        "message": "{body}", "freshness": "none",
        "read": { "header": "X-Parcel-Event-Auth", "list": " ", "pair": ",", "pairs": { "v1": "hmac-sha256", "v2": "ed25519" } },
    });
    let token = |jws: Value| json!({ "algorithm": "ed25519", "jws": jws, "freshness": "none" });
    let delivered_claims = token(json!({ "header": "X-Parcel-Event-Auth", "claims": { "hash": "{body|sha256|hex}" } }));
    let fetched = |keys: Value| {
        json!({
            "algorithm": "ed25519", "jws": { "header": "X-Parcel-Event-Auth", "detached": true }, "freshness": "none", "keys": keys,
        })
    };
    let of_url = fetched(json!({ "jwks": "https://parcel.example/keys" }));
    let of_operation = fetched(json!({
        "operation": "readSender", "id": "senderId", "key": "/desk", "revoked": "/floor",
    }));
    let of_certificate = json!({
        "algorithm": "rsa-pkcs1-sha256", "encoding": "base64", "message": "{body}", "freshness": "none",
        "read": { "header": "X-Parcel-Event-Auth" }, "keys": { "certificate": "X-Parcel-Keys", "hosts": ["parcel.example"] },
    });
    let delivered_detached = token(json!({ "header": "X-Parcel-Event-Auth", "detached": true }));
    vec![
        contract(),
        with_keys_of_vendors(),
        with_key_members(),
        with_assertion(),
        with_requests(json!({ "type": "apiKey", "in": "query", "name": "auth" }), query),
        with_requests(json!({ "type": "http", "scheme": "bearer" }), claims),
        with_requests(header("X-Parcel-Auth"), detached),
        with_requests(header("Signature"), cavage),
        with_requests(header("Signature"), http),
        with_requests(json!({ "type": "http", "scheme": "OAuth" }), oauth),
        with_deliveries(read, "/id"),
        with_deliveries(items, "/id"),
        with_deliveries(keys, "/id"),
        with_deliveries(delivered_claims, "/id"),
        with_deliveries(delivered_detached, "/id"),
        with_deliveries(of_url, "/id"),
        with_deliveries(of_operation, "/id"),
        with_deliveries(of_certificate, "/id"),
        with_deliveries(json!({ "scheme": "standard-webhooks" }), "header.webhook-id"),
    ]
}

/// The contract with responses, scope and delay of keys without problem codes.
fn with_keys_of_vendors() -> Value {
    let mut contract = contract();
    let keys = contract["x-idempotency"].as_object_mut().expect("x-idempotency");
    keys.remove("problems");
    keys.insert(
        "conflict".into(),
        json!({ "status": 400, "at": "/error/type", "is": "reused" }),
    );
    keys.insert("inProgress".into(), json!({ "status": 409 }));
    keys.insert(
        "used".into(),
        json!({ "status": 422, "at": "/error/type", "is": "executed", "id": "/error/parcel" }),
    );
    keys.insert("notAfter".into(), json!(["5XX"]));
    keys.insert("minimumDelay".into(), json!(2));
    keys.insert("scope".into(), json!("account"));
    contract
}

/// The contract with a private key in place of a client secret.
fn with_assertion() -> Value {
    let mut contract = contract();
    contract["components"]["securitySchemes"]["Tokens"]["x-token"] = json!({
        "clientAuthentication": "private_key_jwt", "assertion": { "algorithm": ["ed25519"], "audience": "parcels" },
    });
    contract
}

/// The contract with its only keys in a member of a body.
fn with_key_members() -> Value {
    let mut contract = contract();
    contract["x-idempotency"] = json!({ "retention": 3600, "member": "/cancelToken" });
    contract["components"]["schemas"]["CancelShipment"]["properties"]["cancelToken"] = json!({ "type": "string" });
    for (path, item) in contract["paths"].as_object_mut().expect("paths") {
        for operation in item.as_object_mut().expect("a path item").values_mut() {
            let Some(operation) = operation.as_object_mut() else {
                continue;
            };
            if !path.ends_with("/cancellation") {
                operation.remove("x-idempotency");
            }
            if let Some(words) = operation.get_mut("x-sdk").and_then(Value::as_object_mut) {
                words.remove("aliases");
            }
        }
    }
    contract
}

/// The extensions below a value.
pub(crate) fn words(value: &Value, kind: &ValueKind, at: &str, found: &mut Vec<Found>) {
    let inside = |key: &str| format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
    let place = match kind {
        ValueKind::Object(place) | ValueKind::Referable(place) => Some(*place),
        ValueKind::Schema | ValueKind::SchemaOrBool => Some(ObjectKind::Schema),
        _ => None,
    };
    match (kind, value) {
        (_, Value::Object(members)) if place.is_some() => {
            let place = place.expect("a place");
            for (key, value) in members {
                let everywhere = || {
                    ledger::EVERYWHERE
                        .iter()
                        .find(|row| row.keyword == key)
                        .map(|row| (None, row))
                };
                let own = place.rows().iter().find(|row| row.keyword == key);
                let Some((of, row)) = own.map(|row| (Some(place), row)).or_else(everywhere) else {
                    continue;
                };
                if place.is_ours() || key.starts_with("x-") {
                    found.push((of, row, at.to_owned()));
                }
                words(value, &row.value, &inside(key), found);
            }
        }
        (ValueKind::Map(item) | ValueKind::Keyed(_, item), Value::Object(members)) => {
            for (key, value) in members {
                words(value, item, &inside(key), found);
            }
        }
        (ValueKind::List(item), Value::Array(items)) => {
            for (index, value) in items.iter().enumerate() {
                words(value, item, &inside(&index.to_string()), found);
            }
        }
        (ValueKind::Either(one, other), value) => {
            words(value, one, at, found);
            words(value, other, at, found);
        }
        _ => {}
    }
}
