//! Two calls come in, with any method, target, arguments, body and key. What is sent must be signed as it is sent, by another
//! implementation of the signature; no URL library may find anything to change in the target; and two requests that
//! differ must not have one base string.
//!
//! Seeds: fuzz/seeds/base_string/*
#![no_main]

use hmac::{Hmac, KeyInit as _, Mac as _};
use libfuzzer_sys::fuzz_target;
use sdkwright_fuzz::{API, Pieces, SECRET, SIGNING, client, finish};
use sdkwright_runtime::glue::{self, Description, Text};
use sdkwright_runtime::http::Method;
use sdkwright_runtime::signing::{Parts, message};
use sdkwright_runtime::testing::{Script, SentRequest, Step};
use sdkwright_runtime::{Builder, IdempotencyKey};
use sha2::{Digest as _, Sha256};

static DESCRIPTION: Description =
    Description::new("put", "PUT", "/v1/things/{thing}/parts").security(&[&[("Signature", &[])]]);

fuzz_target!(|bytes: &[u8]| {
    let mut pieces = Pieces::new(bytes);
    let sent: Vec<SentRequest> = [raw(&mut pieces), described(&mut pieces), raw(&mut pieces)]
        .into_iter()
        .flatten()
        .collect();
    for one in &sent {
        is_signed(one);
        nothing_is_left_to_change(one);
        for other in &sent {
            let is_same = wire(one) == wire(other);
            assert_eq!(
                base(one) == base(other),
                is_same,
                "{:?} and {:?}",
                base(one),
                base(other)
            );
        }
    }
});

/// A call that no contract describes; nothing if it was refused.
fn raw(pieces: &mut Pieces<'_>) -> Option<SentRequest> {
    let (method, target, key, body) = (pieces.bytes(), pieces.text(), pieces.text(), pieces.bytes());
    let method = Method::from_bytes(method).ok()?;
    let script = Script::new([Step::answer(200, "")]);
    let mut call = client(&script)
        .raw(method.clone(), &*target)
        .retries(0)
        .body("text/plain", body.to_vec());
    if let Ok(key) = IdempotencyKey::new(&*key) {
        call = call.key(key);
    }
    let _ = finish(call.into_future());
    let sent = script.sent().pop()?;
    assert_eq!((&sent.method, &sent.body[..]), (&method, body));
    // A target as sent must be sent unchanged when it is given again.
    let at_root = Builder::<glue::Core, _>::new(&API)
        .without_journal()
        .base_url("https://fuzz.example")
        .anonymous()
        .transport(script.clone())
        .build()
        .expect("settings");
    script.push(Step::answer(200, ""));
    let again = at_root.raw(Method::GET, target_of(&sent)).retries(0);
    finish(again.into_future()).expect("a target that was sent before");
    assert_eq!(
        script.sent().pop().map(|again| again.uri.to_string()),
        Some(sent.uri.to_string())
    );
    Some(sent)
}

/// A call of an operation; nothing if it was refused.
fn described(pieces: &mut Pieces<'_>) -> Option<SentRequest> {
    let (thing, value, key, body) = (pieces.text(), pieces.text(), pieces.text(), pieces.bytes());
    let script = Script::new([Step::answer(200, "")]);
    let client = client(&script);
    let call = glue::Request::new(client.api(), &DESCRIPTION)
        .path("thing", &*thing)
        .query("q", &*value)
        .bytes("text/plain", body.to_vec())
        .key(IdempotencyKey::new(&*key).ok()?)
        .retries(0);
    let _ = finish(glue::send::<Text>(client, call));
    let sent = script.sent().pop()?;
    let url = url::Url::parse(&sent.uri.to_string()).expect("a URL");
    let decoded = |text: &str| {
        percent_encoding::percent_decode_str(text)
            .decode_utf8_lossy()
            .into_owned()
    };
    let segments: Vec<_> = url.path_segments().expect("a path").map(decoded).collect();
    assert_eq!(segments, ["base", "v1", "things", &*thing, "parts"]);
    assert_eq!(url.query_pairs().collect::<Vec<_>>(), [("q".into(), value.clone())]);
    Some(sent)
}

/// Everything of a request that is signed, as it is on the wire.
fn wire(sent: &SentRequest) -> [&[u8]; 7] {
    let header = |name: &str| sent.header(name).as_bytes();
    [
        sent.method.as_str().as_bytes(),
        target_of(sent).as_bytes(),
        &sent.body,
        header("time"),
        header("nonce"),
        header("once-key"),
        header("client"),
    ]
}

fn target_of(sent: &SentRequest) -> &str {
    sent.uri.path_and_query().expect("a target").as_str()
}

fn base(sent: &SentRequest) -> String {
    let digest: [u8; 32] = Sha256::digest(&sent.body).into();
    let key = sent.headers.contains_key("once-key").then(|| sent.header("once-key"));
    let parts = Parts {
        timestamp: sent.header("time"),
        nonce: sent.header("nonce"),
        idempotency_key: key,
        client_id: Some(sent.header("client")),
        ..Parts::new(sent.method.as_str(), target_of(sent), &digest)
    };
    String::from_utf8(message(SIGNING.message, &parts)).expect("a text")
}

fn is_signed(sent: &SentRequest) {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let body = hex(&Sha256::digest(&sent.body));
    let header = |name| sent.header(name);
    let (method, target) = (sent.method.as_str().to_ascii_uppercase(), target_of(sent));
    let (time, nonce, key, client) = (header("time"), header("nonce"), header("once-key"), header("client"));
    let base = format!("{method}\n{target}\n{body}\n{time}\n{nonce}\n{key}\n{client}");
    assert_eq!(base, self::base(sent));
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("any key");
    mac.update(base.as_bytes());
    assert_eq!(header("signature"), hex(&mac.finalize().into_bytes()), "{base}");
}

fn nothing_is_left_to_change(sent: &SentRequest) {
    let written = sent.uri.to_string();
    let url = url::Url::parse(&written).expect("a URL");
    assert_eq!(url.as_str(), written);
}
