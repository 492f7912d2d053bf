//! Idempotency keys: one [`IdempotencyKey`] per business action, one [`RefreshKey`] per fresh answer. Texts come in, checked
//! keys go out; the key of an action must never be sent by two calls unnoticed.

use crate::clock::{self, NonceError, NonceSource, SystemNonces};
use crate::signing::{hex, sha256};

pub use sdkwright_description::{Idempotency, KeyAnswer, KeyIntent, KeyPlace, KeyRules, KeyState, Retention};

/// The idempotency key of an action with an effect (`intent: effect`): visible ASCII, one per business action.
///
/// A call that only requests a fresh answer (`intent: refresh`) takes a [`RefreshKey`].
///
/// Taken by value and not `Clone`, so that one key cannot serve two calls by mistake. If a call fails and may have had an
/// effect, the error owns the key: `client.resend(error)` resumes the call.
///
/// A call that is dropped before it ends (by a timeout around it, or with its task) drops its key, with an unknown outcome:
/// create the key again with [`used_before`](Self::used_before). `.timeout(..)` and `.deadline(..)` of the call itself return
/// an error that owns the key. A client without a journal remembers such keys while it lives, and treats them as used before; a
/// restart loses them.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct IdempotencyKey {
    text: String,
    used: bool,
}

impl IdempotencyKey {
    /// Creates a key that was never sent before.
    ///
    /// Derive it from the action's own name (`"order-9001:create"`), not from random text: it must be the same after a crash.
    pub fn new(text: impl Into<String>) -> Result<Self, KeyError> {
        Ok(Self {
            text: checked(text.into())?,
            used: false,
        })
    }

    /// Creates a key that may have been sent before, by this process or another one.
    ///
    /// A failure under it never reports that nothing happened, because the results of the earlier attempts are not known: send
    /// the same body again, or find the action by your own reference.
    ///
    /// Valid only while the server remembers keys (the retention that the contract states). After that it treats the key as new
    /// and acts a second time: look the action up instead.
    pub fn used_before(text: impl Into<String>) -> Result<Self, KeyError> {
        Ok(Self {
            text: checked(text.into())?,
            used: true,
        })
    }

    /// Creates a key of random text, for an action that is never retried after a restart.
    ///
    /// The key is lost when the program ends: the same action under a new key is a second action, and a payment is paid twice.
    /// Use [`new`](Self::new) with the action's own name wherever that matters.
    pub fn one_off_lost_on_crash() -> Result<Self, NonceError> {
        Ok(Self {
            text: random_text(&SystemNonces)?,
            used: false,
        })
    }

    /// Returns the text, as in the header.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Copies the key, for a page that is requested again.
    pub(crate) fn copied(&self) -> Self {
        let (text, used) = (self.text.clone(), self.used);
        Self { text, used }
    }

    /// Returns `true` if the key may have been sent before this call.
    pub fn is_used(&self) -> bool {
        self.used
    }
}

/// The key of a call that only requests a fresh answer (`intent: refresh`): a quote, a link, the present state of a resource.
///
/// Each fresh answer has a key of its own, so random text is right. Actions with an effect do not accept this type.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct RefreshKey(IdempotencyKey);

impl RefreshKey {
    /// Creates a key of random text, for a fresh answer.
    pub fn random() -> Result<Self, NonceError> {
        Self::from_nonces(&SystemNonces)
    }

    /// Creates a key of a given text. The same key returns the same answer while the server remembers it.
    pub fn new(text: impl Into<String>) -> Result<Self, KeyError> {
        IdempotencyKey::new(text).map(Self)
    }

    /// Returns the text, as in the header.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub(crate) fn from_nonces(nonces: &dyn NonceSource) -> Result<Self, NonceError> {
        let (text, used) = (random_text(nonces)?, false);
        Ok(Self(IdempotencyKey { text, used }))
    }

    /// Converts to the form in which requests carry it.
    pub(crate) fn into_key(self) -> IdempotencyKey {
        self.0
    }
}

fn random_text(nonces: &dyn NonceSource) -> Result<String, NonceError> {
    let mut bytes = [0; 16];
    nonces.fill(&mut bytes)?;
    Ok(clock::uuid(bytes))
}

fn checked(text: String) -> Result<String, KeyError> {
    if text.is_empty() {
        return Err(KeyError::Empty);
    }
    match text.char_indices().find(|(_, character)| !character.is_ascii_graphic()) {
        Some((at, character)) => Err(KeyError::Character { at, character }),
        None => Ok(text),
    }
}

/// Joins the parts of a key with `:`, such as `cust-1:create:wd-9001`.
///
/// `:`, `%` and all except visible ASCII are percent-encoded, so that different parts never share a key. A text of more than `longest`
/// characters becomes its SHA-256 in hexadecimal, cut to that length.
pub fn joined_key(parts: &[&str], longest: usize) -> Result<String, KeyError> {
    let mut text = String::new();
    for (number, part) in parts.iter().enumerate() {
        if part.is_empty() {
            return Err(KeyError::Empty);
        }
        text.push_str(if number == 0 { "" } else { ":" });
        for byte in part.bytes() {
            if byte.is_ascii_graphic() && byte != b':' && byte != b'%' {
                text.push(char::from(byte));
            } else {
                text.push('%');
                text.push_str(&hex(&[byte]));
            }
        }
    }
    if text.len() > longest {
        text = hex(&sha256(&text));
        text.truncate(longest);
    }
    Ok(text)
}

/// The reason why a text is not a key.
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The text is empty.
    #[error("an idempotency key must have at least one character")]
    Empty,
    /// A character that HTTP could change or reject.
    #[error("an idempotency key must consist of visible ASCII characters, but it has {character:?} at byte {at}")]
    Character {
        /// Byte offset.
        at: usize,
        /// The character.
        character: char,
    },
}

impl KeyError {
    /// Returns the recommended next step.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Empty => "Derive the key from your id of the action, so that it is the same after a crash.",
            Self::Character { .. } => {
                "Encode such characters, always in the same way: `Keys` of `sdkwright-journal` percent-encodes them."
            }
        }
    }
}

/// For an error that `main` returns: a separate line has the next step.
impl std::fmt::Debug for KeyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}\nnext: {}", self.advice())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_visible_ascii() {
        assert_eq!(IdempotencyKey::new("cust-1:create").unwrap().as_str(), "cust-1:create");
        assert_eq!(IdempotencyKey::new("").unwrap_err(), KeyError::Empty);
        let shown = format!("{:?}", KeyError::Character { at: 1, character: ' ' });
        let (what, next) = shown.split_once("\nnext: ").unwrap();
        assert!(
            what.ends_with("it has ' ' at byte 1") && next.starts_with("Encode"),
            "{shown}"
        );
        assert_eq!(
            IdempotencyKey::new("a b").unwrap_err(),
            KeyError::Character { at: 1, character: ' ' }
        );
        assert_eq!(
            IdempotencyKey::used_before("é").unwrap_err(),
            KeyError::Character { at: 0, character: 'é' }
        );
        assert_eq!(
            IdempotencyKey::new("a\r\nb").unwrap_err(),
            KeyError::Character { at: 1, character: '\r' }
        );
    }

    #[test]
    fn only_used_before_says_that_it_may_have_been_sent() {
        assert!(!IdempotencyKey::new("k").unwrap().is_used());
        assert!(IdempotencyKey::used_before("k").unwrap().is_used());
        assert!(!IdempotencyKey::one_off_lost_on_crash().unwrap().is_used());
    }

    #[test]
    fn a_key_that_only_asks_again_is_visible_ascii_too() {
        assert_eq!(RefreshKey::new("cust-1:quote:2").unwrap().as_str(), "cust-1:quote:2");
        assert_eq!(
            RefreshKey::new("a b").unwrap_err(),
            KeyError::Character { at: 1, character: ' ' }
        );
    }

    #[test]
    fn random_keys_differ() {
        assert_ne!(RefreshKey::random().unwrap(), RefreshKey::random().unwrap());
        let one_off = || IdempotencyKey::one_off_lost_on_crash().unwrap();
        assert_ne!(one_off(), one_off());
    }
}
