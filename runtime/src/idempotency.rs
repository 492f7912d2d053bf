//! The keys of mutations: one business action, one [`IdempotencyKey`]; one [`RefreshKey`] for each new answer.

use crate::clock::{self, NonceError, NonceSource, SystemNonces};

/// How keys travel and what the server makes of them (`x-idempotency`).
#[derive(Debug)]
pub struct Idempotency {
    /// Header of the key.
    pub header: &'static str,
    /// Least and greatest length of a key, in characters.
    pub key_length: (u32, u32),
    /// Seconds for which the server remembers a key.
    pub retention: u32,
    /// Header and value that mark a replayed answer.
    pub replayed: Option<(&'static str, &'static str)>,
    /// Problem code of "another request came under this key".
    pub conflict: Option<&'static str>,
    /// Problem code of "the request under this key is still running".
    pub in_progress: Option<&'static str>,
}

/// What an operation wants from its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Intent {
    /// One key per business action, for ever: a second key is a second action.
    Effect,
    /// A new key each time a new answer is wanted.
    Refresh,
}

/// The key under which an action with an effect is sent (`intent: effect`): visible ASCII, one per business action.
///
/// A call that only asks for a new answer (`intent: refresh`) takes a [`RefreshKey`].
///
/// It is taken by value and cannot be cloned, so that one key cannot serve two calls by mistake. When a call failed and
/// may have had an effect, the error owns the key: `client.resend(error)` goes on with it.
///
/// A call that is dropped before it ends (by a timeout around it, or with its task) takes its key along, and what happened
/// is not known: make the key again with [`used_before`](Self::used_before). `.timeout(..)` and `.deadline(..)` of the call
/// itself end with an error that owns the key. A client without a journal remembers such keys while it lives, and treats them as
/// used before; after a restart nobody does.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct IdempotencyKey {
    text: String,
    used: bool,
}

impl IdempotencyKey {
    /// A key that was never sent before.
    ///
    /// Make it of the action's own name (`"order-9001:create"`), not of random text: it must be the same after a crash.
    pub fn new(text: impl Into<String>) -> Result<Self, KeyError> {
        Ok(Self {
            text: checked(text.into())?,
            used: false,
        })
    }

    /// A key that may have been sent before, by this process or another one.
    ///
    /// A failure then never says that nothing happened, because nobody saw what came of the earlier attempts: send the same
    /// body again, or find the action by your own reference.
    ///
    /// Only while the server remembers keys (the retention that the contract states). After that it takes the key for a new
    /// one and acts a second time: look the action up instead.
    pub fn used_before(text: impl Into<String>) -> Result<Self, KeyError> {
        Ok(Self {
            text: checked(text.into())?,
            used: true,
        })
    }

    /// A key of random text, for an action that nobody will ever ask about again.
    ///
    /// It is lost when the program ends: the same action under a new key is a second action, and a payment is paid twice. Use
    /// [`new`](Self::new) with the action's own name wherever that matters.
    pub fn one_off_lost_on_crash() -> Result<Self, NonceError> {
        Ok(Self {
            text: random_text(&SystemNonces)?,
            used: false,
        })
    }

    /// The text as the header says it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The same key once more, for a page that is asked for again.
    pub(crate) fn again(&self) -> Self {
        let (text, used) = (self.text.clone(), self.used);
        Self { text, used }
    }

    /// May it have been sent before this call?
    pub fn is_used(&self) -> bool {
        self.used
    }
}

/// The key of a call that only asks for a new answer (`intent: refresh`): a quote, a link, the present state of something.
///
/// Each answer that is wanted anew has a key of its own, so random text is right. An action with an effect does not take it.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct RefreshKey(IdempotencyKey);

impl RefreshKey {
    /// A new key of random text: a new answer.
    pub fn random() -> Result<Self, NonceError> {
        Self::from_nonces(&SystemNonces)
    }

    /// A key of one's own. The same key again asks for the same answer, as long as the server remembers it.
    pub fn new(text: impl Into<String>) -> Result<Self, KeyError> {
        IdempotencyKey::new(text).map(Self)
    }

    /// The text as the header says it.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub(crate) fn from_nonces(nonces: &dyn NonceSource) -> Result<Self, NonceError> {
        let (text, used) = (random_text(nonces)?, false);
        Ok(Self(IdempotencyKey { text, used }))
    }

    /// The key as requests carry it.
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

/// Why a text is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// There is no text.
    #[error("an idempotency key needs at least one character")]
    Empty,
    /// It would change on its way, or could not be sent.
    #[error("an idempotency key is visible ASCII only: {character:?} at byte {at}")]
    Character {
        /// Byte offset.
        at: usize,
        /// What stands there.
        character: char,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_visible_ascii() {
        assert_eq!(IdempotencyKey::new("cust-1:create").unwrap().as_str(), "cust-1:create");
        assert_eq!(IdempotencyKey::new("").unwrap_err(), KeyError::Empty);
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
