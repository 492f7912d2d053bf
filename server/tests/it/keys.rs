//! An API without a signature: whose its keys are, which failures leave them in use, which responses a caller accepts, and limits of time.

use std::pin::Pin;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use oceafin_partner::models::PartnerProblemCode;
use sdkwright_server::glue::{
    Api, Description, Idempotency, KeyAnswer, KeyIntent, KeyRules, KeyState, Scheme, SchemeKind,
};
use sdkwright_server::{
    Contract, Handled, MemoryKeys, OperationRoute, Options, Outgoing, Problem, RawReply, Reply, Routes, Server, success,
};
use tower_service::Service;

use crate::sent::{Sent, bank};

pub(crate) static CONTRACT: Contract = Contract {
    api: &Api {
        schemes: &[Scheme {
            name: "Token",
            kind: SchemeKind::Token,
            setter: None,
        }],
        security: &[&[("Token", &[])]],
        idempotency: Some(&Idempotency {
            header: Some("Idempotency-Key"),
            replayed: Some(("Replayed", "true")),
            ..Idempotency::NONE
        }),
        ..Api::new("Shop", "shop/1")
    },
    errors: None,
    never_sent: &[],
    requires_request_id: false,
};

pub(crate) static PAY: Description = Description::new("pay", "POST", "/payments").accept("application/json, image/*");

/// A payment that callers without credentials may make, too.
static GIVE: Description = Description::new("give", "POST", "/gifts").security(&[&[], &[("Token", &[])]]);

/// A payment of anybody.
static DONATE: Description = Description::new("donate", "POST", "/donations").security(&[&[]]);

/// A file whose key is in a part.
static ATTACH: Description = Description::new("attach", "POST", "/files")
    .intent(KeyIntent::Effect)
    .key(KeyRules::part_member("re\"quest", "key", 2, 8));

/// The contract of an API that refuses a key after its use.
static ONCE: Contract = Contract {
    api: &Api {
        idempotency: Some(&Idempotency {
            header: Some("Idempotency-Key"),
            answers: &[
                (KeyState::Conflict, state((400, 499), "reused", None)),
                (KeyState::Used, state((422, 422), "executed", Some("/error/loan"))),
            ],
            not_after: &[(500, 599)],
            ..Idempotency::NONE
        }),
        ..Api::new("Lender", "lender/1")
    },
    ..CONTRACT
};

static LEND: Description = Description::new("lend", "POST", "/loans").creates("/id", &[]);

/// Describes a response about a key by its statuses, the text in its body and the place of an id.
const fn state(statuses: (u16, u16), text: &'static str, id: Option<&'static str>) -> KeyAnswer {
    let text = Some(("/error/type", text));
    KeyAnswer { statuses, text, id }
}

/// A limit of time that some requests exceed.
const SHORT: Duration = Duration::from_millis(40);

/// The number of runs of the handler, and the end of a late one.
#[derive(Clone, Default)]
struct Runs(Arc<AtomicU16>, Arc<tokio::sync::Notify>);

/// Pays, or fails as the header `Ends` says.
fn pay(runs: Arc<Runs>, context: sdkwright_server::Context, _: sdkwright_server::RequestInput) -> Handled {
    Box::pin(async move {
        let run = runs.0.fetch_add(1, Ordering::Relaxed) + 1;
        let failed = Problem::from_status(StatusCode::BAD_GATEWAY);
        let end = context.headers().get("ends").and_then(|end| end.to_str().ok());
        assert_ne!(end, Some("panic"));
        match end {
            Some("late") => {
                tokio::time::sleep(SHORT * 5).await;
                runs.1.notify_one();
                Ok(Reply::new(201).into())
            }
            Some("before") => Err(failed),
            Some("unknown") => Err(failed.with_unknown_outcome()),
            Some("stored") => Err(Problem::from(PartnerProblemCode::ResourceNotFound).with_unknown_outcome()),
            Some("number") => Ok(Reply::json(201, "application/json", &f64::NAN)?.into()),
            Some("text") => Ok(Outgoing::raw(201, &["text/csv"], RawReply::new(format!("run,{run}")))),
            Some("open") => Ok(Outgoing::raw(
                success(StatusCode::MULTI_STATUS)?,
                &["text/*"],
                RawReply::new("many"),
            )),
            Some("loan") => Ok(Reply::from_parts(201, Vec::new(), br#"{"id":"l-7"}"#.to_vec()).into()),
            Some("no success") => Ok(Reply::new(success(StatusCode::FOUND)?).into()),
            Some("breaks") => Ok(Outgoing::raw(201, &[], RawReply::new(Body::from_stream(Broken)))),
            _ => Ok(Reply::json(201, "application/json", &i64::from(run))?.into()),
        }
    })
}

fn shop(options: Options) -> (Router, Runs) {
    let runs = Runs::default();
    let mut routes = Routes::new();
    routes.add([
        OperationRoute::new(&PAY, pay).headers(&["X-Till"]),
        OperationRoute::new(&GIVE, pay),
        OperationRoute::new(&DONATE, pay),
        OperationRoute::new(&ATTACH, pay),
    ]);
    (
        Server::new(&CONTRACT, runs.clone(), routes, options).into_router(),
        runs,
    )
}

/// Takes the token as the client.
pub(crate) fn token(headers: &HeaderMap) -> Result<String, Problem> {
    let token = headers.get("authorization").and_then(|token| token.to_str().ok());
    token
        .map(str::to_owned)
        .ok_or_else(|| Problem::from_status(StatusCode::UNAUTHORIZED))
}

/// Sends a payment with these headers, and returns the status and the body; `*` after the body of a replay.
pub(crate) async fn send(shop: &Router, headers: &[(&str, &str)]) -> (u16, String) {
    send_to(shop, "/payments", headers).await
}

async fn send_to(shop: &Router, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
    send_body(shop, path, headers, Body::empty()).await
}

async fn send_body(shop: &Router, path: &str, headers: &[(&str, &str)], body: Body) -> (u16, String) {
    let mut request = Request::post(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = shop.clone().call(request.body(body).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let mut body = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
    if parts.headers.contains_key("replayed") {
        body.push('*');
    }
    (parts.status.as_u16(), body)
}

#[tokio::test]
async fn clients_without_a_signature_have_keys_of_their_own() {
    let (shop, runs) = self::shop(Options::new().caller(token));
    let paid = |body: &str| (201, body.to_owned());
    let (ours, theirs) = (("authorization", "a"), ("authorization", "b"));
    let key = ("idempotency-key", "1");
    assert_eq!(send(&shop, &[key, ours]).await, paid("1"));
    assert_eq!(send(&shop, &[key, theirs]).await, paid("2"));
    assert_eq!(send(&shop, &[key, ours]).await, paid("1*"));
    assert_eq!(send(&shop, &[key]).await.0, 401);
    assert_eq!(runs.0.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn a_key_is_refused_after_its_use_as_the_contract_states() {
    let mut routes = Routes::new();
    routes.add([OperationRoute::new(&LEND, pay)]);
    let runs = Runs::default();
    let shop = Server::new(&ONCE, runs.clone(), routes, Options::new()).into_router();
    let lend = async |headers: [&str; 2]| {
        let [key, ends] = headers;
        let (status, body) = send_to(&shop, "/loans", &[("idempotency-key", key), ("ends", ends)]).await;
        let body: serde_json::Value = serde_json::from_str(&body).unwrap();
        let error = &body["error"];
        (
            status,
            [error["type"].as_str(), error["loan"].as_str()].map(|text| text.unwrap_or_default().to_owned()),
        )
    };
    let shown = |status, texts: [&str; 2]| (status, texts.map(str::to_owned));
    assert_eq!(lend(["1", "loan"]).await.0, 201);
    assert_eq!(lend(["1", "loan"]).await, shown(422, ["executed", "l-7"]));
    assert_eq!(lend(["2", "before"]).await.0, 502);
    assert_eq!(lend(["2", "loan"]).await, shown(409, ["reused", ""]));
    // An unknown outcome is neither stored nor final, whatever its status and code are.
    for (key, end, status) in [("3", "unknown", 502), ("4", "stored", 404)] {
        assert_eq!(lend([key, end]).await.0, status);
        assert_eq!(
            lend([key, "loan"]).await,
            shown(409, ["", ""]),
            "it is still in progress"
        );
    }
    assert_eq!(runs.0.load(Ordering::Relaxed), 4);
}

#[tokio::test]
async fn another_value_of_a_declared_header_is_another_request() {
    let (shop, runs) = self::shop(Options::new().caller(token));
    let keyed = [("idempotency-key", "1"), ("authorization", "a")];
    let [one, two] = ["1", "2"].map(|till| [keyed[0], keyed[1], ("x-till", till), ("x-trace", till)]);
    assert_eq!(send(&shop, &one).await, (201, "1".to_owned()));
    assert_eq!(send(&shop, &one).await, (201, "1*".to_owned()));
    assert_eq!(send(&shop, &two).await.0, 409);
    assert_eq!(send(&shop, &keyed).await.0, 409);
    // A header that the operation does not declare is that of an intermediary.
    assert_eq!(
        send(&shop, &[&one[..3], &[("x-trace", "3")]].concat()).await,
        (201, "1*".to_owned())
    );
    assert_eq!(runs.0.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_key_in_a_part_is_one_of_the_request() {
    let (shop, runs) = self::shop(Options::new().caller(token));
    let attach = async |boundary: &str, parts: &[(&str, &str)]| {
        let content_type = format!("Multipart/Form-Data; charset=\"a; boundary=b\"; boundary=\"{boundary}\"");
        let part = |(name, content): &(&str, &str)| {
            format!("--{boundary}\r\ncontent-disposition: form-data; {name}\r\n\r\n{content}\r\n")
        };
        let body = parts.iter().map(part).collect::<String>() + &format!("--{boundary}--");
        let headers = [("authorization", "a"), ("content-type", &*content_type)];
        send_body(&shop, "/files", &headers, body.into()).await
    };
    // A file name may contain the name of the part.
    let file = ("filename=\"\u{fc}; name=re%22quest\"; name=\"file\"", "PDF");
    let request = ("name=re%22quest", r#"{"key":"one","title":"A"}"#);
    let other = ("name=\"re%22quest\"", r#"{"key":"one","title":"B"}"#);
    let paid = |body: &str| (201, body.to_owned());
    assert_eq!(attach("x", &[file, request]).await, paid("1"));
    assert_eq!(attach("x", &[file, request]).await, paid("1*"));
    for (boundary, request) in [("x", other), ("y", request)] {
        assert_eq!(attach(boundary, &[file, request]).await.0, 409, "other bytes");
    }
    for (parts, detail) in [
        (&[file][..], "/re\"quest/key: is required"),
        (&[("name=re%22quest", "[]")], "/re\"quest/key: is required"),
        (
            &[request, file, request],
            "/re\"quest/key: occurs more than once, or is not ASCII",
        ),
        (
            &[("name=re%22quest", r#"{"key":"1"}"#)],
            "/re\"quest/key: is not a key of the length that the contract allows",
        ),
        (
            &[request, ("\r\nno header", "")],
            ": the body does not have the form of its media type",
        ),
    ] {
        let (status, body) = attach("x", parts).await;
        let body: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!((status, body["detail"].as_str()), (400, Some(detail)));
    }
    for boundary in ["", &*"b".repeat(71)] {
        assert_eq!(attach(boundary, &[request]).await.0, 400);
    }
    let json = [("authorization", "a"), ("content-type", "application/json")];
    assert_eq!(send_body(&shop, "/files", &json, "{}".into()).await.0, 415);
    assert_eq!(runs.0.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn callers_without_credentials_use_no_more_keys_than_the_limit() {
    let (shop, runs) = self::shop(Options::new().caller(token).keys(MemoryKeys::new(2)));
    let donate = async |key, end| send_to(&shop, "/donations", &[("idempotency-key", key), ("ends", end)]).await;
    assert_eq!(donate("1", "").await, (201, "1".to_owned()));
    // A key that is free again does not count.
    assert_eq!(donate("2", "before").await.0, 502);
    assert_eq!(donate("3", "").await.0, 201);
    assert_eq!(donate("4", "").await.0, 503);
    assert_eq!(donate("1", "").await, (201, "1*".to_owned()));
    assert_eq!(
        send(&shop, &[("idempotency-key", "4"), ("authorization", "a")]).await.0,
        201
    );
    assert_eq!(runs.0.load(Ordering::Relaxed), 4);
}

#[tokio::test]
async fn callers_without_credentials_have_no_keys_in_common() {
    let (shop, runs) = self::shop(Options::new().caller(token));
    let (key, ours) = (("idempotency-key", "1"), ("authorization", "a"));
    assert_eq!(send_to(&shop, "/gifts", &[]).await.0, 201);
    assert_eq!(send_to(&shop, "/gifts", &[key]).await.0, 401);
    assert_eq!(send_to(&shop, "/gifts", &[key, ours]).await.0, 201);
    assert_eq!(runs.0.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn no_key_is_taken_from_clients_that_nothing_tells_apart() {
    let (shop, runs) = self::shop(Options::new());
    assert_eq!(send(&shop, &[("idempotency-key", "1")]).await.0, 501);
    assert_eq!(send(&shop, &[]).await.0, 201);
    assert_eq!(runs.0.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_failure_that_may_have_had_its_effect_keeps_the_key() {
    for (end, first, second) in [
        ("before", 502, 502),
        ("unknown", 502, 409),
        ("number", 500, 409),
        ("panic", 500, 409),
    ] {
        let (shop, runs) = self::shop(Options::new().caller(token));
        let headers = [("idempotency-key", "1"), ("authorization", "a"), ("ends", end)];
        for status in [first, second] {
            assert_eq!(send(&shop, &headers).await.0, status, "{end}");
        }
        assert_eq!(
            runs.0.load(Ordering::Relaxed),
            if second == 409 { 1 } else { 2 },
            "{end}"
        );
    }
}

#[tokio::test]
async fn a_signature_covers_the_prefix_of_the_servers_url() {
    let nested = Router::new().nest("/v7", bank());
    let body = r#"{"partnerCustomerRef":"ref-1","customerType":"INDIVIDUAL","displayName":"Jane Partner"}"#;
    let sent = |target: &str| Sent::post(target, "key-1", body);
    assert_eq!(sent("/v7/partner/v1/customers").to(&nested).await.status, 201);
    assert_eq!(sent("/partner/v1/customers").to(&nested).await.status, 404);
}

/// A body that breaks.
struct Broken;

impl futures_core::Stream for Broken {
    type Item = std::io::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(Some(Err(std::io::ErrorKind::BrokenPipe.into())))
    }
}

#[tokio::test]
async fn a_response_that_is_not_json_is_kept_whole_under_a_key() {
    let (shop, runs) = self::shop(Options::new().caller(token));
    let (token, key) = (("authorization", "a"), ("idempotency-key", "1"));
    let text = [token, ("ends", "text"), key];
    assert_eq!(send(&shop, &text).await, (201, "run,1".to_owned()));
    assert_eq!(send(&shop, &text).await, (201, "run,1*".to_owned()));
    assert_eq!(send(&shop, &[token, ("ends", "open")]).await, (207, "many".to_owned()));
    for (end, key) in [("breaks", "2"), ("no success", "3")] {
        let request = [token, ("ends", end), ("idempotency-key", key)];
        let before = runs.0.load(Ordering::Relaxed);
        assert_eq!(send(&shop, &request).await.0, 500, "{end}");
        assert_eq!(send(&shop, &request).await.0, 409, "{end}");
        assert_eq!(runs.0.load(Ordering::Relaxed), before + 1, "{end}");
    }
    // The only media type that the contract declares, if the handler's differs in more than parameters.
    for (body, sent) in [
        (RawReply::new("a"), "text/csv"),
        (
            RawReply::new(([("content-type", "text/CSV; header=absent")], "a")),
            "text/CSV; header=absent",
        ),
    ] {
        let mut routes = Routes::new();
        let body = Mutex::new(Some(body));
        routes.add([OperationRoute::new(&PAY, |body: Arc<Mutex<Option<RawReply>>>, _, _| {
            let body = body.lock().unwrap().take().unwrap();
            Box::pin(async move { Ok(Outgoing::raw(200, &["text/csv"], body)) })
        })]);
        let mut shop = Server::new(&CONTRACT, body, routes, Options::new()).into_router();
        let response = shop
            .call(Request::post("/payments").body(Body::empty()).unwrap())
            .await
            .unwrap();
        assert_eq!(response.headers()["content-type"], sent);
    }
}

/// A body that never arrives.
struct Silent;

impl futures_core::Stream for Silent {
    type Item = std::io::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Pending
    }
}

#[tokio::test]
async fn a_late_handler_that_may_have_an_effect_runs_to_its_end() {
    let options = Options::new().caller(token);
    let (shop, runs) = self::shop(options.body_time_limit(SHORT).handler_time_limit(SHORT));
    let (late, token) = (("ends", "late"), ("authorization", "a"));
    assert_eq!(send(&shop, &[late, token]).await.0, 503);
    tokio::time::timeout(SHORT * 1000, runs.1.notified()).await.unwrap();
    assert_eq!(send(&shop, &[late, token, ("idempotency-key", "1")]).await.0, 201);
    // The connection of the first request under a key ends before its response.
    let headers = [late, token, ("idempotency-key", "2")];
    let ended = tokio::time::timeout(SHORT, send(&shop, &headers)).await;
    ended.unwrap_err();
    let retried = async {
        loop {
            match send(&shop, &headers).await {
                (409, _) => tokio::time::sleep(SHORT).await,
                stored => return stored,
            }
        }
    };
    let stored = tokio::time::timeout(SHORT * 1000, retried).await.unwrap();
    assert_eq!((stored, runs.0.load(Ordering::Relaxed)), ((201, "*".to_owned()), 3));
    let silent = Request::post("/payments").body(Body::from_stream(Silent)).unwrap();
    assert_eq!(shop.clone().call(silent).await.unwrap().status(), 408);
}

#[tokio::test]
async fn the_most_specific_range_of_accept_decides() {
    let (shop, _) = self::shop(Options::new().caller(token));
    for (accept, status) in [
        ("text/html", 406),
        ("application/json;q=0, image/*;Q=0.000, */*", 406),
        ("application/json;q=0, */*", 201),
        ("text/html, application/*;q=0.5", 201),
        ("Application/JSON; charset=utf-8", 201),
        ("image/png", 201),
        (" ", 201),
    ] {
        let headers = [("authorization", "a"), ("accept", accept)];
        assert_eq!(send(&shop, &headers).await.0, status, "{accept}");
    }
}
