//! Client credentials: access tokens from a token endpoint, for calls of a client over a scripted transport.

mod assertion;
mod device;
mod left;

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use sdkwright_runtime::clock::Clock;
use sdkwright_runtime::glue::{self, ClientAuthentication, Scheme, SchemeKind, TokenEndpoint};
use sdkwright_runtime::transport::{Body, Incoming, SendError, SendFuture, SleepFuture};
use sdkwright_runtime::{Builder, Credential, Error, IdempotencyKey, Outcome, Transport, http};

static API: glue::Api = glue::Api {
    schemes: &[Scheme {
        name: "Library",
        kind: SchemeKind::Token,
        setter: Some("auth::library_client"),
    }],
    idempotency: Some(&glue::Idempotency {
        header: Some("Idempotency-Key"),
        key_length: (1, 255),
        retention: glue::Retention::Seconds(86_400),
        replayed: None,
        conflict: None,
        in_progress: None,
        ..glue::Idempotency::NONE
    }),
    ..glue::Api::new("Library", "library/1")
};

static ENDPOINT: TokenEndpoint = endpoint("/oauth2/token", ClientAuthentication::Basic);

const fn endpoint(url: &'static str, authentication: ClientAuthentication) -> TokenEndpoint {
    TokenEndpoint {
        url,
        authentication,
        parameters: &[("grant_type", "client_credentials"), ("audience", "books & maps")],
    }
}

const SECRET: &str = "sentinel9f2:ss/ä";

fn credential() -> Credential {
    Credential::client_credentials("Library", &ENDPOINT, "reader", SECRET)
}

static READ: glue::Description = call("readBooks", "GET", &[&[("Library", &["books"])]]);
static LIST: glue::Description = call("listMaps", "GET", &[&[("Library", &["maps"])]]);
static PAY: glue::Description = call("payBooks", "POST", &[&[("Library", &["books"])]]).intent(glue::KeyIntent::Effect);
static WRITE: glue::Description = call("writeBooks", "POST", &[&[("Library", &["books"])]]);

const fn call(
    id: &'static str,
    method: &'static str,
    security: &'static [&'static [(&'static str, &'static [&'static str])]],
) -> glue::Description {
    glue::Description::new(id, method, "/books").security(security)
}

/// A request as the server sees it.
#[derive(Clone)]
struct Sent {
    uri: String,
    headers: http::HeaderMap,
    form: String,
}

impl Sent {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn is_token(&self) -> bool {
        self.uri.contains("token")
    }

    fn scopes(&self) -> BTreeSet<&str> {
        let scope = self.form.split('&').find_map(|pair| pair.strip_prefix("scope="));
        scope.into_iter().flat_map(|scopes| scopes.split("%20")).collect()
    }
}

type Answer = (u16, Vec<(&'static str, String)>, String);
type Handler = dyn Fn(&Sent, usize) -> Answer + Send + Sync;

/// A server that answers after a moment, so that calls overlap.
#[derive(Clone)]
struct Server {
    sent: Arc<Mutex<Vec<Sent>>>,
    answer: Arc<Handler>,
    slow: Duration,
}

impl Server {
    /// `answer` gets a request, and how many of its kind (of tokens, or of others) came before.
    fn new(answer: impl Fn(&Sent, usize) -> Answer + Send + Sync + 'static) -> Self {
        Self {
            sent: Arc::default(),
            answer: Arc::new(answer),
            slow: Duration::from_millis(5),
        }
    }

    fn sent(&self, of_tokens: bool) -> Vec<Sent> {
        let sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.iter().filter(|one| one.is_token() == of_tokens).cloned().collect()
    }
}

impl Transport for Server {
    fn send(&self, request: http::Request<Body>) -> SendFuture<'_> {
        let (parts, mut body) = request.into_parts();
        let mut form = Vec::new();
        while let Some(block) = body.next_block() {
            form.extend_from_slice(&block.unwrap());
        }
        let sent = Sent {
            uri: parts.uri.to_string(),
            headers: parts.headers,
            form: String::from_utf8(form).unwrap(),
        };
        let before = {
            let mut all = self.sent.lock().unwrap();
            all.push(sent.clone());
            all.iter().filter(|one| one.is_token() == sent.is_token()).count() - 1
        };
        Box::pin(async move {
            tokio::time::sleep(self.slow).await;
            let (status, headers, body) = (self.answer)(&sent, before);
            if status == 0 {
                return Err(SendError::NotSent("the server is down".into()));
            }
            let mut response = http::Response::builder().status(status);
            for (name, value) in headers {
                response = response.header(name, value);
            }
            Ok(response.body(Incoming::from_bytes(body)).unwrap())
        })
    }

    fn sleep(&self, _: Duration) -> SleepFuture<'_> {
        Box::pin(std::future::ready(()))
    }

    fn limit(&self, duration: Duration) -> SleepFuture<'_> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// A clock that a test sets: seconds that passed, and seconds that the wall clock moved.
#[derive(Clone)]
struct Hand(Instant, Arc<AtomicU64>, Arc<AtomicU64>);

impl Hand {
    fn new() -> Self {
        Self(Instant::now(), Arc::default(), Arc::default())
    }

    fn passes(&self, seconds: u64) {
        self.1.fetch_add(seconds, Ordering::Relaxed);
    }

    fn steps(&self, seconds: u64) {
        self.2.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl Clock for Hand {
    fn now(&self) -> SystemTime {
        let passed = self.1.load(Ordering::Relaxed) + self.2.load(Ordering::Relaxed);
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 + passed)
    }

    fn instant(&self) -> Instant {
        self.0 + Duration::from_secs(self.1.load(Ordering::Relaxed))
    }
}

fn json(status: u16, body: impl Into<String>) -> Answer {
    (
        status,
        vec![("content-type", "application/json".to_owned())],
        body.into(),
    )
}

fn token(number: usize) -> Answer {
    json(
        200,
        format!("{{\"access_token\":\"sentinel9f2-{number}\",\"token_type\":\"Bearer\",\"expires_in\":3600}}"),
    )
}

/// The refusal of an access token (RFC 6750, section 3).
fn refusal() -> Answer {
    let challenge = ("www-authenticate", "Bearer error=\"invalid_token\"".to_owned());
    (401, vec![challenge], String::new())
}

fn done() -> Answer {
    (204, Vec::new(), String::new())
}

/// Issues numbered tokens, and accepts all of them.
fn good() -> Server {
    Server::new(|sent, before| if sent.is_token() { token(before) } else { done() })
}

fn client_at(server: &Server, url: &str, credential: Credential, clock: Hand) -> glue::Core {
    sdkwright_watch::listen();
    let builder = Builder::new(&API).without_journal().base_url(url);
    let builder = builder.credential(credential).transport(server.clone()).clock(clock);
    builder.build().unwrap()
}

fn client(server: &Server) -> glue::Core {
    client_at(server, "https://library.example/v1", credential(), Hand::new())
}

fn send(
    core: &glue::Core,
    description: &'static glue::Description,
) -> impl Future<Output = Result<(), Error>> + Send + use<> {
    let request = glue::Request::new(core.api(), description);
    glue::pending::<()>(core.clone(), request)
}

/// Returns the texts of an error, none of which may have a secret.
fn texts(error: &Error) -> String {
    let texts = format!("{error} {error:?} {}", error.support_report());
    assert!(!texts.contains("sentinel9f2"), "{texts}");
    texts
}

#[tokio::test]
async fn a_token_is_requested_once_and_sent_with_each_call() {
    let server = good();
    let core = client(&server);
    send(&core, &READ).await.unwrap();
    send(&core, &WRITE).await.unwrap();
    let [request] = &server.sent(true)[..] else {
        panic!("one request")
    };
    assert_eq!(request.uri, "https://library.example/oauth2/token");
    assert_eq!(
        request.form,
        "grant_type=client_credentials&audience=books%20%26%20maps&scope=books"
    );
    // python3 -c "import base64;from urllib.parse import quote;print(base64.b64encode(b'reader:'+quote('sentinel9f2:ss/ä',safe='').encode()))"
    assert_eq!(
        request.header("authorization"),
        "Basic cmVhZGVyOnNlbnRpbmVsOWYyJTNBc3MlMkYlQzMlQTQ="
    );
    assert_eq!(request.header("content-type"), "application/x-www-form-urlencoded");
    for call in server.sent(false) {
        assert_eq!(call.header("authorization"), "Bearer sentinel9f2-0");
    }
}

#[tokio::test]
async fn the_form_has_the_credentials_only_where_the_contract_says_so() {
    static POST: TokenEndpoint = endpoint("/token?audience=all", ClientAuthentication::Post);
    static TLS: TokenEndpoint = endpoint("https://login.example", ClientAuthentication::Tls);
    let post = Credential::client_credentials("Library", &POST, "reader", "sentinel9f2&");
    let tls = Credential::client_certificate("Library", &TLS, "reader").token_url("https://login.example/x/token/");
    for (credential, uri, form) in [
        (
            post,
            "https://library.example/token?audience=all",
            "grant_type=client_credentials&scope=books&client_id=reader&client_secret=sentinel9f2%26",
        ),
        (
            tls,
            "https://login.example/x/token/",
            "grant_type=client_credentials&audience=books%20%26%20maps&scope=books&client_id=reader",
        ),
    ] {
        let server = good();
        let core = client_at(&server, "https://library.example/v1", credential, Hand::new());
        send(&core, &READ).await.unwrap();
        let [request] = &server.sent(true)[..] else {
            panic!("one request")
        };
        assert_eq!((request.uri.as_str(), request.form.as_str()), (uri, form));
        assert_eq!(request.header("authorization"), "");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_calls_at_once_request_one_token_and_after_a_refusal_another_one() {
    // The first token stops to be accepted once it was used 50 times.
    let server = Server::new(|sent, before| match sent.is_token() {
        true => token(before),
        false if sent.header("authorization").ends_with("-0") && before >= 50 => refusal(),
        false => done(),
    });
    let core = client(&server);
    for tokens in [1, 2] {
        let calls: Vec<_> = (0..50).map(|_| tokio::spawn(send(&core, &WRITE))).collect();
        for call in calls {
            call.await.unwrap().unwrap();
        }
        assert_eq!(server.sent(true).len(), tokens);
    }
    // A call that begins late has the second token at once.
    assert!((101..=150).contains(&server.sent(false).len()));
}

#[tokio::test]
async fn a_token_is_renewed_before_its_end_by_either_clock() {
    let (server, clock) = (good(), Hand::new());
    let core = client_at(&server, "https://library.example", credential(), clock.clone());
    let mut expected = 1;
    // 3600 s less 10 %.
    for (passes, steps, renews) in [
        (0, 0, true),
        (3239, 0, false),
        (1, 0, true),
        (0, 3239, false),
        (0, 1, true),
        (0, 86_400, true),
    ] {
        clock.passes(passes);
        clock.steps(steps);
        send(&core, &READ).await.unwrap();
        expected += usize::from(renews && passes + steps > 0);
        assert_eq!(server.sent(true).len(), expected, "{passes} {steps}");
    }
}

#[tokio::test]
async fn a_life_is_read_from_any_form_and_is_bounded() {
    for (life, unused, renewed) in [
        ("", 269, 271),
        (",\"expires_in\":\"3600\"", 3239, 3241),
        (",\"expires_in\":100", 69, 71),
        (",\"expires_in\":40.5", 19, 21),
        (",\"expires_in\":0", 0, 1),
        (",\"expires_in\":-5", 0, 1),
        (",\"expires_in\":99999999999999999999999999", 77_759, 77_761),
        (",\"expires_in\":1e9", 269, 271),
        (",\"expires_in\":null", 269, 271),
        (",\"expires_in\":[]", 269, 271),
    ] {
        let body = format!("{{\"access_token\":\"sentinel9f2\"{life}}}");
        let server = Server::new(move |sent, _| {
            if sent.is_token() {
                json(200, body.clone())
            } else {
                done()
            }
        });
        let clock = Hand::new();
        let core = client_at(&server, "https://library.example", credential(), clock.clone());
        send(&core, &READ).await.unwrap();
        clock.passes(unused);
        send(&core, &READ).await.unwrap();
        assert_eq!(server.sent(true).len(), 1, "{life}");
        clock.passes(renewed - unused);
        send(&core, &READ).await.unwrap();
        assert_eq!(server.sent(true).len(), 2, "{life}");
    }
}

#[tokio::test]
async fn a_token_that_cannot_be_renewed_is_used_until_its_end() {
    let server = Server::new(|sent, before| match (sent.is_token(), before) {
        (true, 0) => token(0),
        (true, _) => json(503, "{}"),
        (false, _) => done(),
    });
    let clock = Hand::new();
    let core = client_at(&server, "https://library.example", credential(), clock.clone());
    send(&core, &READ).await.unwrap();
    clock.passes(3300);
    for _ in 0..3 {
        send(&core, &READ).await.unwrap();
    }
    // One try, and no other one for 10 s.
    assert_eq!(server.sent(true).len(), 2);
    clock.passes(300);
    let error = send(&core, &READ).await.unwrap_err();
    assert!(texts(&error).contains("the token endpoint answered 503"));
    // All attempts of the policy.
    assert_eq!(server.sent(true).len(), 6);
}

#[tokio::test]
async fn a_refused_token_is_renewed_once_even_for_a_call_without_a_key() {
    for refused in [1, 2, 9] {
        let server = Server::new(move |sent, before| match sent.is_token() {
            true => token(before),
            false if before < refused => refusal(),
            false => done(),
        });
        let core = client(&server);
        let ended = send(&core, &WRITE).await;
        assert_eq!(ended.is_ok(), refused == 1, "{refused}");
        if let Err(error) = ended {
            texts(&error);
        }
        let sent = server.sent(false);
        assert_eq!((server.sent(true).len(), sent.len()), (2, 2), "{refused}");
        assert_eq!(sent[1].header("authorization"), "Bearer sentinel9f2-1");
    }
}

/// Pages of intermediaries, and bodies that the contract does not declare, can follow the effect.
#[tokio::test]
async fn a_401_without_a_challenge_repeats_no_change_without_a_key() {
    let page = |headers: &[(&'static str, &str)]| -> Answer {
        let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned()));
        (401, headers.collect(), "<html>Sign in</html>".to_owned())
    };
    for answer in [
        json(401, "{}"),
        json(401, r#"{"code":"x"}"#),
        page(&[("content-type", "text/html")]),
        page(&[("content-type", "text/html"), ("www-authenticate", "Bearer")]),
        page(&[("www-authenticate", "Bearer")]),
        (
            401,
            vec![("www-authenticate", "Basic realm=\"x\"".to_owned())],
            String::new(),
        ),
    ] {
        let refused = answer.clone();
        let server = Server::new(move |sent, before| {
            if sent.is_token() {
                token(before)
            } else {
                refused.clone()
            }
        });
        let error = send(&client(&server), &WRITE).await.unwrap_err();
        assert_eq!(
            (error.outcome(), server.sent(false).len()),
            (Outcome::Unknown, 1),
            "{answer:?}"
        );
        // A read has no effect.
        send(&client(&server), &READ).await.unwrap_err();
        assert_eq!(server.sent(false).len(), 3, "{answer:?}");
    }
}

#[tokio::test]
async fn a_call_with_a_new_token_has_the_same_key_and_its_other_attempts() {
    let server = Server::new(|sent, before| match (sent.is_token(), before) {
        (true, _) => token(before),
        (false, 0 | 2) => json(503, "{}"),
        (false, 1) => json(401, "{}"),
        (false, _) => done(),
    });
    let core = client(&server);
    let request = glue::Request::new(core.api(), &PAY).key(IdempotencyKey::new("pay-1").unwrap());
    glue::pending::<()>(core.clone(), request).await.unwrap();
    let sent = server.sent(false);
    let tokens: Vec<_> = sent.iter().map(|call| call.header("authorization")).collect();
    let [old, new] = ["Bearer sentinel9f2-0", "Bearer sentinel9f2-1"];
    assert_eq!(tokens, [old, old, new, new]);
    assert!(sent.iter().all(|call| call.header("idempotency-key") == "pay-1"));
}

#[tokio::test]
async fn the_scopes_of_all_calls_are_requested_together() {
    let server = good();
    let core = client(&server);
    for description in [&READ, &LIST, &READ, &LIST] {
        send(&core, description).await.unwrap();
    }
    let tokens = server.sent(true);
    let scopes: Vec<_> = tokens.iter().map(Sent::scopes).collect();
    assert_eq!(scopes, [BTreeSet::from(["books"]), BTreeSet::from(["books", "maps"])]);
}

#[tokio::test]
async fn scopes_that_are_refused_together_are_requested_alone() {
    let server = Server::new(|sent, before| match (sent.is_token(), sent.scopes().len()) {
        (true, 2) => json(400, "{\"error\":\"invalid_scope\"}"),
        (true, _) => token(before),
        (false, _) => done(),
    });
    let core = client(&server);
    for description in [&READ, &LIST, &READ, &LIST] {
        send(&core, description).await.unwrap();
    }
    assert_eq!(server.sent(true).len(), 3);
}

#[tokio::test]
async fn each_failure_of_the_endpoint_is_told_without_the_secret() {
    let echo = format!("{{\"error\":\"invalid_client\",\"error_description\":\"no client {SECRET}\"}}");
    let redirect = (
        307,
        vec![("location", "https://elsewhere.example/token".to_owned())],
        String::new(),
    );
    for (answer, told) in [
        (json(401, echo), "answered 401 `invalid_client`; check the client id"),
        (
            json(
                400,
                "{\"error\":\"invalid_scope\",\"error_description\":\"no\\nbooks\"}",
            ),
            "answered 400 `invalid_scope` (no books); the client may not",
        ),
        (json(200, "{\"token\":1}"), "without an `access_token`"),
        (json(200, "{\"access_token\":\"\"}"), "cannot be sent: it is empty"),
        (json(200, "{\"access_token\":\"sentinel9f2 x\"}"), "cannot be sent"),
        (
            json(200, "{\"access_token\":\"sentinel9f2\",\"token_type\":\"mac\"}"),
            "a token of type `mac`",
        ),
        (redirect, "answered 307, and no redirect is followed"),
        (json(500, "<html>"), "answered 500"),
    ] {
        let server = Server::new(move |sent, _| if sent.is_token() { answer.clone() } else { done() });
        let error = send(&client(&server), &WRITE).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::NotExecuted);
        assert!(texts(&error).contains(told), "{told}: {error}");
        assert_eq!((server.sent(true).len(), server.sent(false).len()), (1, 0), "{told}");
    }
}

#[tokio::test]
async fn the_endpoint_is_called_again_like_a_read() {
    for status in [0, 429, 503] {
        let server = Server::new(move |sent, before| match (sent.is_token(), before) {
            (true, 0) => json(status, "{}"),
            (true, _) => token(before),
            (false, _) => done(),
        });
        send(&client(&server), &WRITE).await.unwrap();
        assert_eq!((server.sent(true).len(), server.sent(false).len()), (2, 1), "{status}");
    }
}

#[tokio::test]
async fn a_failure_is_that_of_all_calls_that_wait_for_it() {
    let server = Server::new(|_, _| json(401, "{\"error\":\"invalid_client\"}"));
    let core = client(&server);
    let calls: Vec<_> = (0..20).map(|_| tokio::spawn(send(&core, &READ))).collect();
    for call in calls {
        call.await.unwrap().unwrap_err();
    }
    assert_eq!(server.sent(true).len(), 1);
}

#[test]
fn an_endpoint_that_cannot_be_called_is_refused_by_the_builder() {
    static OTHER: TokenEndpoint = endpoint("https://login.example/token", ClientAuthentication::Basic);
    static OPEN: TokenEndpoint = endpoint("https://{tenant}.example/token", ClientAuthentication::Basic);
    static PLAIN: TokenEndpoint = endpoint("http://login.example/token", ClientAuthentication::Basic);
    let build = |base: &str, endpoint, url: Option<&str>| {
        let credential = Credential::client_credentials("Library", endpoint, "reader", "sentinel9f2");
        let credential = match url {
            Some(url) => credential.token_url(url),
            None => credential,
        };
        let builder = Builder::<glue::Core, _>::new(&API).without_journal().base_url(base);
        let built = builder.credential(credential).transport(good()).build();
        built.map(drop).map_err(|error| error.to_string())
    };
    let library = "https://library.example";
    assert_eq!(build(library, &OTHER, None), Ok(()));
    assert_eq!(build("http://localhost:1", &ENDPOINT, None), Ok(()));
    assert_eq!(
        build("http://localhost:1", &OTHER, Some("https://login.example/token")),
        Ok(())
    );
    assert_eq!(build(library, &OPEN, Some("https://north.example/token?a=b")), Ok(()));
    for (base, endpoint, told) in [
        ("http://localhost:1", &OTHER, "the base URL is on this machine"),
        (library, &OPEN, "not a URL"),
        (library, &PLAIN, "use `https`"),
    ] {
        let error = build(base, endpoint, None).unwrap_err();
        assert!(error.contains(told), "{told}: {error}");
    }
}

#[tokio::test]
#[ignore = "it needs the server of a third party, which .ci/oauth starts"]
async fn a_server_of_a_third_party_accepts_the_credentials_and_the_tokens() {
    static BASIC: TokenEndpoint = TokenEndpoint {
        parameters: &[("grant_type", "client_credentials")],
        ..ENDPOINT
    };
    static POST: TokenEndpoint = TokenEndpoint {
        authentication: ClientAuthentication::Post,
        ..BASIC
    };
    static MAPS: glue::Description =
        glue::Description::new("listMaps", "GET", "/maps").security(&[&[("Library", &["maps"])]]);
    let url = std::env::var("OAUTH_SERVER").unwrap();
    let client = |endpoint, secret: &str| -> glue::Core {
        sdkwright_watch::listen();
        let credential = Credential::client_credentials("Library", endpoint, "reader", secret);
        let builder = Builder::new(&API).without_journal().base_url(url.as_str());
        builder.credential(credential).build().unwrap()
    };
    let http = sdkwright_runtime::reqwest::Client::new();
    let count = async || -> usize {
        let answer = http.get(format!("{url}/count")).send().await.unwrap();
        answer.text().await.unwrap().parse().unwrap()
    };
    for endpoint in [&BASIC, &POST] {
        let before = count().await;
        let core = client(endpoint, "sentinel9f2-secret");
        send(&core, &READ).await.unwrap();
        send(&core, &MAPS).await.unwrap();
        send(&core, &WRITE).await.unwrap();
        assert_eq!(count().await - before, 2);
        http.post(format!("{url}/revoke")).send().await.unwrap();
        let calls: Vec<_> = (0..20).map(|_| tokio::spawn(send(&core, &WRITE))).collect();
        for call in calls {
            call.await.unwrap().unwrap();
        }
        assert_eq!(count().await - before, 3);
        let error = send(&client(endpoint, "sentinel9f2-wrong"), &READ).await.unwrap_err();
        assert!(texts(&error).contains("answered 401 `invalid_client`"), "{error}");
    }
}
