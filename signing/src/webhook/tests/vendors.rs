//! Deliveries of well-known APIs, which their vendors publish or Python computes (`tests/deliveries`), and what an attacker can do to them.

use crate::clock::Clock;
use crate::hash::{Algorithm, MacEncoding, hex};
use crate::message::{Filter, Piece, SignedValue};
use crate::secret::{Key, SecretEncoding, SecretForm, SigningSecret};
use crate::tests::ready;
use crate::webhook::*;
use http::{HeaderMap, HeaderName, HeaderValue};
use sdkwright_description::{
    Freshness, PlacedValue, SignaturePlace, SignatureRules, SigningSetting, TimestampFormat, ValuePlace,
};
use sdkwright_json::JsonValue;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const BODY: Piece = Piece::Value(SignedValue::Body, &[]);
const TIME: Piece = Piece::Value(SignedValue::Timestamp, &[]);
const DOT: Piece = Piece::Text(".");

const fn secret(encoding: SecretEncoding, prefix: &'static str) -> SecretForm {
    SecretForm {
        algorithm: Algorithm::HmacSha256,
        encoding,
        prefix,
    }
}

/// A body with one signature in lower-case hex, and no time.
const PLAIN: Webhooks = Webhooks {
    signing: SignatureRules {
        signature: SignaturePlace::Header("x-signature"),
        encoding: MacEncoding::Hex,
        secret: Some(secret(SecretEncoding::Utf8, "")),
        message: &[BODY],
        timestamp: TimestampFormat::UnixSeconds,
        ..SignatureRules::NONE
    },
    key_header: None,
    id: None,
    event_type: None,
    environment: None,
};

const STRIPE: Webhooks = Webhooks {
    signing: SignatureRules {
        signature: SignaturePlace::List {
            header: "stripe-signature",
            separator: ',',
            pair: '=',
            name: Some("v1"),
            key_name: None,
        },
        values: &[PlacedValue {
            value: SignedValue::Timestamp,
            place: ValuePlace::Pair("t"),
        }],
        freshness: Freshness {
            past: Some(300),
            ..PLAIN.signing.freshness
        },
        message: &[TIME, DOT, BODY],
        ..PLAIN.signing
    },
    id: Some(EventId::Body("/id")),
    ..PLAIN
};

const STANDARD: Webhooks = Webhooks {
    signing: SignatureRules {
        signature: SignaturePlace::List {
            header: "webhook-signature",
            separator: ' ',
            pair: ',',
            name: Some("v1"),
            key_name: None,
        },
        values: &[PlacedValue {
            value: SignedValue::Timestamp,
            place: ValuePlace::Header("webhook-timestamp"),
        }],
        freshness: Freshness::each_way(300),
        encoding: MacEncoding::Base64,
        secret: Some(secret(SecretEncoding::Base64, "whsec_")),
        message: &[
            Piece::Value(SignedValue::Header("webhook-id"), &[]),
            DOT,
            TIME,
            DOT,
            BODY,
        ],
        ..PLAIN.signing
    },
    id: Some(EventId::Header("webhook-id")),
    ..PLAIN
};

macro_rules! apis {
    ($($api:ident, $settings:literal, $rules:expr;)*) => {$(
        #[derive(Debug)]
        enum $api {}

        impl Webhook for $api {
            type Event = JsonValue;
            type Settings = [String; $settings];
            const WEBHOOKS: &'static Webhooks = &$rules;
        }
    )*};
}

apis! {
    ModernTreasury, 0, PLAIN;
    Stripe, 0, STRIPE;
    Standard, 0, STANDARD;
    Svix, 0, Webhooks {signing: SignatureRules {signature: SignaturePlace::List { header: "svix-signature", separator: ' ', pair: ',', name: Some("v1"), key_name: None }, values: &[PlacedValue { value: SignedValue::Timestamp, place: ValuePlace::Header("svix-timestamp") }], message: &[Piece::Value(SignedValue::Header("svix-id"), &[]), DOT, TIME, DOT, BODY], ..STANDARD.signing},id: Some(EventId::Header("svix-id")), ..STANDARD};
    // A contract may spell the header of the id in two ways.
    Cased, 0, Webhooks { id: Some(EventId::Header("Webhook-Id")), ..STANDARD };
    Acp, 0, Webhooks {signing: SignatureRules {signature: SignaturePlace::List { header: "merchant-signature", separator: ',', pair: '=', name: Some("v1"), key_name: None }, freshness: Freshness { future: Some(300), ..STRIPE.signing.freshness }, encoding: MacEncoding::HexAnyCase, ..STRIPE.signing}, ..STRIPE};
    Revolut, 0, Webhooks {signing: SignatureRules {signature: SignaturePlace::List { header: "revolut-signature", separator: ',', pair: '=', name: Some("v1"), key_name: None }, values: &[PlacedValue { value: SignedValue::Timestamp, place: ValuePlace::Header("revolut-request-timestamp") }], freshness: Freshness { future: Some(300), ..STRIPE.signing.freshness }, message: &[Piece::Text("v1."), TIME, DOT, BODY], timestamp: TimestampFormat::UnixMillis, ..STRIPE.signing}, ..STRIPE};
    Square, 1, Webhooks {signing: SignatureRules {signature: SignaturePlace::Header("x-square-hmacsha256-signature"), encoding: MacEncoding::Base64, message: &[Piece::Value(SignedValue::Setting("notificationUrl"), &[]), BODY], settings: &[SigningSetting { name: "notificationUrl", environment: Some("SQUARE_URL"), required: true }], ..PLAIN.signing},environment: Some("SQUARE_SECRET"), ..PLAIN};
    Adyen, 0, Webhooks {signing: SignatureRules {signature: SignaturePlace::Header("hmacsignature"), encoding: MacEncoding::Base64, secret: Some(secret(SecretEncoding::Hex, "")), ..PLAIN.signing}, ..PLAIN};
    AdyenStandard, 0, Webhooks {signing: SignatureRules {signature: SignaturePlace::Items {
            each: "/notificationItems/*/NotificationRequestItem",
            signature: "/additionalData/hmacSignature",
        }, encoding: MacEncoding::Base64, secret: Some(secret(SecretEncoding::Hex, "")), message: &[
            Piece::Value(SignedValue::Item("/pspReference"), &[]), Piece::Text(":"),
            Piece::Value(SignedValue::Item("/originalReference"), &[]), Piece::Text(":"),
            Piece::Value(SignedValue::Item("/merchantAccountCode"), &[]), Piece::Text(":"),
            Piece::Value(SignedValue::Item("/merchantReference"), &[]), Piece::Text(":"),
            Piece::Value(SignedValue::Item("/amount/value"), &[]), Piece::Text(":"),
            Piece::Value(SignedValue::Item("/amount/currency"), &[]), Piece::Text(":"),
            Piece::Value(SignedValue::Item("/eventCode"), &[]), Piece::Text(":"),
            Piece::Value(SignedValue::Item("/success"), &[]),
        ], ..PLAIN.signing}, ..PLAIN};
    // Every kind of value and filter at once.
    Everything, 1, Webhooks {signing: SignatureRules {signature: SignaturePlace::List { header: "s", separator: ' ', pair: ',', name: None, key_name: None }, values: &[PlacedValue { value: SignedValue::Timestamp, place: ValuePlace::Header("t") }, PlacedValue { value: SignedValue::Nonce, place: ValuePlace::Header("n") }], freshness: Freshness::each_way(300), encoding: MacEncoding::Base64Url, secret: Some(SecretForm { algorithm: Algorithm::HmacSha512, encoding: SecretEncoding::Base64, prefix: "hook_" }), message: &[
            Piece::Text("v1."), Piece::Value(SignedValue::Setting("url"), &[Filter::Sha256, Filter::Hex]), DOT,
            TIME, DOT, Piece::Value(SignedValue::Nonce, &[Filter::Hex]), DOT, BODY, Piece::Text("!"),
        ], settings: &[SigningSetting { name: "url", environment: None, required: true }], ..PLAIN.signing}, ..PLAIN};
}

#[derive(Clone, Copy)]
struct At(i64);

impl Clock for At {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(self.0.unsigned_abs())
    }
}

/// A delivery of `tests/deliveries`.
struct Vector(JsonValue);

impl Vector {
    fn named(name: &str) -> Self {
        let path = format!("{}/../tests/deliveries/{name}.json", env!("CARGO_MANIFEST_DIR"));
        Self(std::fs::read_to_string(path).unwrap().parse().unwrap())
    }

    fn text(&self, member: &str) -> &str {
        self.0.get(member).and_then(JsonValue::as_str).unwrap()
    }

    fn body(&self) -> &[u8] {
        self.text("body").as_bytes()
    }

    fn now(&self) -> i64 {
        self.0.get("now").unwrap().to_string().parse().unwrap()
    }

    fn headers(&self) -> HeaderMap {
        let headers = self.0.get("headers").and_then(JsonValue::as_object).unwrap();
        let pairs = headers.iter().map(|(name, value)| {
            let name = HeaderName::try_from(name).unwrap();
            (name, HeaderValue::try_from(value.as_str().unwrap()).unwrap())
        });
        pairs.collect()
    }

    fn settings<const N: usize>(&self) -> [String; N] {
        let settings = self.0.get("settings").and_then(JsonValue::as_array).unwrap_or_default();
        std::array::from_fn(|at| settings[at].as_str().unwrap().to_owned())
    }

    fn verifier<W: Webhook<Settings = [String; N]>, const N: usize>(&self) -> Verifier<W> {
        let settings = self.settings();
        let secrets = ["another one of the rotation", self.text("secret")];
        let secrets = secrets.into_iter().filter(|text| {
            SigningSecret::new(*text)
                .key(W::WEBHOOKS.signing.secret.unwrap())
                .is_ok()
        });
        let verifier = Verifier::with_settings(settings, secrets.map(SigningSecret::from)).unwrap();
        verifier.clock(At(self.now()))
    }
}

/// Checks that a delivery is genuine, and that a verifier refuses each change of it, of its secret and of its settings.
fn is_genuine<W: Webhook<Settings = [String; N]>, const N: usize>(name: &str) {
    sdkwright_watch::listen();
    let vector = Vector::named(name);
    let (verifier, headers, body) = (vector.verifier::<W, N>(), vector.headers(), vector.body());
    let delivery = verifier
        .verify(&headers, body)
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(delivery.raw(), body, "{name}");
    assert_eq!(
        delivery.signed_at().is_some(),
        W::WEBHOOKS.signing.places(SignedValue::Timestamp).next().is_some(),
        "{name}"
    );

    let stranger = SigningSecret::new(if W::WEBHOOKS.signing.secret.unwrap().encoding == SecretEncoding::Hex {
        "00ff"
    } else {
        "AAAA"
    });
    let settings = || std::array::from_fn(|_| "https://elsewhere.example".to_owned());
    let other = Verifier::<W>::with_settings(settings(), [stranger])
        .unwrap()
        .clock(At(vector.now()));
    assert_eq!(
        other.verify(&headers, body).unwrap_err(),
        VerifyError::Signature,
        "{name}"
    );
    if N > 0 {
        let secret = SigningSecret::new(vector.text("secret"));
        let other = Verifier::<W>::with_settings(settings(), [secret]).unwrap();
        assert_eq!(
            other.verify(&headers, body).unwrap_err(),
            VerifyError::Signature,
            "{name}"
        );
    }
    if matches!(W::WEBHOOKS.signing.signature, SignaturePlace::Items { .. }) {
        let keys = DeliveryKeys::default();
        let sent = ready(sign_delivery(W::WEBHOOKS, &keys, 0, "e-1", body));
        assert!(matches!(sent.unwrap_err(), DeliveryError::Items));
        return;
    }
    let longer = [body, b" "].concat();
    for changed in [&body[1..], &body[..body.len() - 1], &longer, b""] {
        assert_eq!(
            verifier.verify(&headers, changed).unwrap_err(),
            VerifyError::Signature,
            "{name}"
        );
    }
    for header in headers.keys() {
        let mut fewer = headers.clone();
        fewer.remove(header);
        assert!(
            matches!(verifier.verify(&fewer, body).unwrap_err(), VerifyError::Header { .. }),
            "{name}"
        );
        let mut twice = headers.clone();
        twice.append(header, headers[header].clone());
        assert!(
            matches!(verifier.verify(&twice, body).unwrap_err(), VerifyError::Header { .. }),
            "{name}"
        );
    }
    let signed = verifier.sign(body);
    assert!(verifier.verify(&signed, body).is_ok(), "{name}: its own signature");
    is_sent(&vector, &verifier);
}

/// Checks that the receiver with either secret accepts what a server signs with both, if the signature is a list, else with the first.
fn is_sent<W: Webhook<Settings = [String; N]>, const N: usize>(vector: &Vector, verifier: &Verifier<W>) {
    let form = W::WEBHOOKS.signing.secret.unwrap();
    let next = SigningSecret::new(format!("{}00ff", form.prefix));
    let secrets = [SigningSecret::new(vector.text("secret")), next];
    let settings: Vec<String> = vector.settings::<N>().into();
    let mut keys = DeliveryKeys {
        secrets: secrets.to_vec(),
        settings: settings.clone(),
        signer: None,
    };
    let (body, now) = (vector.body(), vector.now());
    let is_list = matches!(W::WEBHOOKS.signing.signature, SignaturePlace::List { .. });
    let sent = ready(sign_delivery(W::WEBHOOKS, &keys, now, "e-1", body)).unwrap();
    verifier.verify(&sent, body).unwrap();
    let by_next = Verifier::<W>::with_settings(vector.settings(), [secrets[1].clone()]).unwrap();
    assert_eq!(by_next.clock(At(now)).verify(&sent, body).is_ok(), is_list);
    if let Some(EventId::Header(name)) = W::WEBHOOKS.id {
        assert_eq!(sent[name], "e-1", "{name}");
    }
    // A secret that cannot be decoded does not stop the delivery, if it is not the only one.
    if W::WEBHOOKS.signing.secret.unwrap().encoding != SecretEncoding::Utf8 {
        keys.secrets = vec![secrets[0].clone(), SigningSecret::new(format!("{}%", form.prefix))];
        let sent = ready(sign_delivery(W::WEBHOOKS, &keys, now, "e-1", body)).unwrap();
        verifier.verify(&sent, body).unwrap();
        keys.secrets.remove(0);
        let refused = ready(sign_delivery(W::WEBHOOKS, &keys, now, "e-1", body)).unwrap_err();
        assert!(
            matches!(refused, DeliveryError::Keys(VerifierError::Secret(_))),
            "{refused}"
        );
    }
    keys.secrets.clear();
    let missing = ready(sign_delivery(W::WEBHOOKS, &keys, now, "e-1", body)).unwrap_err();
    assert!(
        matches!(missing, DeliveryError::Keys(VerifierError::Missing { .. })),
        "{missing}"
    );
    assert_eq!(format!("{keys:?}"), "DeliveryKeys { secrets: 0, .. }");
}

#[test]
fn the_deliveries_of_nine_apis_are_genuine_and_nothing_else_is() {
    is_genuine::<Standard, 0>("standard-webhooks-javascript");
    is_genuine::<Standard, 0>("standard-webhooks-rust");
    is_genuine::<Cased, 0>("standard-webhooks-rust");
    is_genuine::<Svix, 0>("svix");
    is_genuine::<Stripe, 0>("stripe");
    is_genuine::<Stripe, 0>("stripe-emoji");
    is_genuine::<Acp, 0>("acp");
    is_genuine::<Revolut, 0>("revolut");
    is_genuine::<Square, 1>("square");
    is_genuine::<Square, 1>("square-escaped");
    is_genuine::<ModernTreasury, 0>("modern-treasury");
    is_genuine::<ModernTreasury, 0>("modern-treasury-text");
    is_genuine::<Adyen, 0>("adyen-banking");
    is_genuine::<AdyenStandard, 0>("adyen-items");
}

#[test]
fn sign_writes_the_very_headers_of_a_vendor() {
    let vector = Vector::named("standard-webhooks-javascript");
    let stamp = Stamp {
        seconds: vector.now(),
        nonce: "msg_p5jXN8AQM9LWM0D4loKWxJek",
    };
    let headers = sign::<Standard>(&vector.text("secret").into(), stamp, vector.body()).unwrap();
    assert_eq!(headers, vector.headers());
}

#[test]
fn any_of_several_signatures_suffices_and_hostile_lists_are_refused() {
    let vector = Vector::named("stripe");
    let (verifier, genuine) = (vector.verifier::<Stripe, 0>(), vector.headers());
    let value = genuine["stripe-signature"].to_str().unwrap();
    let mac = &value[value.rfind('=').unwrap() + 1..];
    let verdict = |value: &str| {
        let mut headers = HeaderMap::new();
        headers.insert("stripe-signature", value.parse().unwrap());
        verifier.verify(&headers, vector.body()).map(|_| ())
    };
    let form = Err(VerifyError::Form {
        name: "stripe-signature",
    });
    assert_eq!(verdict(&format!("v1={mac},t=1700000000")), Ok(()), "in any order");
    assert_eq!(
        verdict(&format!("t=1700000000, v1={mac}")),
        Ok(()),
        "a blank of a proxy"
    );
    assert_eq!(
        verdict(&format!("t=1700000000,v1={mac},=,x,v1=,t1=0")),
        Ok(()),
        "unknown names"
    );
    assert_eq!(
        verdict(&format!("t=1700000000,t=1700000000,v1={mac}")),
        form,
        "`t` twice"
    );
    assert_eq!(verdict(&format!("v1={mac}")), form, "no `t`");
    for missing in [
        "t=1700000000",
        "t=1700000000,",
        "t=1700000000,v1=",
        "t=1700000000,v1=zz",
        "t=1700000000,v0=aa",
    ] {
        assert_eq!(verdict(missing), Err(VerifyError::Signature), "{missing}");
    }
    for forged in [
        mac.to_uppercase(),
        mac[1..].to_owned(),
        format!("{mac}00"),
        "0".repeat(64),
        format!("={mac}"),
    ] {
        assert_eq!(
            verdict(&format!("t=1700000000,v1={forged}")),
            Err(VerifyError::Signature),
            "{forged}"
        );
    }
    assert_eq!(
        verdict(&format!("t=1700000001,v1={mac}")),
        Err(VerifyError::Signature),
        "another time"
    );
    for time in ["+1700000000", " 1700000000", "1700000000.0", "01700000000"] {
        assert_eq!(
            verdict(&format!("t={time},v1={mac}")),
            Err(VerifyError::Signature),
            "{time}"
        );
    }
    let many = format!("v1={}", "1".repeat(64));
    let list = |count: usize| format!("t=1700000000,{},v1={mac}", vec![many.as_str(); count].join(","));
    assert_eq!(verdict(&list(62)), Ok(()));
    assert_eq!(verdict(&list(63)), form, "too many items");
    assert_eq!(verdict(&list(10_000)), form, "too many bytes");
    assert_eq!(verdict(""), form);
}

#[test]
fn the_time_of_a_delivery_is_checked_as_the_contract_says() {
    let vector = Vector::named("stripe");
    let at = |now: i64| {
        let verifier = vector.verifier::<Stripe, 0>().clock(At(now));
        verifier
            .verify(&vector.headers(), vector.body())
            .map(|one| one.signed_at())
    };
    assert_eq!(at(1_700_000_300), Ok(Some(1_700_000_000)));
    assert_eq!(at(1_700_000_301), Err(VerifyError::TooOld { seconds: 301 }));
    assert_eq!(at(1), Ok(Some(1_700_000_000)), "the contract limits the past only");
    let both = vector
        .verifier::<Stripe, 0>()
        .clock(At(1))
        .tolerance(Duration::ZERO, Duration::ZERO);
    assert!(matches!(
        both.verify(&vector.headers(), vector.body()),
        Err(VerifyError::TooEarly { .. })
    ));
    let acp = Vector::named("acp");
    let early = acp.verifier::<Acp, 0>().clock(At(acp.now() - 1));
    assert_eq!(
        early.verify(&acp.headers(), acp.body()).unwrap_err(),
        VerifyError::TooEarly { seconds: 301 }
    );
    let revolut = Vector::named("revolut");
    let late = revolut.verifier::<Revolut, 0>().clock(At(revolut.now() + 301));
    assert_eq!(
        late.verify(&revolut.headers(), revolut.body()).unwrap_err(),
        VerifyError::TooOld { seconds: 301 }
    );
    let square = Vector::named("square").verifier::<Square, 1>().clock(At(i64::MAX / 2));
    let one = square
        .verify(&Vector::named("square").headers(), Vector::named("square").body())
        .unwrap();
    assert_eq!(one.signed_at(), None, "no time is signed");
}

#[test]
fn the_id_of_a_signed_header_is_that_of_the_event_and_cannot_take_in_the_text_after_it() {
    let vector = Vector::named("standard-webhooks-javascript");
    let verifier = vector.verifier::<Standard, 0>();
    let delivery = verifier.verify(&vector.headers(), vector.body()).unwrap();
    assert_eq!(delivery.event_id().as_deref(), Some("msg_p5jXN8AQM9LWM0D4loKWxJek"));
    // The same message with another border: the body gives its first characters to the time, and the time becomes part of the id.
    let stamp = Stamp { seconds: 1, nonce: "a" };
    let mut moved = sign::<Standard>(&vector.text("secret").into(), stamp, b"1614265330.{}").unwrap();
    moved.insert("webhook-id", "a.1".parse().unwrap());
    moved.insert("webhook-timestamp", "1614265330".parse().unwrap());
    assert_eq!(
        verifier.verify(&moved, b"{}").unwrap_err(),
        VerifyError::Form { name: "webhook-id" }
    );
}

#[test]
fn each_item_of_a_delivery_must_be_genuine() {
    let vector = Vector::named("adyen-items");
    let verifier = vector.verifier::<AdyenStandard, 0>();
    let text = vector.text("body");
    let verdict = |text: &str| verifier.verify(&HeaderMap::new(), text.as_bytes()).map(|_| ());
    assert_eq!(verdict(text), Ok(()));
    for (old, new) in [
        ("1000", "1001"),
        ("\"EVENT\"", "\"EVENTS\""),
        ("REPORT_AVAILABLE", "REPORT"),
        ("ipnx", "ipny"),
        ("\"reference\"", "null"),
    ] {
        assert_eq!(
            verdict(&text.replacen(old, new, 1)),
            Err(VerifyError::Signature),
            "{old}"
        );
    }
    let each = Err(VerifyError::Form {
        name: "/notificationItems/*/NotificationRequestItem",
    });
    for body in [
        "",
        "[]",
        "{}",
        r#"{"notificationItems":[]}"#,
        r#"{"notificationItems":{}}"#,
        r#"{"notificationItems":[{}]}"#,
    ] {
        assert_eq!(verdict(body), each, "{body}");
    }
    let signature = Err(VerifyError::Form {
        name: "/additionalData/hmacSignature",
    });
    assert_eq!(verdict(&text.replacen("hmacSignature", "other", 1)), signature);
    assert_eq!(
        verdict(&text.replacen("1000", "[1000]", 1)),
        Err(VerifyError::Form { name: "/amount/value" })
    );
    // A second member of one name could be read by another part of the receiver.
    assert_eq!(
        verdict(&text.replacen("\"live\"", "\"notificationItems\": [], \"live\"", 1)),
        each
    );
    let signed = verifier.sign_items(text.as_bytes()).unwrap();
    assert_eq!(
        signed,
        [
            "ipnxGCaUZ4l8TUW75a71/ghd2Fe5ffvX0pV4TLTntIc=",
            "ZNBPtI+oDyyRrLyD1XirkKnQgIAlFc07Vj27TeHsDRE="
        ]
    );
    // Absent members are empty, and a boolean is signed as it is written.
    let bare = r#"{"notificationItems":[{"NotificationRequestItem":{"success":true,"additionalData":{"hmacSignature":"S"}}}]}"#;
    let own = verifier.sign_items(bare.as_bytes()).unwrap();
    assert_eq!(verdict(&bare.replace("\"S\"", &format!("{:?}", own[0]))), Ok(()));
}

#[test]
fn settings_are_read_from_the_environment_and_none_may_be_missing() {
    let vector = Vector::named("square");
    let url = "https://webhook.site/679a4f3a-dcfa-49ee-bac5-9d0edad886b9";
    let read = |name: &str| match name {
        "SQUARE_URL" => Some(url.to_owned()),
        "SQUARE_SECRET" => Some(vector.text("secret").to_owned()),
        _ => None,
    };
    let verifier = Verifier::<Square>::from_variables(read).unwrap();
    assert!(verifier.verify(&vector.headers(), vector.body()).is_ok());
    let missing = Verifier::<Square>::from_variables(|name| read(name).filter(|_| name != "SQUARE_URL")).unwrap_err();
    assert_eq!(
        missing.to_string(),
        "the setting `notificationUrl` of the signature is missing: pass it to `with_settings`, or set the environment variable SQUARE_URL"
    );
    assert!(Verifier::<Square>::with_settings([String::new()], ["s".into()]).is_err());
}

#[test]
fn every_value_and_filter_of_a_message_is_signed() {
    let verifier = Verifier::<Everything>::with_settings(["https://a.example".to_owned()], ["hook_c2VjcmV0".into()]);
    let verifier = verifier.unwrap().clock(At(1_700_000_000));
    let body = b"\xff{}\xfe";
    let headers = verifier.sign(body);
    assert!(verifier.verify(&headers, body).is_ok());
    let nonce = headers["n"].to_str().unwrap();
    // Computed anew from its parts.
    let url = hex(&crate::hash::sha256("https://a.example"));
    let mut message = format!("v1.{url}.1700000000.{}.", hex(nonce.as_bytes())).into_bytes();
    message.extend_from_slice(body);
    message.push(b'!');
    let key = Key::new(Algorithm::HmacSha512, b"secret");
    let wanted = crate::signature::encode(&crate::signature::sign(&key, &message), MacEncoding::Base64Url);
    assert_eq!(headers["s"], wanted);
    assert_eq!(wanted.len(), 86);
    for name in ["n", "t", "s"] {
        let mut other = headers.clone();
        other.insert(name, "1700000001".parse().unwrap());
        assert_eq!(
            verifier.verify(&other, body).unwrap_err(),
            VerifyError::Signature,
            "{name}"
        );
    }
}
