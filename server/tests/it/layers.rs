//! Layers beyond those of the bank: a signature by a key pair in the query, a key in the body, scopes, and members that the contract does not
//! declare.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use sdkwright_json::JsonValue;
use sdkwright_server::glue::{
    Api, Description, Freshness, Idempotency, KeyAnswer, KeyIntent, KeyPairRules, KeyRules, KeyState, MacEncoding,
    NonceRules, Piece, PlacedValue, Rules, Scheme, SchemeKind, SignatureAlgorithm, SignaturePlace, SignatureRules,
    SignedValue, TimestampFormat, ValuePlace,
};
use sdkwright_server::{
    Caller, Context, Contract, FixedClients, Handled, OperationRoute, Options, Reply, RequestInput, Routes, Server,
};
use sdkwright_signing::clock::{Clock, NonceError, NonceSource, unix_seconds};
use sdkwright_signing::secret::SigningSecret;
use sdkwright_signing::{LocalKey, Parts, Stamp, sha256};
use tower_service::Service;

/// A key of Ed25519 and its public key (RFC 9421, appendix B.1.4).
const PRIVATE: &str = include_str!("../../../signing/src/tests/keys/rfc9421-ed25519.pem");
const PUBLIC: &str = include_str!("../../../signing/src/tests/keys/rfc9421-ed25519.pub.pem");

const fn placed(value: SignedValue, name: &'static str) -> PlacedValue {
    let place = ValuePlace::Query(name);
    PlacedValue { value, place }
}

static SIGNING: SignatureRules = SignatureRules {
    signature: SignaturePlace::Query("signature"),
    secret: None,
    key_pair: Some(KeyPairRules {
        algorithms: &[SignatureAlgorithm::EcdsaP256Sha256, SignatureAlgorithm::Ed25519],
        encoding: MacEncoding::Base64Url,
        prefix: "",
    }),
    message: &[
        Piece::Value(SignedValue::Method, &[]),
        Piece::Value(SignedValue::Target, &[]),
        Piece::Value(SignedValue::Expires, &[]),
        Piece::Value(SignedValue::Body, &[]),
    ],
    values: &[
        placed(SignedValue::Timestamp, "time"),
        placed(SignedValue::Nonce, "salt"),
        placed(SignedValue::Expires, "until"),
        placed(SignedValue::ClientId, "who"),
        PlacedValue {
            value: SignedValue::ClientId,
            place: ValuePlace::Header("x-who"),
        },
    ],
    timestamp: TimestampFormat::UnixSeconds,
    freshness: Freshness::each_way(60),
    nonce: Some(NonceRules::USUAL),
    lifetime: Some(30),
    ..SignatureRules::NONE
};

static CONTRACT: Contract = Contract {
    api: &Api {
        schemes: &[
            Scheme {
                name: "Signed",
                kind: SchemeKind::Signing,
                setter: None,
            },
            Scheme {
                name: "Token",
                kind: SchemeKind::Token,
                setter: None,
            },
            Scheme {
                name: "Key",
                kind: SchemeKind::HeaderKey("x-key"),
                setter: None,
            },
        ],
        signing: Some(&SIGNING),
        idempotency: Some(&Idempotency {
            replayed: Some(("Replayed", "true")),
            answers: &[(
                KeyState::Conflict,
                KeyAnswer {
                    statuses: (422, 422),
                    text: Some(("/kind", "other-request")),
                    id: None,
                },
            )],
            ..Idempotency::NONE
        }),
        rules: Some(&RULES),
        ..Api::new("Shop", "shop/1")
    },
    errors: None,
    never_sent: &[],
    requires_request_id: false,
};

static RULES: Rules = Rules::new(
    &[("order", r#"{"body":{"application/json":{"$ref":"Order"}}}"#)],
    &[(
        "Order",
        r#"{"properties":{"key":{},"lines":{"items":{"properties":{"item":{}},"additionalProperties":false}}},"additionalProperties":false}"#,
    )],
);

static ORDER: Description = Description::new("order", "POST", "/orders")
    .security(&[&[("Signed", &[])]])
    .intent(KeyIntent::Effect)
    .key(KeyRules::member("key", 2, 8));

/// Needs two scopes, or another one with a key of the application, or such a key with a role.
static LIST: Description = Description::new("list", "GET", "/orders").security(&[
    &[("Token", &["read", "all"])],
    &[("Token", &["admin"]), ("Key", &[])],
    &[("Key", &["reader"])],
]);

/// Needs no scope.
static LOOK: Description =
    Description::new("look", "GET", "/look").security(&[&[("Token", &[])], &[("Key", &["reader"])]]);

type Runs = Arc<AtomicU32>;

fn order(runs: Arc<Runs>, context: Context, input: RequestInput) -> Handled {
    Box::pin(async move {
        let _: JsonValue = input.body("application/json")?;
        let run = runs.fetch_add(1, Ordering::Relaxed) + 1;
        let reply = Reply::json(
            201,
            "application/json",
            &format!("{run} {}", context.idempotency_key().unwrap_or_default()),
        )?;
        Ok(reply.into())
    })
}

fn list(_: Arc<Runs>, _: Context, _: RequestInput) -> Handled {
    Box::pin(async { Ok(Reply::new(204).into()) })
}

/// The scopes are the text of the header; without one, the router does not know them.
fn caller(headers: &HeaderMap) -> Caller {
    let caller = Caller::from("client".to_owned());
    match headers.get("scopes").and_then(|scopes| scopes.to_str().ok()) {
        Some(scopes) => caller.with_scopes(scopes.split_whitespace()),
        None => caller,
    }
}

/// An instant.
#[derive(Clone, Copy)]
struct At(SystemTime);

impl Clock for At {
    fn now(&self) -> SystemTime {
        self.0
    }
}

fn shop(now: SystemTime) -> (Router, Runs) {
    let runs = Runs::default();
    let mut routes = Routes::new();
    routes.add([
        OperationRoute::new(&ORDER, order),
        OperationRoute::new(&LIST, list),
        OperationRoute::new(&LOOK, list),
    ]);
    let clients = FixedClients::new().with("shop 1", SigningSecret::new(PUBLIC));
    let options = Options::new()
        .clients(clients)
        .caller(|headers| Ok(caller(headers)))
        .clock(At(now));
    let server = Server::new(&CONTRACT, runs.clone(), routes, options);
    (server.into_router(), runs)
}

/// Random bytes that are the same in each run, and differ in each call.
struct Nonces(AtomicU32);

impl NonceSource for Nonces {
    fn fill(&self, into: &mut [u8]) -> Result<(), NonceError> {
        into.fill(u8::try_from(self.0.fetch_add(1, Ordering::Relaxed) % 256).unwrap_or_default());
        Ok(())
    }
}

static NONCES: Nonces = Nonces(AtomicU32::new(0));

/// Signs an order as a client does, and returns its target.
async fn signed(now: SystemTime, body: &str) -> String {
    let (target, hash) = ("/orders?page=1", sha256(body.as_bytes()));
    let parts = Parts {
        body: body.as_bytes(),
        client_id: Some("shop 1"),
        ..Parts::new("POST", target, &hash)
    };
    let key = LocalKey::from_pem(PRIVATE).unwrap();
    let stamp = Stamp::by_signer(&SIGNING, &key, "order", unix_seconds(now), &NONCES, &parts)
        .await
        .unwrap();
    stamp.target(&SIGNING, target).into_owned()
}

/// Sends a request, and returns the status and the body; `*` after the body of a replay.
async fn send(shop: &Router, request: Request<Body>) -> (u16, String) {
    let response = shop.clone().call(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let mut body = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
    if parts.headers.contains_key("replayed") {
        body.push('*');
    }
    (parts.status.as_u16(), body)
}

async fn post(shop: &Router, target: &str, who: &str, body: &str) -> (u16, String) {
    let request = Request::post(target)
        .header("x-who", who)
        .header("content-type", "application/json");
    send(shop, request.body(Body::from(body.to_owned())).unwrap()).await
}

#[tokio::test]
async fn a_signature_by_a_key_pair_in_the_query_has_an_end_and_counts_once() {
    let now = SystemTime::now();
    let (shop, runs) = shop(now);
    let body = r#"{"key":"k-1"}"#;
    let before = |seconds| now - Duration::from_secs(seconds);
    let target = signed(now, body).await;
    for (target, who, sent, status) in [
        (&*signed(before(31), body).await, "shop 1", body, 401),
        (&*signed(before(30), body).await, "shop 1", body, 201),
        (&*target, "shop 1", r#"{"key":"k-2"}"#, 401),
        (&target, "shop 2", body, 401),
        (&target.replace("page=1", "page=2"), "shop 1", body, 401),
        (&format!("{target}&page=2"), "shop 1", body, 401),
        (
            &format!("{target}&{}", target.rsplit_once('&').unwrap().1),
            "shop 1",
            body,
            401,
        ),
        (&target.replace("&time=", "&time=1&time="), "shop 1", body, 401),
        ("/orders?page=1", "shop 1", body, 401),
        (&target, "shop 1", body, 201),
        (&target, "shop 1", body, 401),
    ] {
        assert_eq!(post(&shop, target, who, sent).await.0, status, "{target} {who} {sent}");
    }
    assert_eq!(
        runs.load(Ordering::Relaxed),
        1,
        "another signature of the same request is a replay"
    );
}

#[tokio::test]
async fn a_key_in_the_body_has_the_layers_of_keys() {
    let now = SystemTime::now();
    let (shop, _) = shop(now);
    let other = r#""status":422,"title":"Unprocessable Entity""#;
    for (body, status, part) in [
        (r#"{"key":"k-1"}"#, 201, r#""1 k-1""#),
        (r#"{"key":"k-1"}"#, 201, r#""1 k-1"*"#),
        (r#"{"key":"k-1","lines":[]}"#, 422, other),
        (r#"{"key":"k-1","lines":[]}"#, 422, r#""kind":"other-request""#),
        (r#"{"key":"k-2"}"#, 201, r#""2 k-2""#),
        (r#"{"key":"k"}"#, 400, "/key: is not a key"),
        (r#"{"key":7}"#, 400, "/key: is required"),
        ("{}", 400, "/key: is required"),
    ] {
        let found = post(&shop, &signed(now, body).await, "shop 1", body).await;
        assert!(found.0 == status && found.1.contains(part), "{body} {found:?}");
    }
}

#[tokio::test]
async fn a_member_that_the_contract_does_not_declare_is_refused_at_its_place() {
    let now = SystemTime::now();
    let (shop, runs) = shop(now);
    for (body, place) in [
        (r#"{"key":"k-1","a/b":null}"#, "/a~1b"),
        (r#"{"key":"k-1","lines":[{"item":1},{"Item":1}]}"#, "/lines/1/Item"),
    ] {
        let found = post(&shop, &signed(now, body).await, "shop 1", body).await;
        let detail = format!(r#""detail":"{place}: must be left out"#);
        assert!(found.0 == 400 && found.1.contains(&detail), "{body} {found:?}");
    }
    assert_eq!(runs.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn a_token_needs_all_scopes_of_an_alternative() {
    let (shop, _) = shop(SystemTime::now());
    for (path, scopes, status) in [
        ("/orders", Some("all write read"), 204),
        ("/orders", Some("admin"), 204),
        ("/orders", Some("read"), 403),
        ("/orders", Some(""), 403),
        ("/orders", None, 204),
        ("/look", Some(""), 204),
    ] {
        let mut request = Request::get(path);
        if let Some(scopes) = scopes {
            request = request.header("scopes", scopes);
        }
        let found = send(&shop, request.body(Body::empty()).unwrap()).await;
        assert_eq!(found.0, status, "{path} {scopes:?} {}", found.1);
    }
}
