//! A secret that signs is never sent: every byte that a client writes, over all security schemes, as a socket sees it.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread::JoinHandle;

use base64::Engine as _;
use sdkwright_runtime::glue::{
    self, Algorithm, MacEncoding, Piece, Scheme, SchemeKind, SecretEncoding, SecretForm, SignatureRules, SignedValue,
    TimestampFormat,
};
use sdkwright_runtime::signing::{Freshness, NonceFormat, NonceRules, PlacedValue, SignaturePlace, ValuePlace};
use sdkwright_runtime::{Builder, Credential};

const ACTIVE: &str = "sentinel9f2+signs/now?";
const PREVIOUS: &str = "sentinel9f2+signed/before?";

const fn scheme(name: &'static str, kind: SchemeKind) -> Scheme {
    Scheme {
        name,
        kind,
        setter: None,
    }
}

static SIGNING: SignatureRules = SignatureRules {
    signature: SignaturePlace::Header("X-Signature"),
    values: &[
        PlacedValue {
            value: SignedValue::ClientId,
            place: ValuePlace::Header("X-Client"),
        },
        PlacedValue {
            value: SignedValue::Timestamp,
            place: ValuePlace::Header("X-Time"),
        },
        PlacedValue {
            value: SignedValue::Nonce,
            place: ValuePlace::Header("X-Nonce"),
        },
    ],
    freshness: Freshness::each_way(60),
    nonce: Some(NonceRules {
        format: NonceFormat::Text,
        length: (16, 64),
    }),
    encoding: MacEncoding::Hex,
    secret: Some(SecretForm {
        algorithm: Algorithm::HmacSha256,
        encoding: SecretEncoding::Utf8,
        prefix: "",
    }),
    message: &[
        Piece::Value(SignedValue::Timestamp, &[]),
        Piece::Text("."),
        Piece::Value(SignedValue::Nonce, &[]),
        Piece::Text("."),
        Piece::Value(SignedValue::Target, &[]),
    ],
    timestamp: TimestampFormat::UnixSeconds,
    signature_problem: Some("bad_signature"),
    ..SignatureRules::NONE
};

static API: glue::Api = glue::Api {
    schemes: &[
        scheme("Signed", SchemeKind::Signing),
        scheme("Header", SchemeKind::HeaderKey("X-Key")),
        scheme("Query", SchemeKind::QueryKey("api_key")),
        scheme("Cookie", SchemeKind::CookieKey("session")),
        scheme("Login", SchemeKind::Basic),
        scheme("Token", SchemeKind::Token),
        scheme("Other", SchemeKind::Authorization("digest")),
    ],
    signing: Some(&SIGNING),
    ..glue::Api::new("Library", "library/1")
};

type Wanted = &'static [&'static [(&'static str, &'static [&'static str])]];

const fn post(security: Wanted) -> glue::Description {
    glue::Description::new("postBooks", "POST", "/books").security(security)
}

/// Refuses every signature, and gives all bytes that came, until somebody only connects.
fn library() -> (String, JoinHandle<Vec<Vec<u8>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let thread = std::thread::spawn(move || {
        let mut came = Vec::new();
        loop {
            let (mut stream, _) = listener.accept().unwrap();
            let mut bytes = Vec::new();
            let mut block = [0; 4096];
            while !bytes.ends_with(b"the body") {
                let count = stream.read(&mut block).unwrap();
                if count == 0 {
                    return came;
                }
                bytes.extend(&block[..count]);
            }
            let body = "{\"code\":\"bad_signature\"}";
            let head = "HTTP/1.1 401 X\r\ncontent-type: application/problem+json\r\nconnection: close\r\n";
            write!(stream, "{head}content-length: {}\r\n\r\n{body}", body.len()).unwrap();
            came.push(bytes);
        }
    });
    (url, thread)
}

/// A secret in every form that it could be sent in.
fn forms(secret: &str) -> Vec<String> {
    let hex = |upper: bool| -> String {
        let digit = |byte: u8| {
            if upper {
                format!("{byte:02X}")
            } else {
                format!("{byte:02x}")
            }
        };
        secret.bytes().map(digit).collect()
    };
    let bare = base64::engine::general_purpose::STANDARD_NO_PAD.encode(secret);
    let percent: String = url_encoded(secret);
    vec![
        secret.to_owned(),
        hex(true),
        hex(false),
        bare,
        percent,
        "sentinel9f2+sign".to_owned(),
    ]
}

fn url_encoded(text: &str) -> String {
    let one = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(one).collect()
}

#[tokio::test]
async fn no_byte_of_a_signing_secret_is_sent_over_any_scheme() {
    static SIGNED: glue::Description = post(&[&[("Signed", &[])]]);
    static HEADER: glue::Description = post(&[&[("Header", &[])]]);
    static QUERY: glue::Description = post(&[&[("Query", &[]), ("Signed", &[])]]);
    static COOKIE: glue::Description = post(&[&[("Cookie", &[])]]);
    static LOGIN: glue::Description = post(&[&[("Login", &[]), ("Signed", &[])]]);
    static TOKEN: glue::Description = post(&[&[("Token", &[])]]);
    static OTHER: glue::Description = post(&[&[("Other", &[])]]);
    let all = [&SIGNED, &HEADER, &QUERY, &COOKIE, &LOGIN, &TOKEN, &OTHER];
    let (url, thread) = library();
    sdkwright_watch::listen();
    let core: glue::Core = Builder::new(&API)
        .without_journal()
        .base_url(&url)
        .client_id("reader")
        .client_secret(ACTIVE)
        .previous_secret(PREVIOUS)
        .credential(Credential::api_key("Header", "sentinel9f2-key-1"))
        .credential(Credential::api_key("Query", "sentinel9f2-key-2"))
        .credential(Credential::api_key("Cookie", "sentinel9f2-key-3"))
        .credential(Credential::basic("Login", "reader", "sentinel9f2-key-4"))
        .credential(Credential::token("Token", "sentinel9f2-key-5"))
        .credential(Credential::authorization("Other", "sentinel9f2-key-6"))
        .build()
        .unwrap();
    // A plain text is refused as the credential of a scheme that signs.
    let as_key = Builder::<glue::Core, _>::new(&API)
        .without_journal()
        .credential(Credential::api_key("Signed", "sentinel9f2-key-7"));
    assert!(
        as_key
            .base_url("http://127.0.0.1")
            .client_id("reader")
            .client_secret(ACTIVE)
            .build()
            .is_err()
    );
    let mut signed = 0;
    for description in all {
        let request = glue::Request::new(core.api(), description).bytes("text/plain", "the body");
        let error = glue::send::<()>(core.clone(), request).await.unwrap_err();
        let told = format!("{error} {error:?} {}", error.support_report());
        assert!(!told.contains("sentinel9f2"), "{told}");
    }
    drop(std::net::TcpStream::connect(url.trim_start_matches("http://")).unwrap());
    for bytes in thread.join().unwrap() {
        let text = String::from_utf8(bytes).unwrap();
        signed += usize::from(text.to_ascii_lowercase().contains("x-signature: "));
        for secret in [ACTIVE, PREVIOUS] {
            for form in forms(secret) {
                assert!(!text.contains(&form), "{form} in {text}");
            }
        }
    }
    assert_eq!(signed, 3, "a call that wants a signature has one");
}
