//! Every kind of scheme, through a client whose transport keeps what was sent.

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::*;
use crate::client::{Builder, Core};
use crate::description::{Api, Description};
use crate::error::{Error, ErrorKind};
use crate::outcome::Outcome;
use crate::request::Request;
use crate::secret::{Secret, SecretEncoding, SecretForm};
use crate::signing::{Algorithm, MacEncoding, Piece, SignatureRules, SignedValue, TimestampFormat};
use crate::signing::{Freshness, PlacedValue, SignaturePlace, ValuePlace};
use crate::transport::{Body, Cause, Incoming, SendFuture, SleepFuture, Transport};
use crate::{ConfigError, client};
use std::future::IntoFuture as _;

const fn scheme(name: &'static str, kind: SchemeKind, setter: &'static str) -> Scheme {
    Scheme {
        name,
        kind,
        setter: Some(setter),
    }
}

static SIGNING: SignatureRules = SignatureRules {
    signature: SignaturePlace::Header("sig"),
    values: &[PlacedValue {
        value: SignedValue::ClientId,
        place: ValuePlace::Header("who"),
    }],
    freshness: Freshness::each_way(300),
    encoding: MacEncoding::Hex,
    secret: Some(SecretForm {
        algorithm: Algorithm::HmacSha256,
        encoding: SecretEncoding::Utf8,
        prefix: "",
    }),
    message: &[Piece::Value(SignedValue::Target, &[])],
    timestamp: TimestampFormat::Rfc3339,
    ..SignatureRules::NONE
};

static API: Api = Api {
    schemes: &[
        scheme("Key", SchemeKind::HeaderKey("X-Key"), "auth::key"),
        scheme("Query", SchemeKind::QueryKey("api key"), "auth::query"),
        scheme("Cookie", SchemeKind::CookieKey("session"), "auth::cookie"),
        scheme("Login", SchemeKind::Basic, "auth::login"),
        scheme("Bearer", SchemeKind::Token, "auth::bearer"),
        scheme("Hawk", SchemeKind::Authorization("Hawk"), "auth::hawk"),
        Scheme {
            name: "Certificate",
            kind: SchemeKind::Transport,
            setter: None,
        },
        Scheme {
            name: "Signed",
            kind: SchemeKind::Signing,
            setter: None,
        },
    ],
    signing: Some(&SIGNING),
    ..Api::new("Test", "test/1")
};

macro_rules! operation {
    ($security:expr) => {{
        const SECURITY: Alternatives = $security;
        static DESCRIPTION: Description = Description {
            id: "read",
            method: "GET",
            path: "/a",
            security: Some(SECURITY),
            intent: None,
            accept: "*/*",
            bound: &[],
            ..Description::new("", "", "")
        };
        &DESCRIPTION
    }};
}

/// Answers every request with the same status, and keeps them.
#[derive(Clone)]
struct Wire(u16, Arc<Mutex<Vec<http::Request<()>>>>);

impl Wire {
    fn new(status: u16) -> Self {
        Self(status, Arc::default())
    }

    /// The only request.
    fn sent(&self) -> http::Request<()> {
        let mut all = self.1.lock().unwrap();
        assert_eq!(all.len(), 1);
        all.remove(0)
    }
}

impl Transport for Wire {
    fn send(&self, request: http::Request<Body>) -> SendFuture<'_> {
        self.1.lock().unwrap().push(request.map(|_| ()));
        let status = self.0;
        Box::pin(async move {
            Ok(http::Response::builder()
                .status(status)
                .body(Incoming::from_bytes(""))
                .unwrap())
        })
    }

    fn sleep(&self, duration: Duration) -> SleepFuture<'_> {
        // Attempts never time out here, but token requests do.
        if duration > Duration::from_secs(1) {
            Box::pin(std::future::pending())
        } else {
            Box::pin(async {})
        }
    }
}

fn now<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}

fn build(wire: &Wire, with: impl FnOnce(Builder<Core>) -> Builder<Core>) -> Result<Core, ConfigError> {
    sdkwright_watch::listen();
    let builder = Builder::new(&API)
        .without_journal()
        .base_url("https://example.com/p")
        .transport(wire.clone());
    with(builder).build()
}

/// Sends one call and returns the request on the wire.
fn sent(with: impl FnOnce(Builder<Core>) -> Builder<Core>, description: &'static Description) -> http::Request<()> {
    let wire = Wire::new(200);
    let core = build(&wire, with).unwrap();
    now(client::send::<()>(core.clone(), Request::new(core.api(), description))).unwrap();
    wire.sent()
}

fn refused(with: impl FnOnce(Builder<Core>) -> Builder<Core>, description: &'static Description) -> Error {
    let wire = Wire::new(200);
    let core = build(&wire, with).unwrap();
    let error = now(client::send::<()>(core.clone(), Request::new(core.api(), description))).unwrap_err();
    assert!(wire.1.lock().unwrap().is_empty(), "something was sent");
    error
}

fn shown<'r>(request: &'r http::Request<()>, name: &str) -> Option<&'r str> {
    request.headers().get(name).map(|value| value.to_str().unwrap())
}

#[test]
fn each_kind_is_written_where_its_scheme_says() {
    let request = sent(
        |to| to.credential(Credential::api_key("Key", "sentinel9f2-k-1")),
        operation!(&[&[("Key", &[])]]),
    );
    assert_eq!(shown(&request, "x-key"), Some("sentinel9f2-k-1"));
    assert!(
        !format!("{request:?}").contains("sentinel9f2-k-1"),
        "a key does not print"
    );

    let request = sent(
        |to| to.credential(Credential::api_key("Query", "sentinel9f2 b&c")),
        operation!(&[&[("Query", &[])]]),
    );
    assert_eq!(request.uri(), "https://example.com/p/a?api%20key=sentinel9f2%20b%26c");

    let request = sent(
        |to| to.credential(Credential::api_key("Cookie", "sentinel9f2=1")),
        operation!(&[&[("Cookie", &[])]]),
    );
    assert_eq!(shown(&request, "cookie"), Some("session=sentinel9f2=1"));

    // printf 'Aladdin:sentinel9f2 sesame' | base64
    let login = || Credential::basic("Login", "Aladdin", "sentinel9f2 sesame");
    let request = sent(|to| to.credential(login()), operation!(&[&[("Login", &[])]]));
    assert_eq!(
        shown(&request, "authorization"),
        Some("Basic QWxhZGRpbjpzZW50aW5lbDlmMiBzZXNhbWU=")
    );

    let request = sent(
        |to| to.credential(Credential::token("Bearer", "sentinel9f2-t-1")),
        operation!(&[&[("Bearer", &[])]]),
    );
    assert_eq!(shown(&request, "authorization"), Some("Bearer sentinel9f2-t-1"));

    let hawk = || Credential::authorization("Hawk", "id=\"1\", mac=\"sentinel9f2\"");
    let request = sent(|to| to.credential(hawk()), operation!(&[&[("Hawk", &[])]]));
    assert_eq!(
        shown(&request, "authorization"),
        Some("Hawk id=\"1\", mac=\"sentinel9f2\"")
    );
}

#[test]
fn the_first_alternative_that_is_complete_is_shown_and_no_other() {
    let both = operation!(&[&[("Key", &[]), ("Cookie", &[])], &[("Bearer", &[])]]);
    let key = || Credential::api_key("Key", "sentinel9f2-k");
    let cookie = || Credential::api_key("Cookie", "sentinel9f2-c");
    let bearer = || Credential::token("Bearer", "sentinel9f2-t");
    let request = sent(
        |to| to.credential(bearer()).credential(cookie()).credential(key()),
        both,
    );
    assert_eq!(
        (
            shown(&request, "x-key"),
            shown(&request, "cookie"),
            shown(&request, "authorization")
        ),
        (Some("sentinel9f2-k"), Some("session=sentinel9f2-c"), None)
    );
    let request = sent(|to| to.credential(key()).credential(bearer()), both);
    assert_eq!(
        (shown(&request, "x-key"), shown(&request, "authorization")),
        (None, Some("Bearer sentinel9f2-t"))
    );
}

#[test]
fn where_nothing_is_needed_nothing_is_shown_and_where_it_may_be_it_is() {
    let bearer = |to: Builder<Core>| to.credential(Credential::token("Bearer", "sentinel9f2-t"));
    assert_eq!(shown(&sent(bearer, operation!(&[])), "authorization"), None);
    let may = operation!(&[&[], &[("Bearer", &[])]]);
    assert_eq!(shown(&sent(bearer, may), "authorization"), Some("Bearer sentinel9f2-t"));
    assert_eq!(shown(&sent(|to| to, may), "authorization"), None);
    let certificate = operation!(&[&[("Certificate", &[])], &[("Bearer", &[])]]);
    assert_eq!(shown(&sent(|to| to, certificate), "authorization"), None);
    assert_eq!(
        shown(&sent(bearer, certificate), "authorization"),
        Some("Bearer sentinel9f2-t")
    );
}

#[test]
fn a_call_without_its_credentials_is_refused_and_says_how_to_give_them() {
    let wants = operation!(&[&[("Signed", &[]), ("Key", &[])], &[("Bearer", &["read"])]]);
    let error = refused(|to| to.credential(Credential::api_key("Key", "sentinel9f2-k-1")), wants);
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Refused, Outcome::NotExecuted)
    );
    let text = "the credentials of this call are missing: `Signed` (`.client_id(..)` and `.client_secret(..)`) with \
                `Key` (`.credential(auth::key(..))`), or `Bearer` (`.credential(auth::bearer(..))`)";
    assert_eq!(error.to_string(), format!("not executed: {text}; read, GET /a"));
    let request = sent(Builder::anonymous, wants);
    assert_eq!(
        (shown(&request, "x-key"), shown(&request, "authorization")),
        (None, None)
    );
}

#[test]
fn what_the_caller_wrote_itself_is_kept_and_is_enough() {
    let wants = operation!(&[&[("Key", &[]), ("Query", &[]), ("Cookie", &[])]]);
    let wire = Wire::new(200);
    let core = build(&wire, |to| {
        to.credential(Credential::api_key("Cookie", "sentinel9f2-c"))
    })
    .unwrap();
    let request = Request::new(core.api(), wants)
        .header_param("X-Key", "sentinel9f2-mine")
        .query("api key", "1")
        .cookie("other", "o");
    now(client::send::<()>(core.clone(), request)).unwrap();
    let request = wire.sent();
    assert_eq!(shown(&request, "x-key"), Some("sentinel9f2-mine"));
    assert_eq!(request.uri().query(), Some("api%20key=1"));
    assert_eq!(shown(&request, "cookie"), Some("other=o; session=sentinel9f2-c"));
    let request = sent(
        |to| to.default_header("authorization", "Bearer sentinel9f2-d"),
        operation!(&[&[("Bearer", &[])]]),
    );
    assert_eq!(shown(&request, "authorization"), Some("Bearer sentinel9f2-d"));
}

#[test]
fn a_signature_covers_the_key_in_the_query() {
    let wants = operation!(&[&[("Signed", &[]), ("Query", &[])]]);
    let request = sent(
        |to| {
            to.client_id("me")
                .client_secret("sentinel9f2-secret")
                .credential(Credential::api_key("Query", "sentinel9f2-q"))
        },
        wants,
    );
    assert_eq!(request.uri().query(), Some("api%20key=sentinel9f2-q"));
    assert_eq!(shown(&request, "who"), Some("me"));
    // printf '/p/a?api%%20key=sentinel9f2-q' | openssl dgst -sha256 -hmac sentinel9f2-secret
    assert_eq!(
        shown(&request, "sig"),
        Some("9a2580cced694b409b9619e65512fdb3d5967bb2262e1679110e5552fb786731")
    );
    let unsigned = sent(
        |to| {
            to.client_id("me")
                .client_secret("sentinel9f2-secret")
                .credential(Credential::token("Bearer", "sentinel9f2-t"))
        },
        operation!(&[&[("Bearer", &[])]]),
    );
    assert_eq!(shown(&unsigned, "sig"), None);
}

/// Counts the token requests.
#[derive(Clone, Default)]
struct Counter(Arc<Mutex<Vec<TokenRequest>>>, Arc<AtomicUsize>);

impl TokenProvider for Counter {
    fn token<'p>(&'p self, request: &'p TokenRequest) -> TokenFuture<'p> {
        let mut asked = self.0.lock().unwrap();
        asked.push(request.clone());
        let token = format!("sentinel9f2-t-{}", asked.len());
        Box::pin(async move { Ok(Secret::new(token)) })
    }

    fn rejected(&self, _: &TokenRequest) {
        self.1.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn a_provider_is_asked_for_every_attempt_with_the_scopes_of_the_operation() {
    let wire = Wire::new(503);
    let counter = Counter::default();
    let core = build(&wire, |to| to.credential(Credential::token("Bearer", counter.clone()))).unwrap();
    let wants = operation!(&[&[("Bearer", &["read", "list"])]]);
    now(client::send::<()>(
        core.clone(),
        Request::new(core.api(), wants).retries(1),
    ))
    .unwrap_err();
    let tokens: Vec<_> = wire
        .1
        .lock()
        .unwrap()
        .iter()
        .map(|one| shown(one, "authorization").unwrap().to_owned())
        .collect();
    assert_eq!(tokens, ["Bearer sentinel9f2-t-1", "Bearer sentinel9f2-t-2"]);
    let asked = counter.0.lock().unwrap();
    assert!(
        asked
            .iter()
            .all(|one| one.scheme == "Bearer" && one.scopes == ["read", "list"])
    );
    assert_eq!(counter.1.load(Ordering::Relaxed), 0);
}

#[test]
fn a_provider_hears_that_its_token_was_not_taken() {
    let wire = Wire::new(401);
    let counter = Counter::default();
    let core = build(&wire, |to| to.credential(Credential::token("Bearer", counter.clone()))).unwrap();
    now(client::send::<()>(
        core.clone(),
        Request::new(core.api(), operation!(&[&[("Bearer", &[])]])),
    ))
    .unwrap_err();
    assert_eq!(counter.1.load(Ordering::Relaxed), 1);
}

#[test]
fn without_a_token_nothing_is_sent() {
    let wants = operation!(&[&[("Bearer", &[])]]);
    let fails = || async { Err::<Secret, Cause>("the login page is down".into()) };
    let error = refused(|to| to.credential(Credential::token("Bearer", fails)), wants);
    assert_eq!(error.outcome(), Outcome::NotExecuted);
    assert!(
        error
            .to_string()
            .contains("no token for `Bearer`: the login page is down"),
        "{error}"
    );
    let broken = || async { Ok::<Secret, Cause>(Secret::new("sentinel9f2-t-9\r\nx: y")) };
    let error = refused(|to| to.credential(Credential::token("Bearer", broken)), wants);
    assert!(!format!("{error} {error:?}").contains("sentinel9f2-t-9"), "{error:?}");
    let never = std::future::pending::<Result<Secret, Cause>>;
    let error = refused(
        |to| {
            to.timeout(Duration::from_millis(5))
                .credential(Credential::token("Bearer", never))
        },
        wants,
    );
    assert!(error.to_string().contains("it returned none within"), "{error}");
}

#[test]
fn a_credential_that_cannot_be_shown_makes_no_client_and_does_not_print() {
    let refusal = |credential: Credential| {
        let name = credential.scheme().to_owned();
        let debug = format!("{credential:?}");
        assert_eq!(debug, format!("Credential({name:?}, [REDACTED])"));
        match build(&Wire::new(200), |to| to.credential(credential)) {
            Err(ConfigError::Credential { scheme, why }) if scheme == name => why,
            other => panic!("{other:?}"),
        }
    };
    for (credential, why) in [
        (Credential::api_key("Nobody", "x"), CredentialError::NoScheme),
        (Credential::api_key("Signed", "x"), CredentialError::NoScheme),
        (Credential::api_key("Certificate", "x"), CredentialError::NoScheme),
        (
            Credential::api_key("Bearer", "x"),
            CredentialError::OtherKind("a token"),
        ),
        (Credential::token("Key", "x"), CredentialError::OtherKind("a key")),
        (
            Credential::token("Login", "x"),
            CredentialError::OtherKind("a user and a password"),
        ),
        (
            Credential::token("Hawk", "x"),
            CredentialError::OtherKind("a value of `Authorization`"),
        ),
        (Credential::api_key("Key", ""), CredentialError::Empty),
        (Credential::api_key("Key", "x\n"), CredentialError::InvalidHeader),
        (Credential::api_key("Query", "x\n"), CredentialError::InvalidHeader),
        (Credential::api_key("Cookie", "a; b=c"), CredentialError::InvalidHeader),
        (Credential::token("Bearer", "Bearer x"), CredentialError::InvalidHeader),
        (Credential::authorization("Hawk", " x"), CredentialError::InvalidHeader),
        (Credential::basic("Login", "a:b", "c"), CredentialError::Colon),
        (Credential::basic("Login", "a", "c\n"), CredentialError::InvalidHeader),
    ] {
        assert_eq!(refusal(credential), why);
    }
    let builder = Builder::<Core, _>::new(&API)
        .without_journal()
        .credential(Credential::basic("Login", "user", "sentinel9f2-hunter"));
    assert!(!format!("{builder:?}").contains("sentinel9f2-hunter"), "{builder:?}");
    let token = Token::from("sentinel9f2-hunter");
    assert_eq!(format!("{token:?}"), "Token([REDACTED])");
}

#[test]
fn a_raw_call_shows_everything_the_client_has_once_per_place() {
    let wire = Wire::new(200);
    let core = build(&wire, |to| {
        to.credential(Credential::token("Bearer", "sentinel9f2-t"))
            .credential(Credential::basic("Login", "u", "sentinel9f2-p"))
            .credential(Credential::api_key("Query", "sentinel9f2-q"))
    });
    now(core.unwrap().raw(http::Method::GET, "/b?c=d").into_future()).unwrap();
    let request = wire.sent();
    assert_eq!(request.uri().query(), Some("c=d&api%20key=sentinel9f2-q"));
    assert_eq!(shown(&request, "authorization"), Some("Bearer sentinel9f2-t"));
}

#[test]
fn a_call_goes_on_under_the_same_credentials_only() {
    let wants = operation!(&[&[("Key", &[])]]);
    let key = |key: &str| build(&Wire::new(503), |to| to.credential(Credential::api_key("Key", key))).unwrap();
    let fail = || {
        let core = key("sentinel9f2-one");
        let request = Request::new(core.api(), wants).retries(0);
        now(client::send::<()>(core, request)).unwrap_err()
    };
    let other = now(key("sentinel9f2-two").resend(fail()).into_future()).unwrap_err();
    assert!(other.to_string().contains("other credentials"), "{other}");
    let same = now(key("sentinel9f2-one").resend(fail()).into_future()).unwrap_err();
    assert!(!same.to_string().contains("other credentials"), "{same}");
}

#[test]
fn a_call_can_show_a_credential_of_its_own_in_place_of_the_clients() {
    let wire = Wire::new(200);
    let client = |to: Builder<Core>| {
        to.credential(Credential::api_key("Key", "sentinel9f2-of-the-client"))
            .credential(Credential::token("Bearer", "sentinel9f2-t-1"))
    };
    let core = build(&wire, client).unwrap();
    let operation = operation!(&[&[("Key", &[]), ("Bearer", &[])]]);
    let own = Request::new(core.api(), operation).credential(Credential::api_key("Key", "sentinel9f2-of-the-call"));
    assert!(!format!("{own:?}").contains("sentinel9f2-of-the-call"));
    now(client::send::<()>(core.clone(), own)).unwrap();
    let request = wire.sent();
    assert_eq!(
        (shown(&request, "x-key"), shown(&request, "authorization")),
        (Some("sentinel9f2-of-the-call"), Some("Bearer sentinel9f2-t-1"))
    );
    now(client::send::<()>(core.clone(), Request::new(core.api(), operation))).unwrap();
    assert_eq!(
        shown(&wire.sent(), "x-key"),
        Some("sentinel9f2-of-the-client"),
        "it was of one call"
    );

    let unknown = Request::new(core.api(), operation).credential(Credential::api_key("Nobody", "sentinel9f2-text"));
    let error = now(client::send::<()>(core.clone(), unknown)).unwrap_err();
    assert!(error.to_string().contains("no security scheme of that name"), "{error}");
    assert!(!format!("{error} {error:?}").contains("sentinel9f2-text"));
    assert!(wire.1.lock().unwrap().is_empty());
}
