//! Signatures of draft-cavage-http-signatures-10, which the Berlin Group uses: parts of a request come in, a signing string and the
//! header `Signature` go out.
//!
//! Not RFC 9421, whose headers have the same name.

use crate::hash::base64;
use crate::message::{RequestParts, header};
use crate::signer::Signature;

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

/// The reason why a request has no signing string or no header.
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
    /// The id of the key, or the name of the algorithm, is not visible ASCII.
    #[error("the id of the key or the name of the algorithm has a character that is not visible ASCII")]
    Form,
}

#[cfg(test)]
mod tests;
