//! Signing secrets: their text comes in, key bytes go out to the MAC alone.
//!
//! No secret may be printed, logged or compared; memory is wiped when the last copy of a secret is dropped. No function outside of this crate
//! can read the text or the bytes.

use std::sync::{Arc, OnceLock};

use base64::Engine as _;
use zeroize::{Zeroize as _, Zeroizing};

pub use sdkwright_description::{SecretEncoding, SecretForm};

use crate::hash::{Algorithm, Keyed, Mac};

/// Text of a signing secret. It can only become the key of a MAC: no code outside of this crate reads its text, so it cannot be
/// sent in a header, query, cookie or credential. Prints as `[REDACTED]` and is wiped with its last copy.
///
/// ```
/// use sdkwright_signing::secret::{SecretEncoding, SigningSecret};
///
/// let secret = SigningSecret::new("a text that is never printed");
/// assert!(secret.key(SecretEncoding::Utf8).is_ok());
/// assert_eq!(format!("{secret:?}"), "SigningSecret([REDACTED])");
/// ```
#[derive(Clone)]
pub struct SigningSecret(Arc<SecretText>);

struct SecretText {
    text: Zeroizing<Box<str>>,
    /// The first key of the text, with its form: a contract has one.
    key: OnceLock<(SecretForm, Key)>,
}

impl SigningSecret {
    /// Takes the text of a secret.
    pub fn new(text: impl Into<String>) -> Self {
        // Copied at its exact size: a smaller allocation would leave the text in the larger one.
        let text = Zeroizing::new(text.into());
        let (text, key) = (Zeroizing::new(text.as_str().into()), OnceLock::new());
        Self(Arc::new(SecretText { text, key }))
    }

    pub(crate) fn text(&self) -> &str {
        &self.0.text
    }

    /// Returns `true` for an empty text.
    pub fn is_empty(&self) -> bool {
        self.text().is_empty()
    }

    /// Decodes the text into key bytes, once for all copies of the secret.
    pub fn key(&self, form: impl Into<SecretForm>) -> Result<Key, SecretError> {
        let form = form.into();
        if let Some((_, key)) = self.0.key.get().filter(|(known, _)| *known == form) {
            return Ok(key.clone());
        }
        let text = self.text().strip_prefix(form.prefix).unwrap_or(self.text());
        if text.is_empty() {
            return Err(SecretError::Empty);
        }
        if text.ends_with(['\n', '\r']) {
            return Err(SecretError::LineBreak);
        }
        let bytes = Zeroizing::new(match form.encoding {
            SecretEncoding::Utf8 => text.as_bytes().to_vec(),
            SecretEncoding::Hex => unhex(text).ok_or(SecretError::Hex)?,
            SecretEncoding::Base64 => base64::engine::general_purpose::STANDARD
                .decode(text)
                .map_err(|_| SecretError::Base64)?,
        });
        // Copied at its exact size: moving bytes into a smaller allocation would leave a copy behind.
        let key = Key::new(form.algorithm, &bytes);
        self.0.key.get_or_init(|| (form, key.clone()));
        Ok(key)
    }
}

impl std::fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningSecret([REDACTED])")
    }
}

impl From<String> for SigningSecret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for SigningSecret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<&String> for SigningSecret {
    fn from(text: &String) -> Self {
        Self::new(text.as_str())
    }
}

/// The key bytes of a secret. Prints as `[REDACTED]` and is wiped with its last copy.
#[derive(Clone)]
pub struct Key {
    algorithm: Algorithm,
    bytes: Arc<Zeroizing<Box<[u8]>>>,
    /// MAC state after the key, shared by all signatures. On the heap, so that moving the key leaves no copy behind.
    keyed: Arc<Keyed>,
}

impl Key {
    /// Uses these bytes as the key of an HMAC with SHA-256.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self::new(Algorithm::HmacSha256, bytes)
    }

    /// Uses these bytes as the key of an algorithm.
    pub fn new(algorithm: Algorithm, bytes: &[u8]) -> Self {
        Self {
            algorithm,
            bytes: Arc::new(Zeroizing::new(bytes.into())),
            keyed: Arc::new(Keyed::new(algorithm, bytes)),
        }
    }

    pub(crate) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub(crate) fn expose(&self) -> &[u8] {
        &self.bytes
    }

    /// Starts the MAC of a message with its parts.
    pub(crate) fn mac(&self, parts: &[&[u8]]) -> Mac {
        let mut mac = self.keyed.mac();
        for part in parts {
            mac.update(part);
        }
        mac
    }
}

/// A suspicious property of a secret's text: a hint for people, which reveals nothing of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretWarning {
    /// Starts or ends with white space.
    Blanks,
    /// Contains a line break.
    LineBreak,
    /// Enclosed in quotation marks.
    Quotes,
}

impl std::fmt::Display for SecretWarning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Blanks => "the secret begins or ends with a blank, which would be part of it: remove the blank",
            Self::LineBreak => "the secret contains a line break, which would be part of it: pass one line only",
            Self::Quotes => "the secret is in quotation marks, which would be part of it: remove them",
        })
    }
}

impl Key {
    /// Returns the suspicious properties of the text that the key was made of.
    pub fn warnings(&self) -> Vec<SecretWarning> {
        let bytes = self.expose();
        let ends = (bytes.first().copied(), bytes.last().copied());
        let is_blank = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_whitespace());
        let quoted = matches!(ends, (Some(b'"'), Some(b'"')) | (Some(b'\''), Some(b'\'')));
        [
            (is_blank(ends.0) || is_blank(ends.1), SecretWarning::Blanks),
            (
                bytes.contains(&b'\n') || bytes.contains(&b'\r'),
                SecretWarning::LineBreak,
            ),
            (quoted && bytes.len() > 1, SecretWarning::Quotes),
        ]
        .into_iter()
        .filter_map(|(is_so, oddity)| is_so.then_some(oddity))
        .collect()
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key([REDACTED])")
    }
}

/// The reason why the text of a secret gives no key. Never repeats the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// The text is empty.
    #[error("the secret is empty")]
    Empty,
    /// The text ends with a line break, as files do, which would count as part of the secret.
    #[error("the secret ends with a line break, which would be part of it: remove it")]
    LineBreak,
    /// The text is not hexadecimal.
    #[error("the secret is not hexadecimal text")]
    Hex,
    /// The text is not base64.
    #[error("the secret is not base64 text (standard alphabet, padded)")]
    Base64,
}

/// Decodes hexadecimal text in upper and lower case. Wipes the bytes of other text.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if digits.len() % 2 != 0 {
        return None;
    }
    let mut bytes = Vec::with_capacity(digits.len() / 2);
    for pair in digits.chunks_exact(2) {
        let (Some(high), Some(low)) = (digit(pair[0]), digit(pair[1])) else {
            bytes.zeroize();
            return None;
        };
        bytes.push(high << 4 | low);
    }
    Some(bytes)
}

/// Returns the value of a hexadecimal digit.
pub(crate) fn digit(character: u8) -> Option<u8> {
    u8::try_from(char::from(character).to_digit(16)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_never_prints() {
        let secret = SigningSecret::new("hunter2");
        assert_eq!(format!("{secret:?}"), "SigningSecret([REDACTED])");
        let key = secret.key(SecretEncoding::Utf8).unwrap();
        assert_eq!(format!("{key:?}"), "Key([REDACTED])");
        assert!(!format!("{:?}", SigningSecret::new("zz").key(SecretEncoding::Hex)).contains("zz"));
    }

    #[test]
    fn what_is_odd_about_a_secret_is_known_without_its_text() {
        let odd = |text: &str| Key::from_bytes(text.as_bytes()).warnings();
        assert_eq!(odd("hunter2"), []);
        assert_eq!(odd(" hunter2"), [SecretWarning::Blanks]);
        assert_eq!(odd("hunter2\t"), [SecretWarning::Blanks]);
        assert_eq!(odd("hun\nter2"), [SecretWarning::LineBreak]);
        assert_eq!(odd("hunter2\n"), [SecretWarning::Blanks, SecretWarning::LineBreak]);
        assert_eq!(odd("\"hunter2\""), [SecretWarning::Quotes]);
        assert_eq!(odd("'hunter2'"), [SecretWarning::Quotes]);
        assert_eq!(odd("\""), []);
        assert_eq!(odd(""), []);
    }

    #[test]
    fn the_three_encodings_give_their_bytes() {
        assert_eq!(
            SigningSecret::new("Key é").key(SecretEncoding::Utf8).unwrap().expose(),
            "Key é".as_bytes()
        );
        assert_eq!(
            SigningSecret::new("00fFa1").key(SecretEncoding::Hex).unwrap().expose(),
            [0x00, 0xff, 0xa1]
        );
        assert_eq!(
            SigningSecret::new("AP+h").key(SecretEncoding::Base64).unwrap().expose(),
            [0x00, 0xff, 0xa1]
        );
    }

    #[test]
    fn the_line_break_of_a_file_is_not_taken_into_a_secret() {
        for text in ["hunter2\n", "hunter2\r\n"] {
            let error = SigningSecret::new(text).key(SecretEncoding::Utf8).unwrap_err();
            assert_eq!(error, SecretError::LineBreak);
        }
        assert!(SigningSecret::new("a\nb ").key(SecretEncoding::Utf8).is_ok());
    }

    #[test]
    fn a_secret_of_another_encoding_is_refused() {
        assert_eq!(
            SigningSecret::new("").key(SecretEncoding::Utf8).unwrap_err(),
            SecretError::Empty
        );
        assert_eq!(
            SigningSecret::new("abc").key(SecretEncoding::Hex).unwrap_err(),
            SecretError::Hex
        );
        assert_eq!(
            SigningSecret::new("zz").key(SecretEncoding::Hex).unwrap_err(),
            SecretError::Hex
        );
        assert_eq!(
            SigningSecret::new("*").key(SecretEncoding::Base64).unwrap_err(),
            SecretError::Base64
        );
    }
}
