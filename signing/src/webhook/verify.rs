//! The verification of a delivery, pure: the delivery, the keys and the settings of its verifier come in, its signed values or a
//! refusal go out. Three forms have a signature: the message of a delivery, each item of its body, and a JSON Web Signature in a header.
//!
//! Bounded: anyone can send headers. Never prints a key.

use std::borrow::Cow;

use http::HeaderMap;
use sdkwright_description::{Claim, Freshness, JwsPayload, SignatureForm, SignaturePlace, SignatureRules, ValuePlace};
use sdkwright_json::{JsonValue, Limits};

use super::rules::{EventId, VerifierError, VerifyError, Webhooks};
use crate::algorithm::SignatureAlgorithm;
use crate::asymmetric::PublicKey;
use crate::clock::parse_timestamp;
use crate::hash::encoded;
use crate::jws::{JwsError, JwsRules, ReceivedJws, VerifiedJws, compare, member};
use crate::keys::{VerifyingKey, is_signature};
use crate::message::{Message, Parts, Piece, SignedValue, compose, single};
use crate::secret::{Key, SigningSecret};
use crate::signature::decode;

/// Signed values of a delivery.
#[derive(Debug, Default)]
pub(super) struct Stamped<'d> {
    pub(super) seconds: Option<i64>,
    pub(super) nonce: Option<&'d str>,
    pub(super) id: Option<&'d str>,
}

/// Verifies the signature. The caller checks the time, which counts only once it is known to be signed.
pub(super) fn verify(received: ReceivedDelivery<'_>) -> Result<Stamped<'_>, VerifyError> {
    let rules = received.rules();
    match (rules.form, rules.signature) {
        (SignatureForm::Jws(jws), place) => Ok(Stamped {
            seconds: verify_jws(received, place.header().unwrap_or_default(), jws.payload)?,
            ..Stamped::default()
        }),
        (_, SignaturePlace::Items { each, signature }) => {
            verify_items(received, each, signature)?;
            Ok(Stamped::default())
        }
        _ => verify_message(received),
    }
}

/// Verifies the signatures of a message in a header.
fn verify_message(received: ReceivedDelivery<'_>) -> Result<Stamped<'_>, VerifyError> {
    let (rules, headers) = (received.rules(), received.headers);
    let found = located(rules, headers)?;
    have_certain_ends(rules.message, headers)?;
    let parts = Parts {
        timestamp: found.timestamp.unwrap_or_default(),
        nonce: found.nonce.unwrap_or_default(),
        headers: Some(headers),
        settings: received.settings,
        ..Parts::from_delivery(received.body)
    };
    let message = parts.compose(rules.message);
    received.keys.verify(&message, &found.signatures)?;
    let parse = |text| parse_timestamp(text, rules.timestamp).ok_or(VerifyError::Timestamp);
    Ok(Stamped {
        seconds: found.timestamp.map(parse).transpose()?,
        nonce: found.nonce,
        id: match received.keys.webhooks.id {
            Some(EventId::Header(name)) => Some(only(headers, name)?),
            Some(EventId::Body(_)) | None => None,
        },
    })
}

/// Refuses a signed header that contains the text after it: its end in the message would be ambiguous.
fn have_certain_ends(message: &[Piece], headers: &HeaderMap) -> Result<(), VerifyError> {
    for (at, piece) in message.iter().enumerate() {
        let Piece::Value(SignedValue::Header(name), []) = *piece else {
            continue;
        };
        let value = only(headers, name)?;
        if matches!(message.get(at + 1), Some(Piece::Text(text)) if value.contains(text)) {
            return Err(VerifyError::Form { name });
        }
    }
    Ok(())
}

/// Refuses a signed instant that is too far from the clock. Both are in seconds since 1970.
pub(super) fn check_age(freshness: Freshness, now: i64, signed_at: i64) -> Result<(), VerifyError> {
    let age = i128::from(now) - i128::from(signed_at);
    let seconds = u64::try_from(age.unsigned_abs()).unwrap_or(u64::MAX);
    let exceeds = |limit: Option<u32>| limit.is_some_and(|limit| seconds > limit.into());
    match age {
        1.. if exceeds(freshness.past) => Err(VerifyError::TooOld { seconds }),
        ..=-1 if exceeds(freshness.future) => Err(VerifyError::TooEarly { seconds }),
        _ => Ok(()),
    }
}

/// Returns the id of the key that a delivery names. Refuses one that no key can verify.
pub(super) fn key_id(webhooks: &Webhooks, headers: &HeaderMap) -> Result<String, VerifyError> {
    let rules = &webhooks.signing;
    match (webhooks.key_header, rules.form, rules.signature.header()) {
        (Some(name), ..) => only(headers, name).map(str::to_owned),
        (None, SignatureForm::Jws(_), Some(header)) => jws_key_id(rules, header, only(headers, header)?),
        _ => Err(VerifyError::UnknownKey),
    }
}

/// Verifies each item, by the pointers of items and of the signature in an item. Refuses a body without an item, which has no
/// signature.
fn verify_items(
    received: ReceivedDelivery<'_>,
    each: &'static str,
    signature: &'static str,
) -> Result<(), VerifyError> {
    let rules = received.rules();
    let document = document(received, each)?;
    let items = items(&document, each).filter(|items| !items.is_empty());
    for item in items.ok_or(VerifyError::Form { name: each })? {
        let text = item.pointer(signature).and_then(JsonValue::as_str);
        let text = text.ok_or(VerifyError::Form { name: signature })?;
        let signatures: Vec<_> = decode(text, rules.encoding).into_iter().collect();
        let message = item_message(rules.message, item, received.settings)?;
        received.keys.verify(&message, &signatures)?;
    }
    Ok(())
}

/// Returns the signature of each item.
pub(super) fn sign_items(
    received: ReceivedDelivery<'_>,
    key: &Key,
    each: &'static str,
) -> Result<Vec<String>, VerifyError> {
    let rules = received.rules();
    let document = document(received, each)?;
    let items = items(&document, each).ok_or(VerifyError::Form { name: each })?;
    let signed = items.into_iter().map(|item| {
        let message = item_message(rules.message, item, received.settings)?;
        Ok(encoded(rules.encoding, key.mac(&message.parts()).finish().as_ref()))
    });
    signed.collect()
}

fn document(received: ReceivedDelivery<'_>, each: &'static str) -> Result<JsonValue, VerifyError> {
    sdkwright_json::from_copy(received.body, received.limits, 1).map_err(|_| VerifyError::Form { name: each })
}

/// Returns the items at a pointer. `None` if one of them, or a list on the way to them, is missing.
fn items<'d>(document: &'d JsonValue, each: &str) -> Option<Vec<&'d JsonValue>> {
    let mut found = vec![document];
    for (at, part) in each.split("/*").enumerate() {
        if at > 0 {
            let lists = found.into_iter().map(JsonValue::as_array);
            found = lists.collect::<Option<Vec<_>>>()?.into_iter().flatten().collect();
        }
        let below = found.into_iter().map(|value| value.pointer(part));
        found = below.collect::<Option<Vec<_>>>()?;
    }
    Some(found)
}

/// Writes the message of an item: texts, numbers and booleans unchanged, and nothing for absent ones.
fn item_message(
    pieces: &'static [Piece],
    item: &JsonValue,
    settings: &[(&'static str, String)],
) -> Result<Message<'static>, VerifyError> {
    let mut texts = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let Piece::Value(SignedValue::Item(pointer), _) = *piece else {
            continue;
        };
        let text = match item.pointer(pointer) {
            None | Some(JsonValue::Null) => Cow::Borrowed(""),
            Some(JsonValue::String(text)) => Cow::Borrowed(text.as_str()),
            Some(value @ (JsonValue::Number(_) | JsonValue::Bool(_))) => Cow::Owned(value.to_string()),
            Some(_) => return Err(VerifyError::Form { name: pointer }),
        };
        texts.push((pointer, text));
    }
    let parts = Parts {
        settings,
        ..Parts::from_delivery(b"")
    };
    let text = |value| match value {
        SignedValue::Item(wanted) => {
            let found = texts.iter().find(|(pointer, _)| *pointer == wanted);
            found.map_or("", |(_, text)| text.as_ref())
        }
        other => parts.text(other),
    };
    Ok(compose(pieces, b"", None, text))
}

/// Verifies a delivery by the text in a header, and compares the claims of its payload. Without claims, the payload is the body.
/// Returns the time of the signature, if a claim contains one.
fn verify_jws(
    received: ReceivedDelivery<'_>,
    header: &'static str,
    payload: JwsPayload,
) -> Result<Option<i64>, VerifyError> {
    let text = only(received.headers, header)?;
    let JwsPayload::Claims(claims) = payload else {
        return verified(received, header, text, true).map(|_| None);
    };
    let verified = verified(received, header, text, false)?;
    let found = verified.claims().map_err(|_| VerifyError::Form { name: header })?;
    let is_timestamp = |(_, claim): &&(_, Claim)| claim.value() == Some(SignedValue::Timestamp);
    let timestamp = claims.iter().find(is_timestamp);
    let timestamp = timestamp.map(|(name, _)| member(&found, name).unwrap_or_default());
    let parts = Parts {
        settings: received.settings,
        timestamp: timestamp.as_deref().unwrap_or_default(),
        ..Parts::from_delivery(received.body)
    };
    compare(&found, claims, &parts).map_err(|name| VerifyError::Claim { name })?;
    let parse = |text: String| parse_timestamp(&text, received.rules().timestamp).ok_or(VerifyError::Timestamp);
    timestamp.map(parse).transpose()
}

/// Returns the id of the key, after the checks that need no key.
fn jws_key_id(rules: &SignatureRules, header: &'static str, text: &str) -> Result<String, VerifyError> {
    let rules = JwsRules::new(rules.key_algorithms());
    let received = ReceivedJws::parse(text, &rules).map_err(|error| reason(&error, header))?;
    received.key_id().map(str::to_owned).ok_or(VerifyError::UnknownKey)
}

/// Verifies the text by any of the keys. `is_detached`: the payload is the body.
fn verified(
    received: ReceivedDelivery<'_>,
    header: &'static str,
    text: &str,
    is_detached: bool,
) -> Result<VerifiedJws, VerifyError> {
    let rules = JwsRules::new(received.keys.algorithms());
    let parse = || ReceivedJws::parse(text, &rules).map_err(|error| reason(&error, header));
    let algorithm = parse()?.algorithm();
    let mut refused = VerifyError::PublicKeySignature;
    for key in &received.keys.public {
        if !key.algorithms().contains(&algorithm) {
            continue;
        }
        let key = key.clone().into();
        let verified = if is_detached {
            parse()?.verify_detached(&key, received.body)
        } else {
            parse()?.verify(&key)
        };
        match verified {
            Ok(verified) => return Ok(verified),
            Err(error) => refused = reason(&error, header),
        }
    }
    Err(refused)
}

/// Returns the reason of a refusal, without anything of the text.
fn reason(error: &JwsError, name: &'static str) -> VerifyError {
    match error {
        JwsError::Unsigned => VerifyError::Unsigned,
        JwsError::UnknownAlgorithm | JwsError::Algorithm { .. } => VerifyError::Algorithm,
        JwsError::Signature(_) => VerifyError::PublicKeySignature,
        _ => VerifyError::Form { name },
    }
}

/// Longest header with a list of signatures, in bytes.
const LONGEST_LIST: usize = 16 * 1024;
/// Largest number of items in a list of signatures.
const MOST: usize = 64;

/// The signatures of a delivery, and the values next to them.
#[derive(Debug, Default)]
struct Located<'h> {
    /// Those in the encoding of the contract; others match nothing.
    pub(super) signatures: Vec<Vec<u8>>,
    pub(super) timestamp: Option<&'h str>,
    pub(super) nonce: Option<&'h str>,
}

/// Reads the signatures, the instant and the nonce in the headers of a delivery. Leaves out a signature in another encoding, which matches nothing.
fn located<'h>(rules: &SignatureRules, headers: &'h HeaderMap) -> Result<Located<'h>, VerifyError> {
    let header = rules.signature.header().unwrap_or_default();
    let refused = Err(VerifyError::Form { name: header });
    let text = only(headers, header)?;
    let mut found = Located::default();
    let mut pairs = Vec::new();
    if let SignaturePlace::List {
        separator,
        pair,
        name,
        key_name,
        ..
    } = rules.signature
    {
        if text.len() > LONGEST_LIST || text.split(separator).count() > MOST {
            return refused;
        }
        for item in text.split(separator).map(str::trim) {
            match (name, item.split_once(pair)) {
                (None, _) => found.signatures.extend(decode(item, rules.encoding)),
                (Some(_), Some((own, value))) if Some(own) == name || Some(own) == key_name => {
                    found.signatures.extend(decode(value, rules.encoding));
                }
                (Some(_), Some(pair)) => pairs.push(pair),
                (Some(_), None) => {}
            }
        }
    } else {
        found.signatures.extend(decode(text, rules.encoding));
    }
    for placed in rules.values {
        let value = match placed.place {
            ValuePlace::Header(name) => only(headers, name)?,
            ValuePlace::Pair(name) => {
                // Another part of the receiver might read a second value.
                let mut values = pairs.iter().filter(|(known, _)| *known == name);
                match (values.next(), values.next()) {
                    (Some((_, value)), None) => value,
                    _ => return refused,
                }
            }
            ValuePlace::Query(_) => continue,
        };
        match placed.value {
            SignedValue::Timestamp => found.timestamp = Some(value),
            _ => found.nonce = Some(value),
        }
    }
    Ok(found)
}

/// Returns the single value of a header. Refuses two values: another part of the receiver might read the other one.
fn only<'h>(headers: &'h HeaderMap, name: &'static str) -> Result<&'h str, VerifyError> {
    single(headers, name).ok_or(VerifyError::Header { name })
}

/// A delivery that is not verified yet, with what its verifier knows.
#[derive(Clone, Copy)]
pub(super) struct ReceivedDelivery<'d> {
    pub(super) headers: &'d HeaderMap,
    pub(super) body: &'d [u8],
    pub(super) keys: &'d Keys,
    /// Values of the message that a delivery does not contain, by their names.
    pub(super) settings: &'d [(&'static str, String)],
    pub(super) limits: &'d Limits,
}

impl ReceivedDelivery<'_> {
    /// Returns the rules of the contract.
    pub(super) fn rules(&self) -> &'static SignatureRules {
        &self.keys.webhooks.signing
    }
}

/// Keys of a verifier: secrets and public keys.
pub(super) struct Keys {
    pub(super) webhooks: &'static Webhooks,
    secrets: Vec<Key>,
    pub(super) public: Vec<PublicKey>,
}

impl Keys {
    /// Starts without a key, or with fetched public keys. The contract decides the algorithms of a delivery.
    pub(super) fn new(webhooks: &'static Webhooks, public: Vec<PublicKey>) -> Self {
        Self {
            webhooks,
            secrets: Vec::new(),
            public,
        }
    }

    /// Returns the accepted algorithms of public keys.
    pub(super) fn algorithms(&self) -> &'static [SignatureAlgorithm] {
        self.webhooks.signing.key_algorithms()
    }

    /// Reads the text of a key: a secret, or a public key by the rules of the contract.
    pub(super) fn add_text(&mut self, text: &SigningSecret) -> Result<(), VerifierError> {
        self.add(VerifyingKey::from_text(&self.webhooks.signing, text)?)
    }

    /// Adds a key that can verify by an algorithm of the contract.
    pub(super) fn add(&mut self, key: VerifyingKey) -> Result<(), VerifierError> {
        let is_accepted = |one: &SignatureAlgorithm| self.algorithms().contains(one);
        match key {
            VerifyingKey::Public(key) if key.algorithms().iter().any(is_accepted) => self.public.push(key),
            VerifyingKey::Secret(key) if self.webhooks.signing.secret.is_some() => self.secrets.push(key),
            VerifyingKey::Public(_) | VerifyingKey::Secret(_) => return Err(self.wrong_algorithm()),
        }
        Ok(())
    }

    fn wrong_algorithm(&self) -> VerifierError {
        let accepted = self.algorithms();
        VerifierError::Algorithm { accepted }
    }

    pub(super) fn count(&self) -> usize {
        self.secrets.len() + self.public.len()
    }

    pub(super) fn secret(&self) -> Option<&Key> {
        self.secrets.first()
    }

    /// Verifies that one of the keys made one of the signatures. Tries all secrets, so that the duration does not reveal which one
    /// matches.
    pub(super) fn verify(&self, message: &Message<'_>, signatures: &[Vec<u8>]) -> Result<(), VerifyError> {
        let parts = message.parts();
        let fits = |key: &&Key| key.mac(&parts).verify(&mut signatures.iter().map(Vec::as_slice));
        let fitting_secrets = self.secrets.iter().filter(fits).count();
        if fitting_secrets > 0 || self.is_by_public_key(message, signatures) {
            return Ok(());
        }
        Err(match self.webhooks.signing.key_pair {
            Some(_) => VerifyError::PublicKeySignature,
            None => VerifyError::Signature,
        })
    }

    /// Returns true if one of the public keys made one of the signatures, by an algorithm of the contract.
    fn is_by_public_key(&self, message: &Message<'_>, signatures: &[Vec<u8>]) -> bool {
        if signatures.is_empty() || self.public.is_empty() {
            return false;
        }
        let (message, rules) = (message.parts().concat(), &self.webhooks.signing);
        let mut keys = self.public.iter();
        keys.any(|key| {
            signatures
                .iter()
                .any(|signature| is_signature(rules, key, &message, signature))
        })
    }
}
