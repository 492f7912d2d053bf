//! The example of RFC 5849, and requests that Mastercard's own signer in Python signed (version 1.9.2).

use super::*;
use crate::algorithm::SignatureAlgorithm;
use crate::keys::LocalKey;
use crate::signer::ToSign;
use crate::tests::{key, ready};
use http::HeaderMap;
use sdkwright_json::{JsonValue, from_slice};
use std::collections::BTreeSet;

#[test]
fn the_base_string_is_that_of_rfc_5849() {
    // Section 3.4.1.1.
    let oauth = OAuth1 {
        consumer_key: "9djdj82h48djs9d2",
        token: Some("kkk9d7dh3k39sjv7"),
        signature_method: "HMAC-SHA1",
        timestamp: "137131201",
        nonce: "7d8f3e4a",
        version: None,
        body_hash: None,
        encode_values: true,
    };
    let request = RequestParts {
        method: "POST",
        scheme: "http",
        authority: "EXAMPLE.COM:80",
        target: "/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b",
        headers: &HeaderMap::new(),
    };
    let expected = "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540\
                    %3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method\
                    %3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7";
    assert_eq!(oauth.base_string(&request, Some("c2&a3=2+q")), expected);
}

#[test]
fn requests_are_those_of_another_signer() {
    let vectors: Vec<JsonValue> = from_slice(include_bytes!("../tests/oauth1.json")).unwrap();
    assert_eq!(vectors.len(), 4);
    let private = LocalKey::from_pem(key!("rsa-pkcs1")).unwrap();
    for vector in &vectors {
        let text = |name| vector.get(name).unwrap().as_str().unwrap();
        let hash = body_hash(text("body").as_bytes());
        let oauth = OAuth1 {
            consumer_key: "consumer-1!0000000000000000",
            token: None,
            signature_method: "RSA-SHA256",
            timestamp: "1524771555",
            nonce: "uTeLPs6K81cGPBRd",
            version: Some("1.0"),
            body_hash: Some(&hash),
            encode_values: false,
        };
        let (scheme, rest) = text("url").split_once("://").unwrap();
        let (authority, target) = rest.split_at(rest.find(['/', '?']).unwrap());
        let request = RequestParts {
            method: text("method"),
            scheme: &scheme.to_lowercase(),
            authority,
            target,
            headers: &HeaderMap::new(),
        };
        let base = oauth.base_string(&request, None);
        assert_eq!(base, text("base"));
        let what = ToSign::new(SignatureAlgorithm::RsaPkcs1Sha256, base.as_bytes(), "inquire");
        let header = oauth.header(&ready(what.sign_with(&private)).unwrap());
        // The order of the parameters is free.
        let parameters = |header: &str| -> BTreeSet<String> {
            let list = header.strip_prefix("OAuth ").unwrap();
            list.split(',').map(str::to_owned).collect()
        };
        assert_eq!(parameters(&header), parameters(text("authorization")));
        // A value with a reserved character differs in the form of RFC 5849, as does the query.
        let encoded = OAuth1 {
            encode_values: true,
            ..oauth
        };
        assert!(encoded.base_string(&request, None).contains("consumer-1%252100"));
        assert!(encoded.header(&crate::Signature::new([])).contains("consumer-1%2100"));
    }
}

#[test]
fn a_query_without_percent_encoding_stays_as_it_is_only_if_the_api_demands_it() {
    let oauth = OAuth1 {
        consumer_key: "k",
        token: None,
        signature_method: "RSA-SHA256",
        timestamp: "1",
        nonce: "n",
        version: None,
        body_hash: None,
        encode_values: false,
    };
    let headers = HeaderMap::new();
    let request = RequestParts {
        method: "GET",
        scheme: "https",
        authority: "a.example",
        target: "/?t=a:b+c&a-b=1&a=2&%zz",
        headers: &headers,
    };
    let as_it_is = RequestParts {
        target: "/?t=a:b+c&a-b=1&a=2",
        ..request
    };
    let tail = |text: String| text.rsplit_once('&').unwrap().1.replace("%3D", "=").replace("%26", "&");
    assert!(tail(oauth.base_string(&as_it_is, None)).starts_with("a=2&a-b=1&oauth_"));
    assert!(tail(oauth.base_string(&as_it_is, None)).ends_with("&t=a%3Ab%2Bc"));
    let encoded = OAuth1 {
        encode_values: true,
        ..oauth
    };
    assert!(tail(encoded.base_string(&as_it_is, None)).ends_with("&t=a%253Ab%2520c"));
    // A broken encoding is text.
    assert!(tail(oauth.base_string(&request, None)).starts_with("%2525zz=&a=2"));
}
