//! Signatures of deliveries that no verifier can check: one message for each fault, at any level.

use super::{faults, lower};
use crate::diag::{Code, Levels};

const WHOLE: &str = include_str!("whole.yaml");

/// Replaces the signature of deliveries.
fn with(signing: &str) -> String {
    let (before, rest) = WHOLE.split_once("x-webhooks:\n  signing:\n").unwrap();
    let (_, after) = rest.split_once("  envelope:").unwrap();
    format!("{before}x-webhooks:\n  signing: {{ {signing} }}\n  envelope:{after}")
}

const MAC: &str = "algorithm: hmac-sha256, encoding: hex, secret: utf8";
const STRIPE: &str = "message: '{timestamp}.{body}', timestamp: unix-seconds, freshness: 300";
const LIST: &str = "read: { header: S, pairs: { t: timestamp, v1: signature } }";

/// Invalid signatures, with their messages.
fn unreadable() -> Vec<(String, &'static str)> {
    vec![
        (
            format!("scheme: standard-webhooks, {MAC}"),
            "`scheme` describes the whole signature already",
        ),
        (
            format!("algorithm: hmac-sha256, encoding: hex, {STRIPE}, {LIST}"),
            "`secret` is missing",
        ),
        (
            format!("{MAC}, freshness: none, read: {{ header: S }}"),
            "`message` is missing",
        ),
        (
            format!("{MAC}, {STRIPE}, components: [timestamp], separator: '', {LIST}"),
            "`message` and `components` are both present",
        ),
        (
            format!("{MAC}, message: '{{time}}', freshness: none, read: {{ header: S }}"),
            "`time` is not a value of a message",
        ),
        (
            format!("{MAC}, message: '{{body}}{{method}}', freshness: none, read: {{ header: S }}, theirs: true"),
            "a delivery does not contain `method`",
        ),
        (
            format!("{MAC}, message: '{{body}}{{/id}}', freshness: none, read: {{ header: S }}, theirs: true"),
            "a delivery does not contain `/id`",
        ),
        (
            format!("{MAC}, {STRIPE}, read: {{ header: S }}"),
            "`timestamp` is signed, but no header contains it",
        ),
        (
            format!("{MAC}, message: '{{body}}', freshness: none, {LIST}"),
            "`timestamp` is read, but it is not signed, so anyone could change it",
        ),
        (
            format!("{MAC}, message: '{{timestamp}}', freshness: 300, {LIST}"),
            "the body is not signed, so anyone could change it",
        ),
        (
            format!("{MAC}, {STRIPE}, headers: {{ timestamp: S, signature: s }}"),
            "the header `S` contains the signature and the timestamp, which cannot both be read",
        ),
        (
            format!("{MAC}, {STRIPE}, read: {{ header: S, headers: {{ s: timestamp }} }}"),
            "the header `s` contains the signature and the timestamp, which cannot both be read",
        ),
        (
            format!("{MAC}, message: '{{timestamp}}.{{header.S}}.{{body}}', freshness: 9, {LIST}"),
            "the header `S` contains the signature and a signed value, which cannot both be read",
        ),
        (
            format!("{MAC}, {STRIPE}, read: {{ header: S, pairs: {{ t: timestamp }} }}"),
            "no name of `pairs` is the signature",
        ),
        (
            format!("{MAC}, {STRIPE}, read: {{ header: S, pairs: {{ t: timestamp, u: timestamp, v1: signature }} }}"),
            "two names of `pairs` have the same value",
        ),
        (
            format!(
                "{MAC}, {STRIPE}, read: {{ header: S, pairs: {{ t: timestamp, v1: signature }}, headers: {{ T: timestamp }} }}"
            ),
            "the value has two places",
        ),
        (
            format!("{MAC}, {STRIPE}, read: {{ header: S, pair: ',', headers: {{ T: timestamp }} }}"),
            "`pair` separates names from values, but there are no `pairs`",
        ),
        (format!("{MAC}, {STRIPE}"), "no place of the signature is described"),
        (
            format!("{MAC}, {STRIPE}, {LIST}, headers: {{ timestamp: T, signature: S }}"),
            "the place of the signature is described twice",
        ),
        (
            format!("{MAC}, message: '{{body}}', freshness: 300, read: {{ header: S }}"),
            "no time is signed, so the age of a delivery is unknown",
        ),
        (
            format!("{MAC}, message: '{{body}}', read: {{ header: S }}"),
            "`freshness` is missing",
        ),
    ]
}

/// More of them: settings and items.
fn unreadable_parts() -> Vec<(String, &'static str)> {
    vec![
        (
            format!(
                "{MAC}, message: '{{body}}', settings: {{ a-b: {{ description: x }} }}, freshness: none, read: {{ header: S }}"
            ),
            "a setting cannot have the name `a-b`",
        ),
        (
            format!("{MAC}, message: '{{settings.url}}{{body}}', freshness: none, read: {{ header: S }}, theirs: true"),
            "`settings.url` is not declared",
        ),
        (
            format!(
                "{MAC}, message: '{{body}}', settings: {{ url: {{ description: x }} }}, freshness: none, read: {{ header: S }}"
            ),
            "the message does not contain the setting `url`",
        ),
        (
            format!("{MAC}, message: '{{/id}}', each: /items, signature: /s, freshness: none"),
            "`each` does not name the items of an array",
        ),
        (
            format!("{MAC}, message: '{{/id}}', each: '/items/*', freshness: none"),
            "`signature` is missing",
        ),
    ]
}

const KEYS: &str = "algorithm: ed25519, encoding: hex";
const CLAIMS: &str = "claims: { hash: '{body|sha256|hex}' }";

/// More of them: public keys.
fn unreadable_keys() -> Vec<(String, &'static str)> {
    let token = |jws: &str| format!("algorithm: ed25519, freshness: none, jws: {{ {jws} }}");
    let pairs = |algorithm: &str, pairs: &str| {
        format!("{algorithm}, {STRIPE}, read: {{ header: S, pairs: {{ t: timestamp, {pairs} }} }}")
    };
    let both = "algorithm: [hmac-sha256, ed25519], encoding: hex, secret: utf8";
    vec![
        (
            format!("{KEYS}, secret: utf8, {STRIPE}, {LIST}"),
            "only a MAC has a shared secret",
        ),
        (
            format!("{MAC}, publicKey: {{ prefix: pk_ }}, {STRIPE}, {LIST}"),
            "only a public key of `ed25519` can be a text with a prefix",
        ),
        (
            format!("algorithm: [ed25519, ed25519], encoding: hex, {STRIPE}, {LIST}"),
            "this algorithm is listed twice",
        ),
        (
            format!("algorithm: [hmac-sha256, hmac-sha512], encoding: hex, secret: utf8, {STRIPE}, {LIST}"),
            "the secret does not decide between two MACs",
        ),
        (
            format!("algorithm: [hmac-sha256, ed25519], encoding: hex, {STRIPE}, {LIST}"),
            "`secret` is missing",
        ),
        (
            pairs(both, "v1: hmac-sha256"),
            "no name of `pairs` is the signature by a public key",
        ),
        (
            pairs(both, "v1: ed25519"),
            "no name of `pairs` is the signature by a secret",
        ),
        (
            pairs(KEYS, "v1: ed25519, v2: hmac-sha256"),
            "a name of `pairs` is the signature by `hmac-sha256`, which is not an `algorithm`",
        ),
        (
            "scheme: standard-webhooks, algorithm: [ed25519, rsa-pss-sha256]".to_owned(),
            "Standard Webhooks has no such signature",
        ),
        (
            format!("{}, encoding: hex", token(&format!("header: S, {CLAIMS}"))),
            "`jws` describes the form of the signature already",
        ),
        (
            format!("algorithm: hmac-sha256, freshness: none, jws: {{ header: S, {CLAIMS} }}"),
            "a JSON Web Signature of deliveries is that of a key pair",
        ),
        (token("header: S"), "`jws` needs one of `claims` and `detached: true`"),
        (
            token(&format!("header: S, detached: true, {CLAIMS}")),
            "`jws` needs one of `claims` and `detached: true`",
        ),
        (
            token("header: S, claims: { a: '{timestamp}' }").replace("freshness: none", "freshness: 300"),
            "the body is not signed, so anyone could change it",
        ),
        (
            token("header: S, claims: { a: '{nonce}{body}' }"),
            "a claim cannot contain `nonce` here",
        ),
        (
            token("header: S, claims: { a: '{timestamp}{body}' }"),
            "a claim cannot contain `timestamp` here",
        ),
        (
            token("header: S, claims: { a: '{settings.x}{body}' }"),
            "`settings.x` is not declared",
        ),
        (
            token(&format!("header: S, {CLAIMS}")).replace("freshness: none", "freshness: 300"),
            "no time is signed, so the age of a delivery is unknown",
        ),
    ]
}

/// More of them: public keys that a verifier fetches.
fn unreadable_sources() -> Vec<(String, &'static str)> {
    let jws = |keys: &str| {
        format!("algorithm: ed25519, freshness: none, jws: {{ header: S, detached: true }}, keys: {{ {keys} }}")
    };
    let message = "message: '{body}', freshness: none, headers: { signature: S }";
    let plain = |keys: &str| format!("{KEYS}, {message}, keys: {{ {keys} }}");
    vec![
        (
            format!("{MAC}, {message}, keys: {{ certificate: C, hosts: [example.com] }}"),
            "a secret cannot be fetched",
        ),
        (
            "scheme: standard-webhooks, keys: { jwks: 'https://example.com/keys' }".to_owned(),
            "`scheme` describes the whole signature already",
        ),
        (jws("id: /id"), "`keys` names none or several sources"),
        (
            jws("jwks: 'https://example.com/keys', operation: getKey"),
            "`keys` names none or several sources",
        ),
        (jws("jwks: 'https://example.com/keys', id: /id"), "`jwks` has no `id`"),
        (
            plain("jwks: 'https://example.com/keys'"),
            "the signature does not name its key",
        ),
        (jws("jwks: 'http://example.com/keys'"), "this is not a URL of keys"),
        (
            jws("jwks: 'https://user@example.com/keys'"),
            "this is not a URL of keys",
        ),
        (jws("jwks: 'https://example.com/a b'"), "this is not a URL of keys"),
        (jws("jwks: /keys"), "this is not a URL of keys"),
        (plain("certificate: C"), "`hosts` is missing"),
        (plain("certificate: C, hosts: []"), "`hosts` is empty"),
        (
            plain("certificate: C, hosts: [com]"),
            "this is not a host of certificates",
        ),
        (
            plain("certificate: C, hosts: [example.com, Example.org]"),
            "this is not a host of certificates",
        ),
        (
            plain("certificate: C, hosts: [.example.com]"),
            "this is not a host of certificates",
        ),
        (
            plain("certificate: 'C D', hosts: [example.com]"),
            "a header cannot have this name",
        ),
        (jws("operation: listOrders"), "`id` is missing"),
    ]
}

#[test]
fn an_operation_of_keys_needs_the_id_of_a_key_alone() {
    let keys = |keys: &str| {
        let text = with(&format!(
            "algorithm: ed25519, freshness: none, jws: {{ header: S, detached: true }}, keys: {{ {keys} }}"
        ));
        let reported = faults(&text).into_iter().map(|(_, message)| message);
        reported.collect::<Vec<_>>().join("; ")
    };
    for (source, told) in [
        (
            "operation: getKey, id: id",
            "there is no operation `getKey`, or it is not selected",
        ),
        (
            "operation: createOrder, id: dry",
            "`createOrder` takes an idempotency key",
        ),
        (
            "operation: listOrders, id: cursor",
            "`listOrders` needs another value than the id of a key, `shopId`",
        ),
        (
            "operation: listOrders, id: order",
            "`listOrders` needs another value than the id of a key, `shopId`",
        ),
    ] {
        assert_eq!(keys(source), format!("`x-webhooks.signing.keys`: {told}"), "{source}");
    }
}

#[test]
fn each_signature_that_cannot_be_read_is_reported() {
    let all = unreadable().into_iter().chain(unreadable_parts());
    for (signing, message) in all.chain(unreadable_keys()).chain(unreadable_sources()) {
        let reported = faults(&with(&signing));
        let reported: Vec<&str> = reported.iter().map(|(_, message)| message.as_str()).collect();
        assert_eq!(reported, [format!("`x-webhooks`: {message}")], "{signing}");
        let (api, report) = lower(&with(&signing), Levels::lenient());
        assert!(report.has_errors() || api.webhooks.is_none(), "{signing}");
    }
}

#[test]
fn an_ambiguous_message_is_an_error_unless_the_owner_dictates_it() {
    let square = |more: &str| {
        let message = "message: '{settings.url}{body}', settings: { url: { description: x } }";
        with(&format!(
            "{MAC}, {message}, freshness: none, read: {{ header: S }}{more}"
        ))
    };
    let message = "`x-webhooks`: the boundary of `settings.url` and `body` in the message is ambiguous: the same signature is valid for different values";
    assert_eq!(faults(&square("")), [(Code::AmbiguousSignature, message.to_owned())]);
    assert_eq!(
        faults(&square(", theirs: false")),
        [(Code::AmbiguousSignature, message.to_owned())]
    );
    let (api, report) = lower(&square(", theirs: true"), Levels::strict());
    let reported: Vec<_> = report
        .diagnostics()
        .iter()
        .map(|one| (one.code, one.message.clone()))
        .collect();
    assert_eq!(reported, [(Code::DictatedAmbiguity, message.to_owned())]);
    assert!(!report.has_errors() && api.webhooks.is_some());
}

#[test]
fn a_checksum_of_the_body_is_an_error_unless_the_owner_dictates_it() {
    let signing = |more: &str| {
        let message =
            "message: '{timestamp}|{body|crc32|decimal}', freshness: 300, headers: { timestamp: T, signature: S }";
        with(&format!("{KEYS}, {message}{more}"))
    };
    let codes = |text: &str| -> Vec<Code> { faults(text).into_iter().map(|(code, _)| code).collect() };
    assert_eq!(codes(&signing("")), [Code::AmbiguousSignature]);
    let (api, report) = lower(&signing(", theirs: true"), Levels::strict());
    let reported: Vec<_> = report.diagnostics().iter().map(|one| one.code).collect();
    assert_eq!(reported, [Code::DictatedAmbiguity]);
    assert!(api.webhooks.is_some());
}

#[test]
fn the_id_of_an_event_is_in_a_signed_header_or_nowhere() {
    let id = |header: &str| {
        let text = with("scheme: standard-webhooks");
        text.replacen("id: /eventId", &format!("id: header.{header}"), 1)
    };
    assert_eq!(faults(&id("webhook-id")), []);
    let message = "`x-webhooks`: the header `X-Id` contains the id of the event, but it is not signed";
    assert_eq!(faults(&id("X-Id")), [(Code::BadExtension, message.to_owned())]);
    assert_eq!(
        faults(&with("scheme: standard-webhooks").replacen("id: /eventId, type: /eventType", "type: /eventType", 1)),
        []
    );
}

#[test]
fn a_wrong_value_is_never_read_as_another_one() {
    let good = format!("{MAC}, {STRIPE}, {LIST}");
    for separator in ["','", "';'", "' '"] {
        assert_eq!(
            faults(&with(&good.replace("list: ','", &format!("list: {separator}")))),
            []
        );
    }
    for (old, new) in [
        ("freshness: 300", "freshness: '300'"),
        ("freshness: 300", "freshness: never"),
        ("freshness: 300", "freshness: -1"),
        ("freshness: 300", "freshness: { past: -1 }"),
        ("freshness: 300", "freshness: { past: a }"),
        ("t: timestamp", "t: time"),
        ("t: timestamp", "t: []"),
        ("header: S,", "header: S, list: '|',"),
        ("header: S,", "header: S, pair: ':',"),
        ("secret: utf8", "secret: text"),
        ("secret: utf8", "secret: { encoding: utf8, prefix: [] }"),
        ("hmac-sha256", "none"),
        ("encoding: hex", "encoding: HEX"),
    ] {
        assert!(good.contains(old), "{old}");
        let foreign = with(&good.replace(old, new)).replacen("x-sdk:", "x-ignored:", 1);
        let (api, report) = lower(&foreign, Levels::lenient());
        assert!(report.has_errors() && api.webhooks.is_none(), "{new}");
    }
}

/// Replaces `x-signing` of requests.
fn with_requests(signing: &str) -> String {
    let (before, rest) = WHOLE.split_once("      x-signing:\n").unwrap();
    let (_, after) = rest.split_once("  schemas:\n").unwrap();
    format!("{before}      x-signing: {{ {signing} }}\n  schemas:\n{after}")
}

const PAIR: &str = "algorithm: rsa-pkcs1-sha256, freshness: 60, timestamp: unix-seconds";

#[test]
fn each_signature_of_requests_without_a_meaning_is_reported() {
    let message = "message: '{method}|{target}|{body|sha256|hex}'";
    for (signing, told) in [
        (
            format!("{PAIR}, encoding: base64, secret: utf8, {message}"),
            "only a MAC has a shared secret",
        ),
        (
            format!("{MAC}, freshness: 60, jws: {{ payload: '{{body}}' }}"),
            "`encoding` is that of a message",
        ),
        (
            "algorithm: hmac-sha256, secret: utf8, freshness: 60, jws: { payload: '{body}' }".to_owned(),
            "a MAC does not sign `jws`",
        ),
        (
            format!("algorithm: hmac-sha256, encoding: hex, freshness: 60, {message}"),
            "`secret` is missing",
        ),
        (format!("{PAIR}, {message}"), "`encoding` is missing"),
        (
            format!("algorithm: [hmac-sha256, hmac-sha512], encoding: hex, secret: utf8, freshness: 60, {message}"),
            "the secret does not decide between two MACs",
        ),
        (
            format!("algorithm: [ed25519, ed25519], encoding: hex, freshness: 60, {message}"),
            "this algorithm is listed twice",
        ),
        (
            format!("algorithm: [], encoding: hex, freshness: 60, {message}"),
            "`algorithm` is empty",
        ),
        (
            format!("algorithm: [ed25519, rsa-pss-sha256], encoding: {{ ed25519: hex }}, freshness: 60, {message}"),
            "`encoding` has no value for `rsa-pss-sha256`",
        ),
        (
            format!("algorithm: ed25519, encoding: {{ ed25519: hex, rsa-pss-sha256: hex }}, freshness: 60, {message}"),
            "`rsa-pss-sha256` is not one of the algorithms",
        ),
        (
            format!(
                "algorithm: [ed25519, rsa-pss-sha256], encoding: {{ ed25519: hex, rsa-pss-sha256: base64 }}, freshness: 60, {message}"
            ),
            "two algorithms of key pairs have different encodings",
        ),
        (
            format!("{PAIR}, {message}, jws: {{ payload: '{{body}}' }}"),
            "`jws` describes all that is signed",
        ),
        (
            format!("{PAIR}, jws: {{ protected: {{ typ: JWT }} }}"),
            "`jws` has neither `claims` nor `payload`",
        ),
        (
            format!("{PAIR}, jws: {{ claims: {{ a: b }}, payload: '{{body}}' }}"),
            "`claims` and `payload` are both present",
        ),
        (
            format!("{PAIR}, jws: {{ claims: {{ uri: '{{target}}' }}, detached: true }}"),
            "the server cannot know claims that are not sent",
        ),
        (
            format!("{PAIR}, jws: {{ protected: {{ alg: RS256 }}, payload: '{{body}}' }}"),
            "`alg` is the algorithm that the key signs by",
        ),
        (
            format!("{PAIR}, jws: {{ claims: {{ hash: '{{body|sha256}}' }} }}"),
            "the body is not text, so a member of JSON cannot contain it",
        ),
        (
            format!("{PAIR}, jws: {{ claims: {{ exp: '{{expires}}' }} }}"),
            "a request does not contain `expires`",
        ),
        (
            format!("{MAC}, freshness: 60, message: '{{method}}{{key-id}}{{target}}'"),
            "a request does not contain `key-id`",
        ),
        (
            format!("{PAIR}, jws: {{ claims: {{ a: b }} }}"),
            "the message contains no value, so each request has the same signature",
        ),
        (
            format!("{PAIR}, http: {{ profile: cavage-10, covered: [digest], algorithms: {{ rsa-pkcs1-sha256: a }} }}"),
            "the header of such a signature is `Signature`",
        ),
        (
            format!("{PAIR}, oauth1: {{ methods: {{ rsa-pkcs1-sha256: A }} }}"),
            "OAuth 1.0a has its own scheme of `Authorization`",
        ),
        (
            format!("{PAIR}, jws: {{ payload: '{{body}}' }}, nonce: {{ format: uuid, minLength: 8 }}"),
            "a UUID has one length and one pattern",
        ),
    ] {
        let reported = faults(&with_requests(&signing));
        let reported: Vec<&str> = reported.iter().map(|(_, message)| message.as_str()).collect();
        assert_eq!(reported, [format!("`x-signing`: {told}")], "{signing}");
        let (_, report) = lower(&with_requests(&signing), Levels::lenient());
        assert!(report.has_errors(), "{signing}");
    }
}

#[test]
fn a_signature_of_claims_is_valid() {
    let good = format!("{PAIR}, jws: {{ claims: {{ uri: '{{target}}' }} }}");
    assert_eq!(faults(&with_requests(&good)), []);
}

#[test]
fn a_second_method_of_an_event_is_reported() {
    let put = "    order.created:\n      put: { responses: { '200': { description: d } } }\n";
    let text = WHOLE.replacen("    order.created:\n", put, 1);
    let found = faults(&text).into_iter().map(|(_, message)| message);
    assert_eq!(
        found.collect::<Vec<_>>(),
        ["a second method of an event: POST of `order.created`"]
    );
}

#[test]
fn a_callback_is_signed_if_it_declares_all_headers_of_the_signature() {
    for (headers, is_signed) in [
        ("X-Time X-Sign", true),
        ("x-time x-sign X-More", true),
        ("X-Sign", false),
    ] {
        let parameter = |name| format!("{{ name: {name}, in: header, schema: {{ type: string }} }}");
        let parameters = headers.split(' ').map(parameter).collect::<Vec<_>>().join(", ");
        let request = format!("{{ parameters: [{parameters}], responses: {{ '200': {{ description: d }} }} }}");
        let callbacks = format!(
            "      operationId: createOrder\n      callbacks: {{ done: {{ '{{$url}}': {{ post: {request} }} }} }}\n"
        );
        let (api, report) = lower(
            &WHOLE.replacen("      operationId: createOrder\n", &callbacks, 1),
            Levels::strict(),
        );
        let [delivery] = api.deliveries.as_slice() else {
            panic!("{:?}", api.deliveries)
        };
        let callback = delivery.callback.as_ref().unwrap();
        assert_eq!((callback.is_signed, callback.url.as_str()), (is_signed, "{$url}"));
        assert_eq!(report.count(Code::UnsignedWebhooks) == 0, is_signed, "{headers}");
    }
}
