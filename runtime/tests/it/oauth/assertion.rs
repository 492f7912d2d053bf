//! Client credentials with a private key: the claims of an assertion, its signature, and signers that fail.

use sdkwright_runtime::json::{JsonValue, from_slice};
use sdkwright_runtime::signing::{
    JwsRules, KeyInfo, LocalKey, PublicKey, ReceivedJws, SignError, SignFuture, SignatureAlgorithm, Signer, ToSign,
};

use super::*;

const RSA: &str = include_str!("../../../../signing/src/tests/keys/rsa-pkcs8.pem");
const RSA_PUBLIC: &str = include_str!("../../../../signing/src/tests/keys/rsa.pub.pem");
const P256: &str = include_str!("../../../../signing/src/tests/keys/rfc9421-p256.pem");
const ED25519: &str = include_str!("../../../../signing/src/tests/keys/rfc9421-ed25519.pem");

static ALGORITHMS: &[SignatureAlgorithm] = &[SignatureAlgorithm::RsaPssSha256, SignatureAlgorithm::EcdsaP256Sha256];
static BY_KEY: TokenEndpoint = by_key(None);
static FOR_ISSUER: TokenEndpoint = by_key(Some("https://issuer.example"));

const fn by_key(audience: Option<&'static str>) -> TokenEndpoint {
    let authentication = ClientAuthentication::PrivateKeyJwt {
        algorithms: ALGORITHMS,
        audience,
    };
    endpoint("/oauth2/token", authentication)
}

fn key(pem: &str, id: &str) -> LocalKey {
    LocalKey::from_pem(pem).unwrap().with_key_id(id)
}

fn by_rsa(endpoint: &'static TokenEndpoint) -> Credential {
    Credential::private_key_jwt("Library", endpoint, "reader", key(RSA, "rsa"))
}

/// Returns the claims of the assertion in a form, after a verification of its signature.
fn claims(form: &str) -> JsonValue {
    let kind = "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer";
    let start = format!(
        "grant_type=client_credentials&audience=books%20%26%20maps&scope=books&client_id=reader\
         &client_assertion_type={kind}&client_assertion="
    );
    let assertion = form.strip_prefix(&start).unwrap();
    let rules = JwsRules::new(&[SignatureAlgorithm::RsaPssSha256]);
    let received = ReceivedJws::parse(assertion, &rules).unwrap();
    assert_eq!(received.key_id(), Some("rsa"));
    let verified = received
        .verify(&PublicKey::from_pem(RSA_PUBLIC).unwrap().into())
        .unwrap();
    from_slice(verified.payload()).unwrap()
}

#[tokio::test]
async fn each_request_has_a_new_assertion_of_the_client() {
    let issuer = "https://issuer.example";
    for (credential, audience) in [
        (by_rsa(&BY_KEY), "https://library.example/oauth2/token"),
        (
            by_rsa(&BY_KEY).token_url("https://login.example/t"),
            "https://login.example/t",
        ),
        (by_rsa(&FOR_ISSUER), issuer),
        (by_rsa(&BY_KEY).assertion_audience(issuer).token_url("/t/token"), issuer),
    ] {
        let server = Server::new(
            |sent, before| match (sent.is_token() || sent.uri.ends_with("/t"), before) {
                (true, 0) => json(503, "{}"),
                (true, _) => token(before),
                (false, _) => done(),
            },
        );
        let core = client_at(&server, "https://library.example/v1", credential, Hand::new());
        send(&core, &READ).await.unwrap();
        let sent = server.sent.lock().unwrap();
        let [first, second, call] = &sent[..] else {
            panic!("two requests for a token")
        };
        assert_eq!(
            (first.header("authorization"), second.header("authorization")),
            ("", "")
        );
        assert!(call.header("authorization").starts_with("Bearer sentinel9f2-"));
        let all = [claims(&first.form), claims(&second.form)];
        let ids = all
            .each_ref()
            .map(|claims| claims.get("jti").unwrap().as_str().unwrap());
        assert!(ids[0] != ids[1] && ids[0].len() == 36, "{ids:?}");
        for (claims, id) in all.iter().zip(ids) {
            let expected = format!(
                "{{\"iss\":\"reader\",\"sub\":\"reader\",\"aud\":\"{audience}\",\"jti\":\"{id}\",\"iat\":1700000000,\"exp\":1700000060}}"
            );
            assert_eq!(claims.to_string(), expected);
        }
    }
}

/// A key of a service that is down, or never responds.
struct Remote(KeyInfo, bool);

impl Signer for Remote {
    fn key(&self) -> &KeyInfo {
        &self.0
    }

    fn sign<'s>(&'s self, _: &'s ToSign<'s>) -> SignFuture<'s> {
        let responds = self.1;
        Box::pin(async move {
            if responds {
                return Err(SignError::Unavailable("the service is down".into()));
            }
            std::future::pending().await
        })
    }
}

#[tokio::test]
async fn a_signer_that_fails_or_is_late_sends_nothing() {
    for (responds, told) in [
        (true, "the service is down"),
        (false, "the signer gave no assertion within"),
    ] {
        let server = good();
        let signer = Remote(KeyInfo::new(ALGORITHMS.iter().copied()), responds);
        let credential = Credential::private_key_jwt("Library", &BY_KEY, "reader", signer);
        let builder = Builder::new(&API).without_journal().base_url("https://library.example");
        let builder = builder.credential(credential).transport(server.clone());
        let core: glue::Core = builder.timeout(Duration::from_millis(50)).build().unwrap();
        let error = send(&core, &PAY_WITHOUT_KEY).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::NotExecuted);
        assert!(texts(&error).contains(told), "{error}");
        assert!(server.sent.lock().unwrap().is_empty());
    }
}

static PAY_WITHOUT_KEY: glue::Description = call("payMaps", "POST", &[&[("Library", &["maps"])]]);

#[test]
fn a_key_of_another_kind_is_refused_by_the_builder() {
    let credential = Credential::private_key_jwt("Library", &BY_KEY, "reader", key(ED25519, "ed25519"));
    assert_eq!(format!("{credential:?}"), "Credential(\"Library\", [REDACTED])");
    let builder = Builder::<glue::Core, _>::new(&API).without_journal();
    let builder = builder.base_url("https://library.example").credential(credential);
    let error = builder.transport(good()).build().map(drop).unwrap_err().to_string();
    assert!(error.contains("the API accepts no algorithm of its key"), "{error}");
}

#[tokio::test]
async fn no_error_repeats_a_part_of_an_assertion() {
    let shown: [fn(&str) -> String; 4] = [
        str::to_owned,
        |assertion| assertion.replace('.', " "),
        |assertion| assertion.replace('.', "%2E"),
        |assertion| assertion.get(..assertion.len() - 1).unwrap_or_default().to_owned(),
    ];
    for show in shown {
        let server = Server::new(move |sent, _| {
            let assertion = show(sent.form.split("client_assertion=").nth(1).unwrap_or_default());
            let body = format!("{{\"error\":\"invalid_client\",\"error_description\":\"{assertion}\"}}");
            json(401, body)
        });
        let core = client_at(&server, "https://library.example", by_rsa(&BY_KEY), Hand::new());
        let error = send(&core, &READ).await.unwrap_err();
        let (texts, sent) = (texts(&error), server.sent(true));
        let assertion = sent[0].form.split("client_assertion=").nth(1).unwrap();
        assert!(texts.contains("answered 401 `invalid_client`"), "{texts}");
        for part in assertion.split('.') {
            assert!(!texts.contains(part.get(..16).unwrap()), "{texts}");
        }
    }
}

#[tokio::test]
#[ignore = "it needs the server of a third party, which .ci/oauth starts"]
async fn a_server_of_a_third_party_accepts_an_assertion_once() {
    static ANY: TokenEndpoint = TokenEndpoint {
        authentication: ClientAuthentication::PrivateKeyJwt {
            algorithms: &[
                SignatureAlgorithm::RsaPssSha256,
                SignatureAlgorithm::EcdsaP256Sha256,
                SignatureAlgorithm::Ed25519,
            ],
            audience: None,
        },
        parameters: &[("grant_type", "client_credentials")],
        ..BY_KEY
    };
    sdkwright_watch::listen();
    let url = std::env::var("OAUTH_SERVER").unwrap();
    let http = sdkwright_runtime::reqwest::Client::new();
    let client = |credential: Credential| -> glue::Core {
        let builder = Builder::new(&API).without_journal().base_url(url.as_str());
        builder.credential(credential).build().unwrap()
    };
    let credential = |pem, id| Credential::private_key_jwt("Library", &ANY, "reader", key(pem, id));
    for (pem, id) in [(RSA, "rsa"), (P256, "rfc9421-p256"), (ED25519, "rfc9421-ed25519")] {
        let core = client(credential(pem, id));
        send(&core, &READ).await.unwrap();
        http.post(format!("{url}/revoke")).send().await.unwrap();
        send(&core, &WRITE).await.unwrap();
        let replayed = http.post(format!("{url}/replay")).send().await.unwrap();
        let replayed = replayed.text().await.unwrap();
        assert!(
            replayed.contains("invalid_client") && replayed.contains("jti"),
            "{id}: {replayed}"
        );
    }
    for refused in [
        // The key of another client.
        credential(RSA, "rfc9421-rsa-pss"),
        credential(RSA, "rsa").assertion_audience("https://elsewhere.example"),
    ] {
        let error = send(&client(refused), &READ).await.unwrap_err();
        assert!(texts(&error).contains("`invalid_client`"), "{error}");
    }
}
