//! Signatures of requests, by the contract's signing rules: base string, MAC, and the headers of one attempt.
//!
//! The base string must never normalize: the signed text is the text on the wire. A comparison must never take less time for a
//! MAC that differs early. No secret may print.
//!
//! A [`Seal`] proves who wrote a row of a journal. Its keys are derived from a secret (HKDF with SHA-256, RFC 5869), so that a stored row
//! reveals no more of it than a request does. They sign nothing else.

use crate::clock::{NonceError, NonceSource, timestamp, uuid};
use crate::hash::{Algorithm, Keyed, Mac, MacEncoding, MacTag, derive, hex};
use crate::keys::{Certificate, VerifyingKey, is_signature};
use crate::message::{Parts, SignatureReport, SignedValue, UNRESERVED, message, percent_encode};
use crate::prepared::{Prepared, StampError};
use crate::secret::{Key, unhex};
use crate::signer::{Signer, ToSign};
use base64::Engine as _;
use http::{HeaderMap, HeaderName, HeaderValue};
use sdkwright_description::{NonceFormat, NonceRules, SignaturePlace, SignatureRules, ValuePlace};
use std::borrow::Cow;
use std::sync::Arc;
use zeroize::Zeroizing;

/// Computes the MAC of a message.
pub fn sign(key: &Key, message: impl AsRef<[u8]>) -> MacTag {
    key.mac(&[message.as_ref()]).finish()
}

/// Returns `true` if `written` is the MAC of the message. Takes constant time over the MAC's bytes.
pub fn verify(key: &Key, message: impl AsRef<[u8]>, written: &str, encoding: MacEncoding) -> bool {
    let written = decode(written, encoding);
    written.is_some_and(|mac| key.mac(&[message.as_ref()]).verify(&mut std::iter::once(&*mac)))
}

/// Returns `true` if `written` is a signature of the message by the key, by an algorithm and in the encoding of a contract. Compares MACs in
/// constant time.
pub fn has_signed(rules: &SignatureRules, key: &VerifyingKey, message: &[u8], written: &str) -> bool {
    let key = match key {
        VerifyingKey::Secret(key) => return verify(key, message, written, rules.encoding),
        VerifyingKey::Public(key) => key,
    };
    let signature = rules.key_pair.and_then(|pair| decode(written, pair.encoding));
    signature.is_some_and(|signature| is_signature(rules, key, message, &signature))
}

/// Encodes a MAC for its header.
pub fn encode(mac: &MacTag, encoding: MacEncoding) -> String {
    crate::hash::encoded(encoding, mac.as_ref())
}

/// Length of a signature by the largest key of RSA, in bytes.
const LONGEST: usize = 1024;

/// Decodes a written signature; `None` if it is not in the form, or longer than any.
pub(crate) fn decode(written: &str, encoding: MacEncoding) -> Option<Vec<u8>> {
    // Checked before it is decoded: the length is public, and the text of a stranger may be long.
    if written.len() > 2 * LONGEST {
        return None;
    }
    let engine = match encoding {
        // A second spelling of a MAC would be a second signature of one request.
        MacEncoding::Hex if written.bytes().any(|byte| byte.is_ascii_uppercase()) => return None,
        MacEncoding::Hex | MacEncoding::HexAnyCase => return unhex(written),
        MacEncoding::Base64 => &base64::engine::general_purpose::STANDARD,
        MacEncoding::Base64Url => &base64::engine::general_purpose::URL_SAFE_NO_PAD,
    };
    engine.decode(written).ok().filter(|bytes| bytes.len() <= LONGEST)
}

/// Header names, parsed once for all calls.
#[derive(Debug, Clone, Default)]
pub struct HeaderNames(Vec<(&'static str, HeaderName)>);

impl HeaderNames {
    /// Parses the names; those that are no header names are left out.
    pub fn new(names: impl IntoIterator<Item = &'static str>) -> Self {
        let read = |name| Some((name, HeaderName::try_from(name).ok()?));
        Self(names.into_iter().filter_map(read).collect())
    }

    /// Replaces a header. Fails if the name or the value cannot be written.
    pub fn put(&self, headers: &mut HeaderMap, name: &'static str, value: &str) -> Result<(), InvalidHeader> {
        let value = HeaderValue::try_from(value).map_err(|_| InvalidHeader(name))?;
        self.insert(headers, name, value)
    }

    fn insert(&self, headers: &mut HeaderMap, name: &'static str, value: HeaderValue) -> Result<(), InvalidHeader> {
        let known = self.0.iter().find(|(known, _)| *known == name);
        let (_, known) = known.ok_or(InvalidHeader(name))?;
        headers.insert(known.clone(), value);
        Ok(())
    }
}

/// Name of a header that cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidHeader(pub &'static str);

/// The values that signing adds to a request.
#[derive(Debug)]
pub struct Stamp {
    /// The instant.
    pub timestamp: String,
    /// The end of the signature; empty without one.
    pub expires: String,
    /// The nonce.
    pub nonce: String,
    /// The id of the key; empty without one.
    pub key_id: String,
    /// The parameters that signing adds to the query, without the signature.
    pub query: String,
    /// The signed values of a form without a message.
    pub form: Option<Box<SignatureReport>>,
    /// Headers of the form, besides the signature.
    headers: Vec<(&'static str, String)>,
    signature: String,
}

/// The values of one attempt, before its signature.
struct Values {
    timestamp: String,
    expires: String,
    nonce: String,
    query: String,
    target: String,
}

impl Values {
    fn new(
        signing: &SignatureRules,
        seconds: i64,
        nonces: &dyn NonceSource,
        parts: &Parts<'_>,
    ) -> Result<Self, NonceError> {
        let mut values = Self {
            timestamp: timestamp(seconds, signing.timestamp),
            expires: String::new(),
            nonce: formatted_nonce(nonces, signing)?,
            query: String::new(),
            target: String::new(),
        };
        if let Some(lifetime) = signing.lifetime {
            values.expires = timestamp(seconds.saturating_add(lifetime.into()), signing.timestamp);
        }
        values.query = query(signing, &values.parts(parts));
        values.target = with_query(parts.target, &values.query).into_owned();
        Ok(values)
    }

    /// Returns the parts of the request with these values.
    fn parts<'a>(&'a self, parts: &Parts<'a>) -> Parts<'a> {
        Parts {
            timestamp: &self.timestamp,
            expires: &self.expires,
            nonce: &self.nonce,
            target: if self.target.is_empty() {
                parts.target
            } else {
                &self.target
            },
            ..*parts
        }
    }
}

impl Stamp {
    /// Signs `parts` with a shared secret; sets their instant from `seconds` since 1970, and their nonce from the random source.
    pub fn new(
        signing: &SignatureRules,
        key: &Key,
        seconds: i64,
        nonces: &dyn NonceSource,
        parts: &Parts<'_>,
    ) -> Result<Self, NonceError> {
        let values = Values::new(signing, seconds, nonces, parts)?;
        let signature = sign(key, message(signing.message, &values.parts(parts)));
        Ok(Self::from_values(values, encode(&signature, signing.encoding)))
    }

    /// Signs `parts` with the signer of a key pair. `operation` is the name of the call for the signer.
    pub async fn by_signer(
        signing: &SignatureRules,
        signer: &dyn Signer,
        operation: &str,
        seconds: i64,
        nonces: &dyn NonceSource,
        parts: &Parts<'_>,
    ) -> Result<Self, StampError> {
        let pair = signing.key_pair.ok_or(StampError::NoKey("key pairs"))?;
        let algorithm = signer.key().choose(pair.algorithms)?;
        let certificate = signer.key().certificate().map(Certificate::from_der).transpose()?;
        let names = certificate.as_ref().map(|one| (one.serial(), one.issuer()));
        let (serial, issuer) = names.as_ref().map_or(("", ""), |(serial, issuer)| (serial, issuer));
        let parts = Parts {
            key_id: signer.key().key_id().unwrap_or_default(),
            certificate_serial: serial,
            certificate_issuer: issuer,
            ..*parts
        };
        let values = Values::new(signing, seconds, nonces, &parts)?;
        let parts = values.parts(&parts);
        let Prepared {
            bytes,
            complete,
            report,
            headers,
        } = Prepared::new(signing, pair, algorithm, signer.key(), &parts)?;
        let to_sign = ToSign::new(algorithm, &bytes, operation);
        let signature = complete(&to_sign.sign_with(signer).await?)?;
        drop(complete);
        let key_id = parts.key_id.to_owned();
        Ok(Self {
            key_id,
            headers,
            form: report.map(Box::new),
            ..Self::from_values(values, signature)
        })
    }

    fn from_values(values: Values, signature: String) -> Self {
        Self {
            timestamp: values.timestamp,
            expires: values.expires,
            nonce: values.nonce,
            key_id: String::new(),
            query: values.query,
            form: None,
            headers: Vec::new(),
            signature,
        }
    }

    /// Returns the target with the parameters that signing adds.
    pub fn target<'t>(&self, signing: &SignatureRules, target: &'t str) -> Cow<'t, str> {
        let mut query = self.query.clone();
        if let SignaturePlace::Query(name) = signing.signature {
            push_parameter(&mut query, name, &self.signature);
        }
        with_query(target, &query)
    }

    /// Writes the headers, and moves the signature out. It is marked as sensitive and never prints.
    pub fn write(
        &mut self,
        signing: &SignatureRules,
        client_id: &str,
        names: &HeaderNames,
        headers: &mut HeaderMap,
    ) -> Result<(), InvalidHeader> {
        for placed in signing.values {
            if let ValuePlace::Header(name) = placed.place {
                let value = match placed.value {
                    SignedValue::ClientId => client_id,
                    SignedValue::Timestamp => &self.timestamp,
                    _ => &self.nonce,
                };
                names.put(headers, name, value)?;
            }
        }
        for (name, value) in &self.headers {
            names.put(headers, name, value)?;
        }
        let Some(name) = signing.signature.header() else {
            return Ok(());
        };
        let text = if signing.signature == SignaturePlace::Bearer {
            format!("Bearer {}", self.signature)
        } else {
            std::mem::take(&mut self.signature)
        };
        let mut value = HeaderValue::try_from(text).map_err(|_| InvalidHeader(name))?;
        value.set_sensitive(true);
        names.insert(headers, name, value)
    }
}

/// Returns the parameters that signing adds to the query. It leaves out a setting without a value.
fn query(signing: &SignatureRules, parts: &Parts<'_>) -> String {
    let mut query = String::new();
    for (name, value) in signing.query() {
        let text = parts.text(value);
        if !(text.is_empty() && matches!(value, SignedValue::Setting(_))) {
            push_parameter(&mut query, name, text);
        }
    }
    query
}

fn push_parameter(query: &mut String, name: &str, value: &str) {
    if !query.is_empty() {
        query.push('&');
    }
    let encode = |text: &str| percent_encode(text.as_bytes(), UNRESERVED);
    query.extend([encode(name), "=".to_owned(), encode(value)]);
}

/// Appends parameters to the query of a target.
pub(crate) fn with_query<'t>(target: &'t str, query: &str) -> Cow<'t, str> {
    if query.is_empty() {
        return Cow::Borrowed(target);
    }
    let sign = if target.contains('?') { '&' } else { '?' };
    Cow::Owned(format!("{target}{sign}{query}"))
}

/// Creates a nonce in the form of the contract.
pub(crate) fn formatted_nonce(source: &dyn NonceSource, signing: &SignatureRules) -> Result<String, NonceError> {
    let NonceRules {
        format,
        length: (least, most),
    } = signing.nonce.unwrap_or(NonceRules::USUAL);
    match format {
        NonceFormat::Text => nonce(source, least, most),
        NonceFormat::Uuid => {
            let mut bytes = [0; 16];
            source.fill(&mut bytes)?;
            Ok(uuid(bytes))
        }
        NonceFormat::Alphanumeric => {
            let length = 32.max(least).min(most.max(1)) as usize;
            let mut text = String::with_capacity(length);
            // A source of few values must not loop for ever.
            for _ in 0..64 {
                let more = nonce(source, least, most)?;
                text.extend(more.chars().filter(char::is_ascii_alphanumeric));
                if text.len() >= length {
                    text.truncate(length);
                    return Ok(text);
                }
            }
            Err(NonceError("the random source gives no letters and digits".to_owned()))
        }
    }
}

/// Creates a nonce of `[A-Za-z0-9_-]`: 32 characters (192 bits) if the bounds allow it.
pub fn nonce(source: &dyn NonceSource, least: u32, most: u32) -> Result<String, NonceError> {
    let length = 32.max(least).min(most.max(1)) as usize;
    let mut text = String::with_capacity(length.next_multiple_of(4));
    let mut bytes = [0; 24];
    while text.len() < length {
        let more = bytes.len().min((length - text.len()).div_ceil(4) * 3);
        source.fill(&mut bytes[..more])?;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode_string(&bytes[..more], &mut text);
    }
    text.truncate(length);
    Ok(text)
}

/// Separates these keys from all others that are made of the same secret.
const SALT: &[u8] = b"sdk-journal";
const MAC_KEY: &[u8] = b"mac of a row, version 1";
const NAME: &[u8] = b"name of the key, version 1";

/// Largest number of known keys: the current one, and those of earlier secrets.
const MOST: usize = 4;

/// Signs the rows of one client, and verifies them later. The default seal has no key and signs nothing. Clones share their
/// keys.
#[derive(Clone, Default)]
pub struct Seal(Arc<[SealKey]>);

/// A derived key and its name.
#[derive(Clone)]
struct SealKey {
    name: String,
    keyed: Keyed,
}

impl SealKey {
    fn derive(secret: &[u8]) -> Option<Self> {
        let (mut key, mut name) = (Zeroizing::new([0; 32]), [0; 8]);
        derive(secret, SALT, MAC_KEY, &mut *key)?;
        derive(secret, SALT, NAME, &mut name)?;
        Some(Self {
            name: hex(&name),
            keyed: Keyed::new(Algorithm::HmacSha256, &*key),
        })
    }

    /// Starts a MAC over the parts, each preceded by its length: no two lists of parts give the same bytes.
    fn over(&self, parts: &[&[u8]]) -> Mac {
        let mut mac = self.keyed.mac();
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac
    }
}

impl Seal {
    /// Creates the seal of signing secrets: the first one signs, all of them verify.
    pub fn from_keys<'k>(keys: impl IntoIterator<Item = &'k Key>) -> Self {
        Self::from_secrets(keys.into_iter().map(Key::expose))
    }

    /// Creates the seal of the bytes of secrets: the first one signs, all of them verify.
    pub fn from_secrets<'s>(secrets: impl IntoIterator<Item = &'s [u8]>) -> Self {
        let mut seal = Self::default();
        secrets.into_iter().for_each(|secret| seal.add(secret));
        seal
    }

    fn add(&mut self, secret: &[u8]) {
        *self = self.knowing(&Self(SealKey::derive(secret).into_iter().collect()));
    }

    /// Adds the keys of an earlier seal, which then verify as well.
    #[must_use]
    pub fn knowing(&self, earlier: &Self) -> Self {
        let is_new = |key: &&SealKey| self.0.iter().all(|own| own.name != key.name);
        let earlier = earlier.0.iter().filter(is_new);
        Self(self.0.iter().chain(earlier).take(MOST).cloned().collect())
    }

    /// Returns the name of the signing key, or `None` without a key. The name reveals nothing of the key.
    pub fn name(&self) -> Option<&str> {
        self.0.first().map(|key| key.name.as_str())
    }

    /// Returns the names of keys that verify and no longer sign.
    pub fn earlier(&self) -> impl Iterator<Item = &str> {
        self.0.iter().skip(1).map(|key| key.name.as_str())
    }

    /// Returns the MAC of the parts (HMAC-SHA256 over each part, preceded by its length in eight bytes); `None` without a key.
    pub fn sign(&self, parts: &[&[u8]]) -> Option<[u8; 32]> {
        self.sign_as(self.name()?, parts)
    }

    /// Returns the MAC of the parts by the key of this name; `None` for an unknown key.
    pub fn sign_as(&self, name: &str, parts: &[&[u8]]) -> Option<[u8; 32]> {
        let key = self.0.iter().find(|key| key.name == name)?;
        key.over(parts).finish().as_ref().try_into().ok()
    }

    /// Returns `true` if the key of this name signed the parts. Takes constant time over the bytes of the MAC. Returns `false`
    /// for an unknown key.
    pub fn verifies(&self, name: &str, mac: &[u8], parts: &[&[u8]]) -> bool {
        let key = self.0.iter().find(|key| key.name == name);
        key.is_some_and(|key| key.over(parts).verify(&mut std::iter::once(mac)))
    }
}

/// Prints at most the name of the key.
impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Seal").field(&self.name()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{SystemNonces, parse_timestamp};
    use sdkwright_description::TimestampFormat;

    /// RFC 4231, test case 2.
    #[test]
    fn the_mac_is_the_one_of_rfc_4231() {
        let key = Key::from_bytes(b"Jefe");
        let mac = sign(&key, "what do ya want for nothing?");
        assert_eq!(
            encode(&mac, MacEncoding::Hex),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            encode(&mac, MacEncoding::Base64),
            "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM="
        );
    }

    /// RFC 4231, test cases 2 and 6.
    #[test]
    fn the_mac_with_sha_512_is_the_one_of_rfc_4231() {
        let key = |bytes: &[u8]| Key::new(Algorithm::HmacSha512, bytes);
        assert_eq!(
            encode(&sign(&key(b"Jefe"), "what do ya want for nothing?"), MacEncoding::Hex),
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"
        );
        assert_eq!(
            encode(
                &sign(
                    &key(&[0xaa; 131]),
                    "Test Using Larger Than Block-Size Key - Hash Key First"
                ),
                MacEncoding::Hex
            ),
            "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598"
        );
    }

    #[test]
    fn a_key_longer_than_a_block_is_hashed_first() {
        // RFC 4231, test case 6.
        let key = Key::from_bytes(&[0xaa; 131]);
        assert_eq!(
            encode(
                &sign(&key, "Test Using Larger Than Block-Size Key - Hash Key First"),
                MacEncoding::Hex
            ),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }

    #[test]
    fn only_the_very_mac_is_accepted() {
        let key = Key::from_bytes(b"Jefe");
        let base = "what do ya want for nothing?";
        let right = encode(&sign(&key, base), MacEncoding::Hex);
        assert!(verify(&key, base, &right, MacEncoding::Hex));
        assert!(verify(
            &key,
            base,
            &encode(&sign(&key, base), MacEncoding::Base64),
            MacEncoding::Base64
        ));
        for wrong in [
            &right.to_uppercase(),
            &right[..62],
            "",
            "zz",
            &format!("{right}00"),
            &"0".repeat(64),
        ] {
            assert!(!verify(&key, base, wrong, MacEncoding::Hex), "{wrong}");
        }
        assert!(!verify(&key, "another", &right, MacEncoding::Hex));
        assert!(!verify(&Key::from_bytes(b"jefe"), base, &right, MacEncoding::Hex));
    }

    #[test]
    fn all_formats_go_there_and_back() {
        for format in [
            TimestampFormat::Rfc3339,
            TimestampFormat::UnixSeconds,
            TimestampFormat::UnixMillis,
        ] {
            assert_eq!(
                parse_timestamp(&timestamp(1_782_604_800, format), format),
                Some(1_782_604_800)
            );
        }
        assert_eq!(timestamp(1_782_604_800, TimestampFormat::UnixSeconds), "1782604800");
        assert_eq!(
            parse_timestamp("1683650202360", TimestampFormat::UnixMillis),
            Some(1_683_650_202)
        );
        assert_eq!(parse_timestamp("-1", TimestampFormat::UnixMillis), Some(-1));
        for wrong in ["", "+1", "1.5", "1e3", " 1", "2026-06-28T00:00:00Z"] {
            assert_eq!(parse_timestamp(wrong, TimestampFormat::UnixSeconds), None, "{wrong}");
            assert_eq!(parse_timestamp(wrong, TimestampFormat::UnixMillis), None, "{wrong}");
        }
    }

    #[test]
    fn a_nonce_keeps_its_bounds_and_alphabet() {
        for (bounds, length) in [((16, 128), 32), ((40, 64), 40), ((1, 10), 10), ((33, 33), 33)] {
            let nonce = nonce(&SystemNonces, bounds.0, bounds.1).unwrap();
            assert_eq!(nonce.len(), length);
            assert!(
                nonce
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
            );
        }
    }

    #[test]
    fn a_nonce_is_never_reused() {
        let nonces: std::collections::HashSet<_> = (0..1000).map(|_| nonce(&SystemNonces, 16, 128).unwrap()).collect();
        assert_eq!(nonces.len(), 1000);
    }

    #[test]
    fn no_more_random_bytes_are_drawn_than_the_nonce_holds() {
        struct Counted(std::sync::atomic::AtomicUsize);
        impl NonceSource for Counted {
            fn fill(&self, into: &mut [u8]) -> Result<(), NonceError> {
                self.0.fetch_add(into.len(), std::sync::atomic::Ordering::Relaxed);
                into.fill(7);
                Ok(())
            }
        }
        for (length, drawn) in [(1, 3), (10, 9), (32, 24), (33, 27), (64, 48), (70, 54)] {
            let source = Counted(0.into());
            assert_eq!(nonce(&source, length, length).unwrap().len(), length as usize);
            assert_eq!(source.0.into_inner(), drawn, "{length}");
        }
    }

    #[test]
    fn without_random_bytes_there_is_no_nonce() {
        struct Dry;
        impl NonceSource for Dry {
            fn fill(&self, _: &mut [u8]) -> Result<(), NonceError> {
                Err(NonceError("dry".into()))
            }
        }
        assert_eq!(nonce(&Dry, 16, 128), Err(NonceError("dry".into())));
    }

    #[test]
    fn instants_with_an_offset_are_read() {
        assert_eq!(
            parse_timestamp("2026-06-28T02:00:00+02:00", TimestampFormat::Rfc3339),
            Some(1_782_604_800)
        );
        assert_eq!(
            parse_timestamp("2026-06-28T00:00:00.9Z", TimestampFormat::Rfc3339),
            Some(1_782_604_800)
        );
        for wrong in [
            "",
            "2026-06-28",
            "20260628T000000Z",
            "2026-06-28T00Z",
            "2026-06-28T00:00:00Z[UTC]",
            "yesterday",
        ] {
            assert_eq!(parse_timestamp(wrong, TimestampFormat::Rfc3339), None, "{wrong}");
        }
    }

    #[test]
    fn name_and_mac_are_what_another_program_computes() {
        // Computed with Python's hmac and hashlib; tests/vectors/seal.py prints these values.
        let seal = Seal::from_secrets([b"the secret of a client".as_slice()]);
        assert_eq!(seal.name(), Some("72b980d25e02cf40"));
        let mac = seal.sign(&[b"one", b"", b"three"]).unwrap();
        assert_eq!(
            hex(&mac),
            "18b66b0fefa8617f8afb875a2425192d8e9475f8c1943cf920975b104f238907"
        );
    }

    #[test]
    fn a_seal_knows_its_own_rows_and_those_of_earlier_secrets_and_no_others() {
        let parts: [&[u8]; 2] = [b"a", b"bc"];
        let (old, new) = (
            Seal::from_secrets([b"old".as_slice()]),
            Seal::from_secrets([b"new".as_slice()]),
        );
        let both = Seal::from_secrets([b"new".as_slice(), b"old"]);
        let (name, mac) = (old.name().unwrap(), old.sign(&parts).unwrap());
        assert!(old.verifies(name, &mac, &parts) && both.verifies(name, &mac, &parts));
        assert!(new.knowing(&old).verifies(name, &mac, &parts));
        assert!(!new.verifies(name, &mac, &parts) && !Seal::default().verifies(name, &mac, &parts));
        assert!(!both.verifies(new.name().unwrap(), &mac, &parts), "by the wrong name");
        assert_eq!(
            (both.name(), both.earlier().collect::<Vec<_>>()),
            (new.name(), vec![name])
        );
        // Bytes that move from one part to the next change the MAC.
        for other in [&[b"ab".as_slice(), b"c"][..], &[b"a", b"bc", b""], &[b"abc"], &[]] {
            assert!(!old.verifies(name, &mac, other), "{other:?}");
        }
        for wrong in [&[][..], &mac[..31], &[0; 32]] {
            assert!(!old.verifies(name, wrong, &parts));
        }
        let mut turned = mac;
        turned[31] ^= 1;
        assert!(!old.verifies(name, &turned, &parts));
    }

    #[test]
    fn a_secret_that_is_given_twice_is_no_earlier_one() {
        let seal = Seal::from_secrets([b"one".as_slice(), b"one"]);
        assert!(seal.name().is_some());
        assert_eq!(seal.earlier().collect::<Vec<_>>(), Vec::<&str>::new());
    }

    #[test]
    fn without_a_secret_nothing_is_signed_and_nothing_is_known() {
        let none = Seal::default();
        assert_eq!((none.name(), none.sign(&[b"a"])), (None, None));
        assert!(!none.verifies("", &[], &[b"a"]));
    }

    #[test]
    fn no_key_prints() {
        let seal = Seal::from_secrets([b"hunter2".as_slice()]);
        assert_eq!(format!("{seal:?}"), format!("Seal(Some({:?}))", seal.name().unwrap()));
    }
}
