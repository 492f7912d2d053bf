use proptest::prelude::*;

use super::*;
use crate::description::Comparison;
use crate::member::{Member, MemberKind};

const ID: Member = Member::new("/id", MemberKind::Id);

const SECRET: &[u8] = b"the secret of a client";

fn seal(secrets: &[&[u8]]) -> Seal {
    Seal::from_secrets(secrets.iter().copied())
}

fn intents() -> impl Strategy<Value = Intent> {
    let texts = prop::collection::vec((".{0,9}", ".{0,9}"), 0..3);
    let bytes = prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..3);
    let options = (
        prop::option::of(".{0,9}"),
        prop::option::of(".{0,9}"),
        any::<Option<i64>>(),
    );
    (texts, bytes, options, ".{0,9}", any::<i64>(), any::<[u8; 32]>()).prop_map(
        |(pairs, body, (client_id, find, offset), text, at, sha256)| Intent {
            key: format!("key-{text}"),
            operation: text.clone(),
            sender: Sender {
                client_id,
                base_url: text.clone(),
            },
            seal: seal(&[SECRET]),
            method: "POST".to_owned(),
            template: text.clone(),
            origin: text.clone(),
            target: text.clone(),
            headers: pairs.clone(),
            security: find.is_some().then(|| vec![vec![(text.clone(), vec![text.clone()])]]),
            body: body.into_iter().map(|bytes| Piece::Bytes(bytes.into())).collect(),
            sha256,
            arguments: pairs,
            echoes: vec![Echo::new("/a", &text, Comparison::Last(4))],
            promise: Promise {
                successes: crate::arrived::Success::from_description(&[crate::description::Success::json(
                    200,
                    201,
                    "application/json",
                    &[ID],
                )]),
                ids: vec![("ThingId".into(), "/id".into())],
                creates: find.is_some().then(|| "ThingId".into()),
                existing: vec![200],
                state: None,
            },
            evidence: find.as_ref().map(|text| text.clone().into()),
            find,
            at,
            offset,
            ..empty()
        },
    )
}

/// An intent without values.
fn empty() -> Intent {
    let request = br#"{"method":"","template":"","origin":"","target":"","headers":[],"arguments":[],"body":[]}"#;
    Intent::from_request(&[&request[..], b"\n"].concat()).unwrap()
}

/// All values that are written, in an order.
fn parts(intent: &Intent) -> String {
    let bodies: Vec<Vec<u8>> = intent
        .body
        .iter()
        .map(|piece| match piece {
            Piece::Bytes(bytes) => bytes.to_vec(),
            other => panic!("{other:?}"),
        })
        .collect();
    let Intent {
        key,
        operation,
        sender,
        method,
        template,
        origin,
        target,
        headers,
        security,
        ..
    } = intent;
    let Intent {
        sha256,
        arguments,
        echoes,
        promise,
        evidence,
        find,
        at,
        offset,
        ..
    } = intent;
    let first = (
        key, operation, sender, method, template, origin, target, headers, security,
    );
    let values = echoes
        .iter()
        .map(|echo| json::to_vec(echo).unwrap())
        .collect::<Vec<_>>();
    format!(
        "{first:?}{:?}",
        (bodies, sha256, arguments, values, promise, evidence, find, at, offset)
    )
}

proptest! {
    #[test]
    fn what_is_written_is_read(intent in intents()) {
        let bytes = intent.to_portable().unwrap();
        let read = Intent::from_portable(&bytes, &seal(&[b"a newer secret", SECRET])).unwrap();
        prop_assert_eq!(parts(&read), parts(&intent));
    }

    #[test]
    fn a_changed_byte_is_refused(intent in intents(), at in any::<prop::sample::Index>(), by in 1_u8..) {
        for seal in [seal(&[SECRET]), Seal::default()] {
            let mut bytes = Intent { seal: seal.clone(), ..intent.clone() }.to_portable().unwrap();
            let at = at.index(bytes.len());
            bytes[at] ^= by;
            prop_assert!(Intent::from_portable(&bytes, &seal).is_err(), "byte {}", at);
        }
    }

    #[test]
    fn other_bytes_are_no_intent(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let begun = [b"intent 1 ", &bytes[..]].concat();
        prop_assert_eq!(Intent::from_portable(&bytes, &Seal::default()).unwrap_err(), IntentError::NoIntent);
        prop_assert!(Intent::from_portable(&begun, &Seal::default()).is_err());
    }
}

#[test]
fn each_error_is_exact() {
    let intent = Intent {
        body: vec![Piece::Bytes("{}".into())],
        seal: seal(&[SECRET]),
        ..empty()
    };
    let bytes = intent.to_portable().unwrap();
    let read = |bytes: &[u8], seal: &Seal| Intent::from_portable(bytes, seal).unwrap_err();
    let own = seal(&[SECRET]);
    for length in MAGIC.len()..bytes.len() {
        assert_eq!(read(&bytes[..length], &own), IntentError::CutOff, "{length}");
    }
    // The seal covers the content, and not the length before it.
    assert_eq!(
        read(&[b"intent 1 0", &bytes[MAGIC.len() + 3..]].concat(), &own),
        IntentError::Changed
    );
    let later = String::from_utf8_lossy(&bytes).replacen("intent 1", "intent 2", 1);
    assert_eq!(read(later.as_bytes(), &own), IntentError::OtherVersion { version: 2 });
    assert_eq!(read(&bytes, &seal(&[b"another"])), IntentError::OtherSecret);
    assert_eq!(read(&bytes, &Seal::default()), IntentError::OtherSecret);
    let unsealed = Intent {
        seal: Seal::default(),
        ..intent.clone()
    };
    assert_eq!(read(&unsealed.to_portable().unwrap(), &own), IntentError::OtherSecret);
    let upload = Piece::Gone {
        length: 1,
        sha256: [0; 32],
    };
    let upload = Intent {
        body: vec![upload],
        ..intent
    };
    assert_eq!(upload.to_portable(), Err(IntentError::Upload));
}
