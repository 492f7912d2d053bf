//! Signatures of requests, as received: rules and the parts of a request come in, the values of its sender and a verdict go out.
//!
//! The signed bytes are written by the code that signs, and compared with nothing but a signature. A value of the sender counts only
//! after [`ReceivedSignature::is_by`]. Must never accept another algorithm or fewer covered parts than those of the contract.

use crate::algorithm::SignatureAlgorithm;
use crate::cavage::CavageMessage;
use crate::clock::{parse_timestamp, timestamp};
use crate::hash::MacEncoding;
use crate::http_signature::HttpSignatureBase;
use crate::jws::{JwsRules, ReceivedJws, claims, compare, member};
use crate::keys::VerifyingKey;
use crate::message::{NamedTexts, Parts, SignedValue, header, is_named, message, percent_decode, single};
use crate::oauth1::{OAuth1, body_hash};
use crate::prepared::{covered, digest, request_parts};
use crate::signature::{decode, has_signed};
use http::HeaderMap;
use sdkwright_description::{
    Claim, HttpForm, HttpParameter, HttpProfile, Jws, JwsPayload, OAuth1Form, SignatureForm, SignaturePlace,
    SignatureRules, ValuePlace,
};
use sdkwright_json::Object;

/// The reason why a request has no signature to verify.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnreadSignature {
    /// The header or the parameter with this name is missing, or occurs twice.
    Missing(&'static str),
    /// The signature has another form, names another algorithm, covers less or has another value than the contract states.
    Form,
}

/// The values of the sender.
#[derive(Default)]
struct SenderValues {
    texts: Vec<(SignedValue, String)>,
    settings: Vec<(&'static str, String)>,
}

impl SenderValues {
    /// Adds a value; `None` if it is another one than that of an earlier place.
    fn put(&mut self, value: SignedValue, text: String) -> Option<()> {
        if let Some(known) = self.text(value) {
            return (known == text).then_some(());
        }
        if let SignedValue::Setting(name) = value {
            self.settings.push((name, text.clone()));
        }
        self.texts.push((value, text));
        Some(())
    }

    fn text(&self, value: SignedValue) -> Option<&str> {
        let found = self.texts.iter().find(|(known, _)| *known == value);
        found.map(|(_, text)| text.as_str())
    }

    /// Adds the members of a JSON Web Signature that are values of the sender; `None` if one is missing.
    fn read(&mut self, object: &Object, members: &[(&'static str, Claim)]) -> Option<()> {
        members.iter().try_for_each(|(name, claim)| match claim.value() {
            Some(value) if value.is_of_sender() => self.put(value, member(object, name)?),
            _ => Some(()),
        })
    }

    /// Returns the parts of the request with these values.
    fn parts<'a>(&'a self, parts: &Parts<'a>) -> Parts<'a> {
        let text = |value| self.text(value).unwrap_or_default();
        Parts {
            timestamp: text(SignedValue::Timestamp),
            expires: text(SignedValue::Expires),
            nonce: text(SignedValue::Nonce),
            client_id: self.text(SignedValue::ClientId),
            key_id: text(SignedValue::KeyId),
            certificate_serial: text(SignedValue::CertificateSerial),
            certificate_issuer: text(SignedValue::CertificateIssuer),
            settings: &self.settings,
            ..*parts
        }
    }
}

/// The signed bytes with their signature.
enum ReceivedProof {
    /// A signature whose encoding the key decides.
    Text(String),
    /// A signature by one of these algorithms.
    Bytes(Vec<u8>, Vec<SignatureAlgorithm>),
}

impl ReceivedProof {
    /// Takes a signature in base64, and the API's name of its algorithm.
    fn new(names: &[(SignatureAlgorithm, &str)], name: &str, signature: &str) -> Option<Self> {
        let listed = names.iter().filter(|(_, known)| *known == name);
        let algorithms = listed.map(|(algorithm, _)| *algorithm).collect();
        Some(Self::Bytes(decode(signature, MacEncoding::Base64)?, algorithms))
    }
}

/// The signature of a request, not verified.
pub struct ReceivedSignature {
    rules: &'static SignatureRules,
    values: SenderValues,
    message: Vec<u8>,
    proof: ReceivedProof,
}

impl std::fmt::Debug for ReceivedSignature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReceivedSignature").finish_non_exhaustive()
    }
}

impl ReceivedSignature {
    /// Reads the signature of a request. Its parts have no values of the sender, but the headers and the target as received.
    pub fn read(rules: &'static SignatureRules, parts: &Parts<'_>) -> Result<Self, UnreadSignature> {
        let none = HeaderMap::new();
        let headers = parts.headers.unwrap_or(&none);
        let mut values = SenderValues::default();
        for placed in rules.values {
            let (name, text) = match placed.place {
                ValuePlace::Header(name) => (name, single(headers, name).map(str::to_owned)),
                ValuePlace::Query(name) | ValuePlace::Pair(name) => (name, parameter(parts.target, name)),
            };
            match text.filter(|text| !text.is_empty()) {
                Some(text) => values.put(placed.value, text).ok_or(UnreadSignature::Missing(name))?,
                None if matches!(placed.value, SignedValue::Setting(_)) => {}
                None => return Err(UnreadSignature::Missing(name)),
            }
        }
        let (target, text) = signature(rules.signature, headers, parts.target)?;
        let mut reader = SignatureReader {
            rules,
            headers,
            parts: Parts { target, ..*parts },
            values,
        };
        let (message, proof) = match &rules.form {
            SignatureForm::Message => Some((reader.message(), ReceivedProof::Text(text))),
            SignatureForm::Jws(jws) => reader.json_web(jws, &text),
            SignatureForm::Http(form) => reader.http(form, &text),
            SignatureForm::OAuth1(form) => reader.oauth(form, &text),
        }
        .ok_or(UnreadSignature::Form)?;
        Ok(Self {
            rules,
            values: reader.values,
            message,
            proof,
        })
    }

    /// Returns the name of the client: the client id, or the id of its key if the contract has no client id.
    pub fn client(&self) -> Option<&str> {
        let id = self.values.text(SignedValue::ClientId);
        id.or_else(|| self.values.text(SignedValue::KeyId))
    }

    /// Returns the nonce, if the contract has one.
    pub fn nonce(&self) -> Option<&str> {
        self.values.text(SignedValue::Nonce)
    }

    /// Returns `true` if the key made the signature, by an algorithm of the contract. Compares MACs in constant time.
    pub fn is_by(&self, key: &VerifyingKey) -> bool {
        match &self.proof {
            ReceivedProof::Text(text) => has_signed(self.rules, key, &self.message, text),
            ReceivedProof::Bytes(signature, algorithms) => {
                let accepted = self.rules.key_algorithms().iter();
                let mut named = accepted.filter(|one| algorithms.contains(one));
                named.any(|one| key.verify(*one, &self.message, signature).is_ok())
            }
        }
    }

    /// Returns `true` if the signature has begun and not ended, by the freshness and the lifetime of the contract. `now` and `date` are
    /// in seconds since 1970. `date` is the instant of a signature that contains none; without any, each signature is fresh.
    pub fn is_fresh(&self, now: i64, date: Option<i64>) -> bool {
        let rules = self.rules;
        let seconds = |value| {
            let text = self.values.text(value);
            text.map(|text| parse_timestamp(text, rules.timestamp))
        };
        let lifetime = rules.lifetime.map(i64::from);
        let end = seconds(SignedValue::Expires);
        let start = seconds(SignedValue::Timestamp).or(date.map(Some));
        let start = start.or_else(|| end.map(|end| Some(end?.saturating_sub(lifetime.unwrap_or_default()))));
        let Some(start) = start else {
            return true;
        };
        let Some(age) = start.map(|start| now.saturating_sub(start)) else {
            return false;
        };
        let [past, future] = [rules.freshness.past, rules.freshness.future].map(|limit| limit.map(i64::from));
        let has_ended = end.is_some_and(|end| {
            let last = start.and_then(|start| start.checked_add(lifetime.unwrap_or(i64::MAX / 2)));
            end.zip(last).is_none_or(|(end, last)| end < now || end > last)
        });
        let is_old = past.into_iter().chain(lifetime).any(|limit| age > limit);
        !has_ended && !is_old && future.is_none_or(|limit| age.saturating_neg() <= limit)
    }
}

/// Returns the single value of a parameter of the query; `None` for none, or several.
fn parameter(target: &str, name: &str) -> Option<String> {
    let query = target.split_once('?')?.1;
    let mut pairs = query.split('&').filter(|pair| is_named(pair, name));
    match (pairs.next(), pairs.next()) {
        (Some(pair), None) => percent_decode(pair.split_once('=')?.1),
        _ => None,
    }
}

/// Returns the signed target, and the text of the signature.
fn signature<'t>(
    place: SignaturePlace,
    headers: &HeaderMap,
    target: &'t str,
) -> Result<(&'t str, String), UnreadSignature> {
    if let SignaturePlace::Query(name) = place {
        // The last parameter covers all before it.
        let last = target.rsplit_once(['?', '&']).filter(|(_, pair)| is_named(pair, name));
        let found = last.and_then(|(signed, _)| Some((signed, parameter(target, name)?)));
        return found.ok_or(UnreadSignature::Missing(name));
    }
    let name = place.header().unwrap_or_default();
    let text = single(headers, name).and_then(|text| match place {
        SignaturePlace::Bearer => text.strip_prefix("Bearer "),
        _ => Some(text),
    });
    let text = text
        .filter(|text| !text.is_empty())
        .ok_or(UnreadSignature::Missing(name))?;
    Ok((target, text.to_owned()))
}

/// The parts of a request, and the values that were found.
struct SignatureReader<'r> {
    rules: &'static SignatureRules,
    headers: &'r HeaderMap,
    parts: Parts<'r>,
    values: SenderValues,
}

/// Signed bytes and their signature.
type SignedBytes = (Vec<u8>, ReceivedProof);

impl SignatureReader<'_> {
    fn parts(&self) -> Parts<'_> {
        self.values.parts(&self.parts)
    }

    fn message(&mut self) -> Vec<u8> {
        let format = self.rules.timestamp;
        if let (Some(lifetime), None) = (self.rules.lifetime, self.values.text(SignedValue::Expires)) {
            let start = self.values.text(SignedValue::Timestamp);
            let end = start.and_then(|start| parse_timestamp(start, format)?.checked_add(lifetime.into()));
            let end = end.map(|end| (SignedValue::Expires, timestamp(end, format)));
            self.values.texts.extend(end);
        }
        message(self.rules.message, &self.parts())
    }

    /// Reads a JSON Web Signature. It may have more members than those of the contract.
    fn json_web(&mut self, jws: &Jws, text: &str) -> Option<SignedBytes> {
        let critical = jws.protected.iter().find_map(|(name, claim)| match claim {
            Claim::List(texts) if *name == "crit" => Some(*texts),
            _ => None,
        });
        let rules = JwsRules {
            critical: critical.unwrap_or_default(),
            ..JwsRules::new(self.rules.key_algorithms())
        };
        let received = ReceivedJws::parse(text, &rules).ok()?;
        self.values.read(received.header(), jws.protected)?;
        let payload = match jws.payload {
            JwsPayload::Claims(members) => {
                let payload = received.payload(None).ok()?;
                let found = claims(&payload).ok()?;
                self.values.read(&found, members)?;
                compare(&found, members, &self.parts()).ok()?;
                payload
            }
            JwsPayload::Message(pieces) => {
                let payload = message(pieces, &self.parts());
                let found = received.payload(jws.detached.then_some(&*payload)).ok()?;
                (found == payload).then_some(found)?
            }
        };
        compare(received.header(), jws.protected, &self.parts()).ok()?;
        let proof = ReceivedProof::Bytes(received.signature().to_vec(), vec![received.algorithm()]);
        Some((received.message(&payload), proof))
    }

    /// Reads a signature of an HTTP message. It may cover more than the contract states.
    fn http(&mut self, form: &HttpForm, text: &str) -> Option<SignedBytes> {
        if let Some((name, hash)) = form.digest {
            let (found, own) = (header(self.headers, name)?, digest(form.profile, hash, self.parts.body));
            let (name, hash) = own.split_once('=')?;
            let is_own = |(known, text): (&str, &str)| known.eq_ignore_ascii_case(name) && text == hash;
            let mut all = found.split(',').filter_map(|one| one.trim().split_once('='));
            all.any(is_own).then_some(())?;
        }
        let (demanded, request) = (covered(form, self.headers), request_parts(&self.parts, self.headers));
        match form.profile {
            HttpProfile::Cavage10(names) => {
                let pairs = NamedTexts::parse(text)?;
                let own: Vec<&str> = pairs.get("headers")?.split(' ').collect();
                demanded.iter().all(|one| own.contains(one)).then_some(())?;
                self.values.put(form.key_value(), pairs.get("keyId")?.to_owned())?;
                let message = CavageMessage::new(own, &request).ok()?;
                let proof = ReceivedProof::new(names, pairs.get("algorithm")?, pairs.get("signature")?)?;
                Some((message.message().to_vec(), proof))
            }
            HttpProfile::Rfc9421(label, parameters) => {
                let found = HttpSignatureBase::received(label, &demanded, text, &request)?;
                for (parameter, name) in PARAMETERS {
                    let (is_demanded, value) = (parameters.contains(&parameter), form.value(parameter));
                    match (found.parameters.get(name), value) {
                        (None, _) if is_demanded => return None,
                        // A signature may always have an end.
                        (Some(text), Some(value)) if is_demanded || value == SignedValue::Expires => {
                            let instant = |text: &str| Some(timestamp(text.parse().ok()?, self.rules.timestamp));
                            let is_instant = matches!(value, SignedValue::Timestamp | SignedValue::Expires);
                            let text = if is_instant { instant(text)? } else { text.to_owned() };
                            self.values.put(value, text)?;
                        }
                        _ => {}
                    }
                }
                let named = found.parameters.get("alg");
                let fits = |one: &&SignatureAlgorithm| named.is_none_or(|name| one.http_name() == Some(name));
                let algorithms = self.rules.key_algorithms().iter().filter(fits).copied().collect();
                Some((found.message, ReceivedProof::Bytes(found.signature, algorithms)))
            }
        }
    }

    /// Reads the parameters of OAuth 1.0a.
    fn oauth(&mut self, form: &OAuth1Form, text: &str) -> Option<SignedBytes> {
        let pairs = NamedTexts::parse(text.strip_prefix("OAuth ")?)?;
        let pair = |name| match pairs.get(name)? {
            text if form.encode_values => percent_decode(text),
            text => Some(text.to_owned()),
        };
        for (value, name) in [
            (SignedValue::ClientId, "oauth_consumer_key"),
            (SignedValue::Timestamp, "oauth_timestamp"),
            (SignedValue::Nonce, "oauth_nonce"),
        ] {
            self.values.put(value, pair(name)?)?;
        }
        let query = self.parts.target.split_once('?').map_or("", |(_, query)| query);
        // Its base string has one text for `+` and a blank, which a parameter tells apart.
        let is_certain = !query.contains('+') || !form.encode_values && !query.contains('%');
        let (hash, own) = (pair("oauth_body_hash"), body_hash(self.parts.body));
        let (version, token, parts) = (pair("oauth_version"), pair("oauth_token"), self.parts());
        let is_right = hash.as_ref().map_or(!form.body_hash, |hash| *hash == own);
        let is_known = version.as_ref().is_none_or(|version| version == "1.0");
        // A parameter of the header would have the same base string in the query.
        let mut pairs_of_query = query
            .split('&')
            .filter_map(|pair| percent_decode(pair.split('=').next()?));
        let is_apart = !pairs_of_query.any(|name| name.starts_with("oauth_"));
        (is_right && is_known && is_certain && is_apart).then_some(())?;
        let method = pair("oauth_signature_method")?;
        let oauth = OAuth1 {
            consumer_key: parts.client_id?,
            token: token.as_deref(),
            signature_method: &method,
            timestamp: parts.timestamp,
            nonce: parts.nonce,
            version: version.as_deref(),
            body_hash: hash.as_deref(),
            encode_values: form.encode_values,
        };
        let base = oauth.base_string(&request_parts(&parts, self.headers), None);
        let proof = ReceivedProof::new(form.methods, &method, &percent_decode(pairs.get("oauth_signature")?)?)?;
        Some((base.into_bytes(), proof))
    }
}

/// Parameters of RFC 9421 with their names.
const PARAMETERS: [(HttpParameter, &str); 5] = [
    (HttpParameter::Created, "created"),
    (HttpParameter::Expires, "expires"),
    (HttpParameter::Nonce, "nonce"),
    (HttpParameter::Keyid, "keyid"),
    (HttpParameter::Alg, "alg"),
];

#[cfg(test)]
mod tests;
