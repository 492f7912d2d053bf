//! Requests that a key pair signs: the place of the signature, its instant, and signers that are slow or fail.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use base64::Engine as _;

use super::*;
use crate::client::ConfigError;
use crate::journal::{Booked, Claim as Claimed, Intent, Journal, JournalFuture, Settlement, Verdict};
use crate::retry::Policy;
use crate::signing::{
    Claim, HttpForm, HttpParameter, HttpProfile, HttpSignatureBase, Jws, JwsPayload, KeyInfo, KeyPairRules, LocalKey,
    NonceFormat, PublicKey, RequestParts, SignError, SignFuture, Signature, SignatureAlgorithm, SignatureForm,
    SignatureParameter, SignaturePlace, Signer, SigningSetting, ToSign, hex, sha256,
};
use crate::signing::{Freshness, NonceRules, PlacedValue, SignatureRules, ValuePlace};

const PEM: &str = include_str!("../../../../signing/src/tests/keys/rfc9421-ed25519.pem");

const fn value(value: SignedValue) -> Piece {
    Piece::Value(value, &[])
}

static QUERY: SignatureRules = SignatureRules {
    signature: SignaturePlace::Query("sig"),
    key_pair: Some(KeyPairRules {
        algorithms: &[SignatureAlgorithm::Ed25519],
        encoding: MacEncoding::Base64,
        prefix: "",
    }),
    values: &[
        PlacedValue {
            value: SignedValue::Timestamp,
            place: ValuePlace::Query("at"),
        },
        PlacedValue {
            value: SignedValue::Setting("window"),
            place: ValuePlace::Query("window"),
        },
        PlacedValue {
            value: SignedValue::Setting("missing"),
            place: ValuePlace::Query("missing"),
        },
    ],
    freshness: Freshness::each_way(10),
    message: &[value(SignedValue::Query), value(SignedValue::Body)],
    settings: &[
        SigningSetting {
            name: "window",
            environment: None,
            required: true,
        },
        SigningSetting {
            name: "missing",
            environment: None,
            required: false,
        },
    ],
    timestamp: TimestampFormat::UnixMillis,
    ..SignatureRules::NONE
};

static TOKEN: SignatureRules = SignatureRules {
    signature: SignaturePlace::Bearer,
    secret: None,
    key_pair: Some(KeyPairRules {
        algorithms: &[SignatureAlgorithm::EcdsaP256Sha256, SignatureAlgorithm::Ed25519],
        encoding: MacEncoding::Base64Url,
        prefix: "",
    }),
    form: SignatureForm::Jws(Jws {
        protected: &[("kid", Claim::Text(&[value(SignedValue::KeyId)]))],
        payload: JwsPayload::Claims(&[
            (
                "uri",
                Claim::Text(&[value(SignedValue::Host), value(SignedValue::Target)]),
            ),
            ("exp", Claim::Number(&[value(SignedValue::Expires)])),
            ("jti", Claim::Text(&[value(SignedValue::Nonce)])),
            ("aud", Claim::List(&["a", "b"])),
        ]),
        detached: false,
    }),
    freshness: Freshness::each_way(10),
    nonce: Some(NonceRules {
        format: NonceFormat::Uuid,
        length: (16, 128),
    }),
    lifetime: Some(55),
    timestamp: TimestampFormat::UnixSeconds,
    ..SignatureRules::NONE
};

static BY_RFC_9421: SignatureRules = SignatureRules {
    signature: SignaturePlace::Header("Signature"),
    secret: None,
    key_pair: Some(KeyPairRules {
        algorithms: &[SignatureAlgorithm::Ed25519],
        encoding: MacEncoding::Base64,
        prefix: "",
    }),
    form: SignatureForm::Http(HttpForm {
        profile: HttpProfile::Rfc9421("pay", &[HttpParameter::Created, HttpParameter::Keyid]),
        covered: &["@method", "@target-uri", "content-digest"],
        if_sent: &["x-user", "x-other"],
        digest: Some(("Content-Digest", Filter::Sha512)),
        key_id: &[
            value(SignedValue::KeyId),
            Piece::Text("@"),
            value(SignedValue::Setting("bank")),
        ],
        certificate_header: None,
    }),
    freshness: Freshness::each_way(10),
    settings: &[SigningSetting {
        name: "bank",
        environment: None,
        required: true,
    }],
    timestamp: TimestampFormat::UnixSeconds,
    ..SignatureRules::NONE
};

/// The client id is only in the signed text.
static NAMED: SignatureRules = SignatureRules {
    signature: SignaturePlace::Header("Signature"),
    key_pair: Some(KeyPairRules {
        algorithms: &[SignatureAlgorithm::Ed25519],
        encoding: MacEncoding::Base64,
        prefix: "",
    }),
    freshness: Freshness::each_way(300),
    message: &[value(SignedValue::ClientId), value(SignedValue::Body)],
    ..SignatureRules::NONE
};

static BY_NAME: Api = Api {
    signing: Some(&NAMED),
    ..Api::new("Test", "test/1")
};

static RFC_9421: Api = Api {
    signing: Some(&BY_RFC_9421),
    ..Api::new("Test", "test/1")
};

static IN_QUERY: Api = Api {
    signing: Some(&QUERY),
    ..Api::new("Test", "test/1")
};

static BY_TOKEN: Api = Api {
    signing: Some(&TOKEN),
    ..Api::new("Test", "test/1")
};

fn client(api: &'static Api, answers: Vec<Answer>) -> (Script, Builder<Core>) {
    sdkwright_watch::listen();
    let script = Script {
        answers: Arc::new(Mutex::new(answers.into())),
        ..Script::default()
    };
    let builder = Builder::new(api)
        .without_journal()
        .base_url("https://example.com/p")
        .transport(script.clone())
        .clock(Fixed)
        .nonces(Fixed);
    (script, builder)
}

fn key() -> LocalKey {
    LocalKey::from_pem(PEM).unwrap()
}

fn send(core: &Core) -> Result<(), crate::error::Error> {
    let call = core.raw(Method::POST, "/a?b=c+d").body("text/plain", "x=1");
    now(call.into_future()).map(|_| ())
}

/// Returns the value of a parameter of the query, decoded.
fn parameter(query: &str, name: &str) -> String {
    let pair = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")));
    percent_encoding::percent_decode_str(pair.unwrap())
        .decode_utf8()
        .unwrap()
        .into_owned()
}

#[test]
fn the_signature_is_the_last_parameter_and_covers_the_query_as_it_is_sent() {
    let (script, builder) = client(&IN_QUERY, vec![Ok(answer(200, &[], "ok"))]);
    let core: Core = builder.signer(key()).signing_setting("window", "5 s").build().unwrap();
    send(&core).unwrap();
    let sent = script.sent.lock().unwrap()[0].uri().query().unwrap().to_owned();
    let (signed, signature) = sent.rsplit_once("&sig=").unwrap();
    assert_eq!(signed, "b=c+d&at=1782604800000&window=5%20s");
    let message = format!("{signed}x=1");
    let expected = now(ToSign::new(SignatureAlgorithm::Ed25519, message.as_bytes(), "").sign_with(&key())).unwrap();
    assert_eq!(
        parameter(&sent, "sig"),
        expected.encode(MacEncoding::Base64),
        "{signature}"
    );
}

#[test]
fn a_token_is_new_for_each_attempt_and_has_the_values_of_the_request() {
    let again = answer(503, &[], "");
    let (script, builder) = client(&BY_TOKEN, vec![Ok(again), Ok(answer(200, &[], "ok"))]);
    let core: Core = builder.signer(key().with_key_id("k-1")).build().unwrap();
    now(core.raw(Method::GET, "/a?b=c").into_future()).unwrap();
    let sent = script.sent.lock().unwrap();
    let token = sent[1].headers()["authorization"].to_str().unwrap().to_owned();
    let [header, claims, _] = token.strip_prefix("Bearer ").unwrap().split('.').collect::<Vec<_>>()[..] else {
        panic!("three parts")
    };
    let decoded = |text: &str| {
        use base64::Engine as _;
        let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).unwrap();
        String::from_utf8(bytes).unwrap()
    };
    assert_eq!(decoded(header), r#"{"alg":"EdDSA","kid":"k-1"}"#);
    assert_eq!(
        decoded(claims),
        r#"{"uri":"example.com/p/a?b=c","exp":1782604855,"jti":"ffffffff-ffff-4fff-bfff-ffffffffffff","aud":["a","b"]}"#
    );
    assert!(sent[1].headers()["authorization"].is_sensitive());
}

#[test]
fn a_refused_token_is_explained_without_its_signature() {
    let (_, builder) = client(&BY_TOKEN, vec![Ok(answer(401, &[], ""))]);
    let core: Core = builder.signer(key().with_key_id("k-1")).build().unwrap();
    let report = send(&core).unwrap_err().explain_signature().unwrap();
    let text = report.to_string();
    for told in [
        r#"protected: {"alg":"EdDSA","kid":"k-1"}"#,
        "payload: [the payload]",
        "likely causes",
    ] {
        assert!(text.contains(told), "{told}: {text}");
    }
    assert_eq!(report.components.len(), 2);
}

#[test]
fn a_signature_of_rfc_9421_covers_the_digest_and_the_headers_that_are_sent() {
    let (script, builder) = client(&RFC_9421, vec![Ok(answer(200, &[], "ok"))]);
    let builder = builder.signing_setting("bank", "b-1");
    let core: Core = builder.signer(key().with_key_id("k-1")).build().unwrap();
    let call = core
        .raw(Method::POST, "/a?b=c")
        .header("x-user", "u-1")
        .body("text/plain", "x=1");
    now(call.into_future()).unwrap();
    let sent = &script.sent.lock().unwrap()[0];
    let headers = sent.headers();
    let input = headers["signature-input"].to_str().unwrap();
    assert_eq!(
        input,
        r#"pay=("@method" "@target-uri" "content-digest" "x-user");created=1782604800;keyid="k-1@b-1""#
    );
    // printf 'x=1' | openssl dgst -sha512 -binary | base64
    assert_eq!(
        headers["content-digest"],
        "sha-512=:qP/jqGTm1Z1Yw0drR9C3C6kj5wECsBU1NwEBXheBAgkhDSwmabDRAea7/7dxOaJ7ybySJFWim33ZoJ47L02kXQ==:"
    );
    let request = RequestParts {
        method: "POST",
        scheme: "https",
        authority: "example.com",
        target: "/p/a?b=c",
        headers,
    };
    let public = include_str!("../../../../signing/src/tests/keys/rfc9421-ed25519.pub.pem");
    let public = PublicKey::from_pem(public).unwrap();
    let parameters = [
        SignatureParameter::Created(1_782_604_800),
        SignatureParameter::KeyId("k-1@b-1"),
    ];
    let covered = ["@method", "@target-uri", "content-digest", "x-user"];
    let base = HttpSignatureBase::new(covered, &parameters, &request).unwrap();
    let signature = headers["signature"].to_str().unwrap();
    let signature = signature
        .strip_prefix("pay=:")
        .and_then(|text| text.strip_suffix(':'))
        .unwrap();
    let signature = base64::engine::general_purpose::STANDARD.decode(signature).unwrap();
    public
        .verify(SignatureAlgorithm::Ed25519, base.message(), &signature)
        .unwrap();
}

/// A clock that passes a given number of milliseconds with each signature.
#[derive(Clone)]
struct Slow {
    info: KeyInfo,
    now: Arc<AtomicU64>,
    took: Arc<Mutex<Vec<u64>>>,
    began: Instant,
}

impl Slow {
    fn new(took: &[u64]) -> Self {
        Self {
            info: KeyInfo::new([SignatureAlgorithm::Ed25519]).with_key_id("k-1"),
            now: Arc::default(),
            took: Arc::new(Mutex::new(took.to_vec())),
            began: Instant::now(),
        }
    }
}

impl Clock for Slow {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_hours(495_168) + Duration::from_millis(self.now.load(Ordering::Relaxed))
    }

    fn instant(&self) -> Instant {
        self.began + Duration::from_millis(self.now.load(Ordering::Relaxed))
    }
}

impl Signer for Slow {
    fn key(&self) -> &KeyInfo {
        &self.info
    }

    fn sign<'s>(&'s self, _: &'s ToSign<'s>) -> SignFuture<'s> {
        let mut took = self.took.lock().unwrap();
        let passed = if took.is_empty() { None } else { Some(took.remove(0)) };
        self.now.fetch_add(passed.unwrap_or_default(), Ordering::Relaxed);
        Box::pin(async move {
            match passed {
                Some(_) => Ok(Signature::new(vec![7; 64])),
                None => Err(SignError::Unavailable("the vault is sealed".into())),
            }
        })
    }
}

fn once() -> Policy {
    Policy {
        attempts: 1,
        ..Policy::default()
    }
}

#[test]
fn a_signer_that_takes_half_of_the_freshness_signs_once_more_with_a_new_instant() {
    let run = |took: &[u64]| {
        let signer = Slow::new(took);
        let (script, builder) = client(&IN_QUERY, vec![Ok(answer(200, &[], "ok"))]);
        let builder = builder
            .signing_setting("window", "5")
            .clock(signer.clone())
            .retry(once());
        let core: Core = builder.signer(signer).build().unwrap();
        let ended = send(&core).map_err(|error| (error.outcome(), error.to_string()));
        let sent = script.sent.lock().unwrap();
        let at = sent
            .first()
            .map(|request| parameter(request.uri().query().unwrap(), "at"));
        (ended, at)
    };
    assert_eq!(run(&[5000]), (Ok(()), Some("1782604800000".to_owned())));
    assert_eq!(run(&[6000, 1000]), (Ok(()), Some("1782604806000".to_owned())));
    let (ended, at) = run(&[6000, 6000]);
    let (outcome, text) = ended.unwrap_err();
    assert_eq!((outcome, at), (Outcome::NotExecuted, None));
    assert!(
        text.contains("the signer took 6s, but a signature is valid for 10 s"),
        "{text}"
    );
}

#[test]
fn a_signer_that_fails_sends_nothing() {
    let signer = Slow::new(&[]);
    let (script, builder) = client(&IN_QUERY, vec![]);
    let core: Core = builder.signing_setting("window", "5").signer(signer).build().unwrap();
    let error = send(&core).unwrap_err();
    assert_eq!(error.outcome(), Outcome::NotExecuted);
    assert!(error.to_string().contains("the request cannot be signed"), "{error}");
    assert!(script.sent.lock().unwrap().is_empty());
}

#[test]
fn a_signer_or_a_setting_that_does_not_fit_is_refused_at_build() {
    let refused = |builder: Builder<Core>| builder.build().map(|_: Core| ()).unwrap_err().to_string();
    let new = |api| client(api, vec![]).1;
    for (builder, told) in [
        (new(&API).signer(key()), "the contract has no signature by key pairs"),
        (new(&BY_TOKEN).signer(key()), "call `.with_key_id(..)` of the key"),
        (new(&BY_TOKEN), "key pair that signs"),
        (new(&BY_TOKEN).client_secret(OLD), "key pair that signs"),
        (new(&BY_NAME).signer(key()), "client id"),
        (new(&IN_QUERY).client_secret(OLD), "window"),
        (new(&IN_QUERY).signing_setting("window", "5"), "client secret"),
        (
            new(&IN_QUERY)
                .signing_setting("window", "5")
                .client_secret(OLD)
                .signer(key()),
            "keep one of them",
        ),
        (
            new(&IN_QUERY)
                .signing_setting("window", "5")
                .signing_setting("other", "5")
                .signer(key()),
            "the contract has no such setting, but [window, missing]",
        ),
        (
            new(&IN_QUERY).signing_setting("window", "").signer(key()),
            "it is empty",
        ),
    ] {
        let text = refused(builder);
        assert!(text.contains(told), "{told}: {text}");
    }
    let key = LocalKey::from_pem(include_str!("../../../../signing/src/tests/keys/p521.pem")).unwrap();
    let text = refused(new(&BY_TOKEN).signer(key));
    assert!(text.contains("the signer is refused"), "{text}");
}

/// A journal that no call reaches.
struct Unused;

impl Journal for Unused {
    fn begin(&self, _: Intent) -> JournalFuture<'_, Verdict> {
        Box::pin(std::future::pending())
    }

    fn follow(&self, _: Claimed) -> JournalFuture<'_, ()> {
        Box::pin(std::future::pending())
    }

    fn settle(&self, _: Claimed, _: Settlement) -> JournalFuture<'_, Booked> {
        Box::pin(std::future::pending())
    }
}

#[test]
fn a_journal_of_a_client_with_a_signer_needs_its_own_secret() {
    let builder = || {
        let (_, builder) = client(&BY_TOKEN, vec![]);
        builder.signer(key().with_key_id("k-1")).journal(Unused)
    };
    let error = builder().build().map(|_: Core| ()).unwrap_err();
    assert!(matches!(error, ConfigError::JournalSecret), "{error}");
    let core: Core = builder().journal_secret("sentinel9f2-journal").build().unwrap();
    let name = core.seal().name().map(str::to_owned);
    assert!(name.is_some_and(|name| name != hex(&sha256(b"sentinel9f2-journal"))[..16]));
}
