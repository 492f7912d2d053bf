//! Each form of a signature, from the client of a contract to the server of the same contract, and requests that are not what was signed.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response};
use sdkwright_json::JsonValue;
use sdkwright_runtime::client::JournalUndecided;
use sdkwright_runtime::transport::{Incoming, SendFuture, SleepFuture, Transport};
use sdkwright_runtime::{Builder, transport};
use sdkwright_server::glue::{
    Api, Claim, Core, Description, Filter, HttpForm, HttpParameter, HttpProfile, Jws, JwsPayload, KeyPairRules, Piece,
    ProblemPlaces, SignatureAlgorithm, SignatureForm, SignatureRules, SignedValue, TimestampFormat,
};
use sdkwright_server::{
    Clients, Context, Contract, FixedClients, Handled, OperationRoute, Options, Reply, RequestInput, Routes, Server,
    StoreFuture,
};
use sdkwright_signing::clock::Clock;
use sdkwright_signing::secret::SigningSecret;
use sdkwright_signing::{Certificate, LocalKey, MacEncoding, Signature};
use tower_service::Service as _;

macro_rules! described {
    ($($module:ident $path:literal)*) => { $(
        #[rustfmt::skip]
        #[path = $path]
        #[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic, reason = "generated")]
        mod $module;
    )* };
}

described! {
    every_word "../../../tests/cases/signing/expected/src/api.rs"
    detached "../../../tests/cases/signing-detached/expected/src/api.rs"
    http "../../../tests/cases/signing-http/expected/src/api.rs"
    jws "../../../tests/cases/signing-jws/expected/src/api.rs"
    oauth1 "../../../tests/cases/signing-oauth1/expected/src/api.rs"
    rfc9421 "../../../tests/cases/signing-rfc9421/expected/src/api.rs"
}

macro_rules! pem {
    ($name:literal) => {
        include_str!(concat!("../../../signing/src/tests/keys/", $name, ".pem"))
    };
}

static PAY: Description = Description::new("postPayment", "POST", "/payments");
static PUT: Description = Description::new("putPayment", "PUT", "/payments");
static OTHER: Description = Description::new("postOther", "POST", "/other");

fn done(_: Arc<()>, context: Context, _: RequestInput) -> Handled {
    Box::pin(async move { Ok(Reply::json(200, "application/json", &context.client_id().map(str::to_owned))?.into()) })
}

/// An instant.
#[derive(Clone, Copy)]
struct At(SystemTime);

impl Clock for At {
    fn now(&self) -> SystemTime {
        self.0
    }
}

/// A form of signatures, with the key of its client.
#[derive(Clone)]
struct Form {
    api: &'static Api,
    private: &'static str,
    has_certificate: bool,
    public: &'static str,
    /// The name of the client at the server.
    client: &'static str,
}

/// Returns the description with other rules, and with the codes of a contract that has all four.
fn changed(api: &'static Api, change: impl FnOnce(&mut SignatureRules)) -> &'static Api {
    let codes = every_word::API.signing.unwrap();
    let mut rules = SignatureRules {
        client_problem: codes.client_problem,
        signature_problem: codes.signature_problem,
        expired_problem: codes.expired_problem,
        replayed_problem: codes.replayed_problem,
        ..*api.signing.unwrap()
    };
    change(&mut rules);
    Box::leak(Box::new(Api {
        signing: Some(Box::leak(Box::new(rules))),
        registry: every_word::PROBLEMS,
        problems: ProblemPlaces::RFC_9457,
        ..*api
    }))
}

impl Form {
    fn new(api: &'static Api, private: &'static str, public: &'static str) -> Self {
        Self {
            api: changed(api, |_| {}),
            private,
            has_certificate: false,
            public,
            client: "key-1",
        }
    }

    fn with_client(self, client: &'static str) -> Self {
        Self { client, ..self }
    }

    fn key(&self) -> LocalKey {
        let key = LocalKey::from_pem(self.private).unwrap().with_key_id("key-1");
        if self.has_certificate {
            key.with_certificate(&seal()).unwrap()
        } else {
            key
        }
    }

    /// Returns a server at an instant, with the public key of a client.
    fn server(&self, public: &str, now: SystemTime, change: impl FnOnce(Options) -> Options) -> Router {
        let contract = Box::leak(Box::new(Contract {
            api: self.api,
            errors: None,
            never_sent: &[],
            requires_request_id: false,
        }));
        let mut routes = Routes::new();
        routes.add([&PAY, &PUT, &OTHER].map(|description| OperationRoute::new(description, done)));
        let clients = FixedClients::new().with(self.client, SigningSecret::new(public));
        let options = Options::new().clients(clients).clock(At(now));
        Server::new(contract, (), routes, change(options)).into_router()
    }

    /// Sends a request by the client of the contract, and returns the code or the body of the response.
    async fn pay(&self, wire: InProcess) -> String {
        self.pay_at("https://bank.example/payments?b=c%20d&a=%C3%A9", wire)
            .await
    }

    async fn pay_at(&self, url: &str, wire: InProcess) -> String {
        sdkwright_watch::listen();
        let received = Arc::clone(&wire.received);
        let settings = self.api.signing.unwrap().settings.iter();
        let client = Builder::<Core, JournalUndecided>::new(self.api)
            .without_journal()
            .base_url("https://bank.example")
            .transport(wire)
            .client_id("shop-1")
            .signer(self.key());
        let client = settings.fold(client, |client, setting| {
            client.signing_setting(setting.name, "The Shop")
        });
        let client: Core = client.build().unwrap();
        let call = client.raw(Method::POST, url.strip_prefix("https://bank.example").unwrap());
        let call = call
            .header("x-request-id", "r-1")
            .header("psu-id", "p-1")
            .header("date", DATE);
        let _ = call.body("application/json", r#"{"amount":"1.10"}"#).await;
        let received = received.lock().unwrap();
        received.first().unwrap().clone()
    }

    /// Sends a request that is changed on its way.
    async fn changed(&self, change: impl Fn(&mut Sent) + Send + Sync + 'static) -> String {
        let server = self.server(self.public, SystemTime::now(), |options| options);
        self.pay(InProcess::new(server, change)).await
    }
}

/// A request on its way.
struct Sent {
    method: Method,
    target: String,
    host: &'static str,
    headers: HeaderMap,
    body: Bytes,
}

impl Sent {
    /// Replaces a text in a header that contains it.
    fn replace(&mut self, name: &'static str, from: &str, to: &str) {
        let text = self.headers[name].to_str().unwrap();
        assert!(text.contains(from), "{text} has no {from}");
        let text = HeaderValue::try_from(text.replacen(from, to, 1)).unwrap();
        self.headers.insert(name, text);
    }
}

type Change = Arc<dyn Fn(&mut Sent) + Send + Sync>;

/// A router as the transport of a client, and the responses.
#[derive(Clone)]
struct InProcess {
    router: Router,
    change: Change,
    received: Arc<Mutex<Vec<String>>>,
    repeats: bool,
}

impl InProcess {
    fn new(router: Router, change: impl Fn(&mut Sent) + Send + Sync + 'static) -> Self {
        Self {
            router,
            change: Arc::new(change),
            received: Arc::default(),
            repeats: false,
        }
    }

    /// Sends a request, and returns the code of its problem, or its body.
    async fn once(&self, sent: &Sent) -> Response<Incoming> {
        let mut request = Request::builder()
            .method(sent.method.clone())
            .uri(match sent.host {
                "" => sent.target.clone(),
                host => format!("https://{host}{}", sent.target),
            })
            .body(Body::from(sent.body.clone()))
            .unwrap();
        *request.headers_mut() = sent.headers.clone();
        let response = self.router.clone().call(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        let document: JsonValue = sdkwright_json::from_slice(&body).unwrap_or_default();
        let code = document.pointer("/code").and_then(JsonValue::as_str);
        let code = code.unwrap_or(std::str::from_utf8(&body).unwrap()).to_owned();
        self.received.lock().unwrap().push(code);
        Response::from_parts(parts, Incoming::from_bytes(body))
    }
}

impl Transport for InProcess {
    fn send(&self, request: Request<transport::Body>) -> SendFuture<'_> {
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let mut sent = Sent {
                method: parts.method,
                target: parts.uri.path_and_query().unwrap().as_str().to_owned(),
                host: "bank.example",
                headers: parts.headers,
                body: body.as_bytes().unwrap().clone(),
            };
            (self.change)(&mut sent);
            if self.repeats {
                self.once(&sent).await;
                self.received.lock().unwrap().clear();
            }
            Ok(self.once(&sent).await)
        })
    }

    fn sleep(&self, duration: Duration) -> SleepFuture<'_> {
        Box::pin(tokio::time::sleep(duration))
    }
}

fn seal() -> Certificate {
    Certificate::from_pem(pem!("certificate-sign")).unwrap()
}

fn forms() -> [Form; 5] {
    let rsa = (pem!("rsa-pkcs1"), pem!("rsa.pub"));
    let seal = seal();
    let http = Form::new(&http::API, rsa.0, rsa.1);
    let http = Form {
        has_certificate: true,
        client: Box::leak(format!("SN={},CA={}", seal.serial(), seal.issuer()).into_boxed_str()),
        ..http
    };
    [
        Form::new(&detached::API, pem!("rfc9421-p256"), pem!("rfc9421-p256.pub")),
        http,
        Form::new(&jws::API, rsa.0, rsa.1).with_client("shop-1"),
        Form::new(&oauth1::API, rsa.0, rsa.1).with_client("shop-1"),
        Form::new(&rfc9421::API, pem!("rfc9421-ed25519"), pem!("rfc9421-ed25519.pub")),
    ]
}

/// The header of each request, and its seconds since 1970.
const DATE: &str = "Sun, 28 Jun 2026 00:00:00 GMT";
const SECONDS: u64 = 1_782_604_800;
const BAD: &str = "BAD_SIGNATURE";

#[tokio::test]
async fn a_request_of_each_form_is_accepted_and_no_other_one() {
    // A detached signature covers the body alone, and the token of this contract no method.
    for (form, covers) in forms()
        .into_iter()
        .zip([[false; 2], [true; 2], [true, false], [true; 2], [true; 2]])
    {
        let name = form.api.user_agent;
        let accepted = format!("{:?}", form.client);
        let is_own = form.changed(|_| {}).await;
        assert_eq!(is_own, accepted, "{name}");
        let body = form
            .changed(|sent| sent.body = Bytes::from_static(br#"{"amount":"9.10"}"#))
            .await;
        assert_eq!(body, BAD, "{name}: body");
        for (target, covered) in [
            ("/payments?b=c%20d", covers[0]),
            ("/other?b=c%20d&a=%C3%A9", covers[0]),
            ("/payments?b=c+d&a=%C3%A9", covers[0]),
        ] {
            let found = form.changed(move |sent| target.clone_into(&mut sent.target)).await;
            assert_eq!(found == BAD, covered, "{name}: {target}: {found}");
        }
        let method = form.changed(|sent| sent.method = Method::PUT).await;
        assert_eq!(method == BAD, covers[1], "{name}: {method}");
        let now = SystemTime::now();
        let other = match form.public {
            pem!("rsa.pub") => pem!("rfc9421-p256.pub"),
            _ => pem!("rsa.pub"),
        };
        let by_other = form
            .pay(InProcess::new(form.server(other, now, |options| options), |_| {}))
            .await;
        assert_eq!(by_other, BAD, "{name}: a key of another kind");
        let stranger = form
            .clone()
            .with_client("stranger")
            .server(form.public, now, |options| options);
        let unknown = form.pay(InProcess::new(stranger, |_| {})).await;
        assert_eq!(unknown, "NO_CLIENT", "{name}: an unknown client");
    }
}

#[tokio::test]
async fn a_signature_ends_and_its_nonce_counts_once() {
    for (form, repeated) in forms()
        .into_iter()
        .zip([None, None, Some("SEEN"), Some("SEEN"), Some("SEEN")])
    {
        let (name, now) = (form.api.user_agent, SystemTime::now());
        // The contract of the second form signs no instant.
        let has_instant = !name.contains("signing-http");
        for shift in [-310, 310] {
            let at = if shift < 0 {
                now - Duration::from_secs(310)
            } else {
                now + Duration::from_secs(310)
            };
            let server = form.server(form.public, at, |options| options);
            let found = form.pay(InProcess::new(server, |_| {})).await;
            assert_eq!(found == "TOO_OLD", has_instant, "{name} {shift}: {found}");
        }
        let mut wire = InProcess::new(form.server(form.public, now, |options| options), |_| {});
        wire.repeats = true;
        let again = form.pay(wire).await;
        assert_eq!(again.starts_with("SEEN"), repeated.is_some(), "{name}: {again}");
    }
}

#[tokio::test]
async fn a_signature_by_another_algorithm_is_refused() {
    for form in forms() {
        let name = form.api.user_agent;
        // The key signs by it, and the server does not accept it.
        let server = Form {
            api: changed(form.api, |rules| {
                rules.key_pair = Some(KeyPairRules {
                    algorithms: &[SignatureAlgorithm::EcdsaP384Sha384, SignatureAlgorithm::RsaPssSha512],
                    ..rules.key_pair.unwrap()
                });
            }),
            ..form.clone()
        };
        let server = server.server(form.public, SystemTime::now(), |options| options);
        assert_eq!(form.pay(InProcess::new(server, |_| {})).await, BAD, "{name}");
    }
    let [detached, http, jws, oauth1, rfc9421] = forms();
    for (form, header) in [(&detached, "x-jws-signature"), (&jws, "authorization")] {
        for algorithm in ["none", "None", "HS256", "EdDSA"] {
            let found = form.changed(move |sent| {
                let text = sent.headers[header].to_str().unwrap();
                let prefix = text.rsplit_once(' ').map_or("", |_| "Bearer ");
                let rest = text.split_once('.').unwrap().1;
                let protected = format!(r#"{{"alg":"{algorithm}","typ":"JWT","kid":"key-1"}}"#);
                let protected = Signature::new(protected.as_bytes()).encode(MacEncoding::Base64Url);
                let text = format!("{prefix}{protected}.{rest}");
                sent.headers.insert(header, HeaderValue::try_from(text).unwrap());
            });
            assert_eq!(found.await, BAD, "{algorithm}");
        }
    }
    for name in ["rsa-sha512", "hs2019", ""] {
        let found = http.changed(move |sent| sent.replace("signature", "rsa-sha256", name));
        assert_eq!(found.await, BAD, "{name}");
    }
    for name in ["RSA-PSS", "PLAINTEXT", "HMAC-SHA1"] {
        let found = oauth1.changed(move |sent| sent.replace("authorization", "RSA-SHA256", name));
        assert_eq!(found.await, BAD, "{name}");
    }
    for name in ["\"ecdsa-p256-sha256\"", "\"none\"", "1"] {
        let found = rfc9421.changed(move |sent| sent.replace("signature-input", "\"ed25519\"", name));
        assert_eq!(found.await, BAD, "{name}");
    }
}

/// Signs by other rules than those of the server.
async fn signed_by(form: &Form, change: impl FnOnce(&mut SignatureRules)) -> String {
    let server = form.server(form.public, SystemTime::now(), |options| options);
    let client = Form {
        api: changed(form.api, change),
        ..form.clone()
    };
    client.pay(InProcess::new(server, |_| {})).await
}

fn http_form(rules: &SignatureRules) -> HttpForm {
    *rules.form.http().unwrap()
}

#[tokio::test]
async fn a_signature_covers_at_least_what_the_contract_demands() {
    let [_, http, _, _, rfc9421] = forms();
    for form in [&http, &rfc9421] {
        let (name, all) = (form.api.user_agent, http_form(form.api.signing.unwrap()).covered);
        for left_out in 0..all.len() {
            let covered = all.iter().enumerate().filter(|(at, _)| *at != left_out);
            let covered: &'static [&'static str] = covered.map(|(_, one)| *one).collect::<Vec<_>>().leak();
            let found = signed_by(form, |rules| {
                rules.form = SignatureForm::Http(HttpForm {
                    covered,
                    ..http_form(rules)
                });
            });
            assert_eq!(found.await, BAD, "{name} without {}", all[left_out]);
        }
        let undigested = signed_by(form, |rules| {
            let form = http_form(rules);
            let covered = form.covered.iter().filter(|name| !name.contains("digest")).copied();
            let covered = covered.collect::<Vec<_>>().leak();
            rules.form = SignatureForm::Http(HttpForm {
                digest: None,
                covered,
                ..form
            });
        });
        assert_eq!(undigested.await, BAD, "{name} without a digest");
        let (header, _) = http_form(form.api.signing.unwrap()).digest.unwrap();
        for change in [
            |sent: &mut Sent, header| drop(sent.headers.remove(header)),
            |sent: &mut Sent, header| {
                let other = HeaderValue::from_static("sha-512=:AAAA:, SHA-256=AAAA");
                drop(sent.headers.insert(header, other));
            },
        ] {
            let found = form.changed(move |sent| change(sent, header)).await;
            assert!([BAD, "NO_CLIENT"].contains(&&*found), "{name}: {found}");
        }
        // More than the contract demands.
        let more = signed_by(form, |rules| {
            let form = http_form(rules);
            let covered = [&["content-type"], form.covered].concat().leak();
            rules.form = SignatureForm::Http(HttpForm { covered, ..form });
        });
        assert!(more.await.starts_with('"'), "{name} with more");
    }
    for timestamp in [TimestampFormat::Rfc3339, TimestampFormat::UnixMillis] {
        let form = Form {
            api: changed(rfc9421.api, |rules| rules.timestamp = timestamp),
            ..rfc9421.clone()
        };
        assert_eq!(
            form.changed(|_| {}).await,
            r#""key-1""#,
            "the parameters are in seconds"
        );
    }
    let if_sent = signed_by(&http, |rules| {
        rules.form = SignatureForm::Http(HttpForm {
            if_sent: &[],
            ..http_form(rules)
        });
    });
    assert_eq!(if_sent.await, BAD, "a header that is covered if it is sent");
    for left_out in [0, 2, 4] {
        let all = [
            HttpParameter::Created,
            HttpParameter::Expires,
            HttpParameter::Nonce,
            HttpParameter::Keyid,
            HttpParameter::Alg,
        ];
        let parameters = all.iter().enumerate().filter(|(at, _)| *at != left_out);
        let parameters: &'static [HttpParameter] = parameters.map(|(_, one)| *one).collect::<Vec<_>>().leak();
        let found = signed_by(&rfc9421, |rules| {
            let profile = HttpProfile::Rfc9421("pay", parameters);
            rules.form = SignatureForm::Http(HttpForm {
                profile,
                ..http_form(rules)
            });
        });
        assert_eq!(found.await, BAD, "without parameter {left_out}");
    }
}

#[tokio::test]
async fn a_token_has_each_claim_of_the_contract_with_its_value() {
    let [_, _, jws, ..] = forms();
    let SignatureForm::Jws(Jws {
        payload: JwsPayload::Claims(claims),
        ..
    }) = jws.api.signing.unwrap().form
    else {
        panic!("claims");
    };
    for left_out in 0..claims.len() {
        let fewer = claims.iter().enumerate().filter(|(at, _)| *at != left_out);
        let fewer: &'static [(&'static str, Claim)] = fewer.map(|(_, one)| *one).collect::<Vec<_>>().leak();
        let found = signed_by(&jws, |rules| {
            if let SignatureForm::Jws(jws) = &mut rules.form {
                jws.payload = JwsPayload::Claims(fewer);
            }
        });
        assert_eq!(found.await, BAD, "without the claim {}", claims[left_out].0);
    }
    let other: &'static [(&'static str, Claim)] = &[(
        "uri",
        Claim::Text(&[Piece::Value(SignedValue::Body, &[Filter::Sha256, Filter::Hex])]),
    )];
    let found = signed_by(&jws, |rules| {
        if let SignatureForm::Jws(jws) = &mut rules.form {
            jws.payload = JwsPayload::Claims([other, &claims[1..]].concat().leak());
        }
    });
    assert_eq!(found.await, BAD, "another value of a claim");
}

#[tokio::test]
async fn a_covered_date_is_the_instant_of_a_signature_without_one() {
    let [_, http, ..] = forms();
    let form = Form {
        api: changed(http.api, |rules| {
            let covered = [&["date"], http_form(rules).covered].concat().leak();
            rules.form = SignatureForm::Http(HttpForm {
                covered,
                ..http_form(rules)
            });
        }),
        ..http
    };
    for (seconds, is_fresh) in [
        (SECONDS - 301, false),
        (SECONDS - 300, true),
        (SECONDS + 300, true),
        (SECONDS + 301, false),
    ] {
        let server = form.server(form.public, UNIX_EPOCH + Duration::from_secs(seconds), |options| {
            options
        });
        let found = form.pay(InProcess::new(server, |_| {})).await;
        assert_eq!(found != "TOO_OLD", is_fresh, "{seconds}: {found}");
    }
}

#[tokio::test]
async fn scheme_and_host_are_signed_and_those_of_the_server_are_a_setting() {
    let [.., oauth1, rfc9421] = forms();
    for form in [oauth1, rfc9421] {
        let to_other = |sent: &mut Sent| sent.host = "proxy.example";
        assert_eq!(form.changed(to_other).await, BAD);
        for (origin, is_accepted) in [
            ("https://bank.example", true),
            ("http://bank.example", false),
            ("https://bank.example:444", false),
        ] {
            let server = form.server(form.public, SystemTime::now(), |options| options.origin(origin));
            let found = form.pay(InProcess::new(server, to_other)).await;
            assert_eq!(found != BAD, is_accepted, "{origin}: {found}");
        }
    }
}

#[tokio::test]
async fn no_part_of_a_path_is_taken_from_the_host() {
    let form = forms().into_iter().last().unwrap();
    // The text of scheme, host and path is the one that was signed.
    let moved = |sent: &mut Sent| {
        sent.host = "";
        sent.target = sent.target.replace("/shop/other", "/other");
        sent.headers
            .insert("host", HeaderValue::from_static("bank.example/shop"));
    };
    let server = form.server(form.public, SystemTime::now(), |options| options);
    let wire = InProcess::new(server, moved);
    assert_eq!(form.pay_at("https://bank.example/shop/other", wire).await, BAD);
}

/// All keys are those of one shop.
struct Owned(FixedClients);

impl Clients for Owned {
    fn secret<'s>(&'s self, name: &'s str) -> StoreFuture<'s, Option<SigningSecret>> {
        self.0.secret(name)
    }

    fn account<'s>(&'s self, _: &'s str) -> StoreFuture<'s, String> {
        Box::pin(async { Ok("the shop".to_owned()) })
    }
}

#[tokio::test]
async fn the_owner_of_a_key_is_the_client() {
    let form = forms().into_iter().last().unwrap();
    let clients = FixedClients::new().with(form.client, SigningSecret::new(form.public));
    let server = form.server(form.public, SystemTime::now(), |options| {
        options.clients(Owned(clients))
    });
    assert_eq!(form.pay(InProcess::new(server, |_| ())).await, r#""the shop""#);
}
