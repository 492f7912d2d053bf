//! Signatures of draft-cavage-http-signatures-10, which the Berlin Group uses: parts of a request come in, a signing string and the
//! header `Signature` go out, or the other way round.
//!
//! Not RFC 9421, whose headers have the same name. The draft's algorithm never decides: the caller's list does.

use crate::algorithm::SignatureAlgorithm;
use crate::asymmetric::SignatureError;
use crate::hash::base64;
use crate::request_parts::{RequestParts, header};
use crate::signer::Signature;
use crate::verifying_key::VerifyingKey;
use base64::Engine as _;

/// Largest length of a received header, in bytes.
const LONGEST: usize = 16 << 10;

/// The covered parts of a request, with their signing string.
#[derive(Debug, Clone)]
pub struct CavageMessage {
    covered: String,
    text: String,
}

impl CavageMessage {
    /// Writes the signing string. Each covered name is that of a header, in lower case, or `(request-target)`.
    pub fn new<'n>(
        covered: impl IntoIterator<Item = &'n str>,
        request: &RequestParts<'_>,
    ) -> Result<Self, CavageError> {
        let (mut names, mut text) = (Vec::new(), String::new());
        for name in covered {
            if names.contains(&name) {
                return Err(CavageError::Twice(name.to_owned()));
            }
            if !names.is_empty() {
                text.push('\n');
            }
            let missing = || CavageError::Missing(name.to_owned());
            let value = match name {
                "(request-target)" => format!("{} {}", request.method.to_ascii_lowercase(), request.target),
                "host" if !request.headers.contains_key("host") => request.authority.to_owned(),
                _ if name.bytes().any(|byte| byte.is_ascii_uppercase() || byte == b'(') => return Err(missing()),
                _ => header(request.headers, name).ok_or_else(missing)?,
            };
            text.extend([name, ": ", &value]);
            names.push(name);
        }
        if names.is_empty() {
            return Err(CavageError::Empty);
        }
        Ok(Self {
            covered: names.join(" "),
            text,
        })
    }

    /// Returns the bytes to sign.
    pub fn message(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// Returns the value of the header `Signature`. The name of the algorithm is the API's, such as `rsa-sha256`.
    pub fn header(&self, key_id: &str, algorithm: &str, signature: &Signature) -> Result<String, CavageError> {
        let quote = |text: &str| {
            let is_plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
            is_plain
                .then(|| text.replace('\\', "\\\\").replace('"', "\\\""))
                .ok_or(CavageError::Form)
        };
        Ok(format!(
            "keyId=\"{}\",algorithm=\"{}\",headers=\"{}\",signature=\"{}\"",
            quote(key_id)?,
            quote(algorithm)?,
            self.covered,
            base64(signature.as_ref())
        ))
    }
}

/// A received header `Signature`, not yet verified.
#[derive(Debug, Clone)]
pub struct ReceivedCavage {
    key_id: String,
    algorithm: Option<String>,
    covered: Vec<String>,
    signature: Vec<u8>,
}

impl ReceivedCavage {
    /// Reads a header of at most 16 KiB. Refuses a parameter that occurs twice.
    pub fn parse(value: &str) -> Result<Self, CavageError> {
        if value.len() > LONGEST {
            return Err(CavageError::Form);
        }
        let (mut key_id, mut algorithm, mut covered, mut signature) = (None, None, None, None);
        let mut rest = value.trim_matches([' ', '\t']);
        while !rest.is_empty() {
            let parameter = Parameter::new(rest).ok_or(CavageError::Form)?;
            rest = parameter.rest;
            let place = match parameter.name {
                "keyId" => &mut key_id,
                "algorithm" => &mut algorithm,
                "headers" => &mut covered,
                "signature" => &mut signature,
                _ => continue,
            };
            if place.replace(parameter.text).is_some() {
                return Err(CavageError::Form);
            }
        }
        let (Some(key_id), Some(signature)) = (key_id, signature) else {
            return Err(CavageError::Form);
        };
        // Without a list the draft covers `date` alone (section 2.1.6).
        let covered = covered.unwrap_or_else(|| "date".to_owned());
        let engine = base64::engine::general_purpose::STANDARD;
        Ok(Self {
            key_id,
            algorithm,
            covered: covered.split(' ').map(str::to_owned).collect(),
            signature: engine.decode(signature).map_err(|_| CavageError::Form)?,
        })
    }

    /// Returns the id of the key, as an unknown sender wrote it.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// Verifies the signature of a request by an accepted algorithm. The signature must cover each required name.
    pub fn verify(
        &self,
        request: &RequestParts<'_>,
        key: &VerifyingKey,
        accepted: &[SignatureAlgorithm],
        required: &[&str],
    ) -> Result<(), CavageError> {
        if let Some(name) = required
            .iter()
            .find(|name| self.covered.iter().all(|covered| covered != *name))
        {
            return Err(CavageError::NotCovered((*name).to_owned()));
        }
        let message = CavageMessage::new(self.covered.iter().map(String::as_str), request)?;
        // Vendors write other names, too. Those say nothing, so that exactly one accepted algorithm must fit the key.
        let named = match self.algorithm.as_deref() {
            Some("rsa-sha256") => Some(SignatureAlgorithm::RsaPkcs1Sha256),
            Some("rsa-sha512") => Some(SignatureAlgorithm::RsaPkcs1Sha512),
            Some("hmac-sha256") => Some(SignatureAlgorithm::HmacSha256),
            Some("rsa-sha1") => return Err(CavageError::Algorithm),
            _ => None,
        };
        let algorithm = key.choose(accepted, named)?;
        Ok(key.verify(algorithm, message.message(), &self.signature)?)
    }
}

/// One `name="text"`, and what follows its comma.
struct Parameter<'r> {
    name: &'r str,
    text: String,
    rest: &'r str,
}

impl<'r> Parameter<'r> {
    fn new(rest: &'r str) -> Option<Self> {
        let (name, after) = rest.split_once("=\"")?;
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return None;
        }
        let (mut text, mut characters) = (String::new(), after.char_indices());
        let end = loop {
            match characters.next()? {
                (_, '\\') => text.push(characters.next()?.1),
                (at, '"') => break at + 1,
                (_, character) => text.push(character),
            }
        };
        let blanks = [' ', '\t'];
        let mut rest = after[end..].trim_start_matches(blanks);
        if !rest.is_empty() {
            rest = rest.strip_prefix(',')?.trim_start_matches(blanks);
            if rest.is_empty() {
                return None;
            }
        }
        Some(Self { name, text, rest })
    }
}

/// The reason of a refusal, or why the message has no signing string.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CavageError {
    /// A covered header is absent, not ASCII, or not named in lower case.
    #[error("the covered header `{0}` is absent or not ASCII, or its name is not in lower case")]
    Missing(String),
    /// A covered name occurs twice.
    #[error("`{0}` is covered twice")]
    Twice(String),
    /// The signature covers nothing.
    #[error("the signature covers nothing")]
    Empty,
    /// A required part is not covered.
    #[error("the signature does not cover `{0}`, which it must")]
    NotCovered(String),
    /// The header is not one of the draft.
    #[error("the header is not one of draft-cavage-http-signatures-10, or has a parameter twice")]
    Form,
    /// The signature is by SHA-1.
    #[error("the signature is by SHA-1, which is broken")]
    Algorithm,
    /// The signature is wrong.
    #[error(transparent)]
    Signature(#[from] SignatureError),
}

#[cfg(test)]
mod tests;
