//! Signing keys of a client: secrets and their source come in, the key of each attempt goes out. Keys can change while calls
//! are in flight.
//!
//! An attempt ends with the key that it began with; the next one takes the current key. If a source fails, the keys stay.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use super::{ClientSecrets, Key, SecretEncoding, SecretError, SecretSource};
use crate::transport::Cause;
use sdkwright_signing::Seal;

/// The reason why there are no keys.
#[derive(Debug)]
pub(crate) enum RingError {
    Secret(SecretError),
    Source(Cause),
}

/// The keys of a client.
pub(crate) struct Ring {
    source: Option<Arc<dyn SecretSource>>,
    encoding: SecretEncoding,
    held: RwLock<Arc<Held>>,
}

/// Keys that are valid together.
struct Held {
    /// One key, or two during a rotation.
    keys: Vec<Key>,
    /// Index of the key that was accepted last.
    first: AtomicUsize,
    /// The seal of journal rows.
    seal: Seal,
}

impl Held {
    fn of(secrets: &ClientSecrets, encoding: SecretEncoding) -> Result<Self, RingError> {
        let key = |secret: &super::SigningSecret| secret.key(encoding).map_err(RingError::Secret);
        let mut keys = vec![key(&secrets.active)?];
        if let Some(previous) = &secrets.previous {
            keys.push(key(previous)?);
        }
        Ok(Self {
            seal: Seal::of_keys(&keys),
            keys,
            first: AtomicUsize::new(0),
        })
    }
}

impl Ring {
    /// Creates a ring of fixed secrets.
    pub(crate) fn of(secrets: &ClientSecrets, encoding: SecretEncoding) -> Result<Self, RingError> {
        Ok(Self {
            source: None,
            encoding,
            held: RwLock::new(Arc::new(Held::of(secrets, encoding)?)),
        })
    }

    /// Creates a ring from a source, which is loaded for the first time.
    pub(crate) fn from_source(source: Arc<dyn SecretSource>, encoding: SecretEncoding) -> Result<Self, RingError> {
        let secrets = source.load().map_err(RingError::Source)?;
        Ok(Self {
            source: Some(source),
            ..Self::of(&secrets, encoding)?
        })
    }

    /// Loads the source again. Without a source, does nothing.
    pub(crate) fn reload(&self) -> Result<(), RingError> {
        let Some(source) = &self.source else { return Ok(()) };
        let mut new = Held::of(&source.load().map_err(RingError::Source)?, self.encoding)?;
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        // Rows that were sealed with an earlier secret verify as long as this client lives.
        new.seal = new.seal.knowing(&held.seal);
        *held = Arc::new(new);
        Ok(())
    }

    /// Returns `true` if the keys can change.
    pub(crate) fn has_source(&self) -> bool {
        self.source.is_some()
    }

    /// Takes new keys if the source has changed. May block on a disk.
    pub(crate) fn refresh(&self) {
        let source = self.source.as_ref().filter(|source| source.has_changed());
        if source.is_some() && self.reload().is_err() {
            // The text of the failure may come from the user's own source, and is not logged.
            tracing::warn!("the changed client secret cannot be used; requests are signed with the previous one");
        }
    }

    fn held(&self) -> Arc<Held> {
        Arc::clone(&self.held.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns the seal of journal rows, with the active secret, even if the server accepted another one.
    pub(crate) fn seal(&self) -> Seal {
        self.held().seal.clone()
    }

    /// Starts the choice of keys for one call.
    pub(crate) fn turn(&self) -> Turn {
        Turn::new(self.held())
    }
}

/// The choice of the signing key for one call.
pub(crate) struct Turn {
    held: Arc<Held>,
    at: usize,
    tried: usize,
}

impl Turn {
    fn new(held: Arc<Held>) -> Self {
        Self {
            at: held.first.load(Ordering::Relaxed),
            tried: 1,
            held,
        }
    }

    /// Takes new keys if they changed since the last attempt.
    pub(crate) fn renew(&mut self, ring: &Ring) {
        let held = ring.held();
        if !Arc::ptr_eq(&held, &self.held) {
            *self = Self::new(held);
        }
    }

    pub(crate) fn key(&self) -> Option<&Key> {
        self.held.keys.get(self.at)
    }

    /// Returns `true` if there is a key that this call was not signed with. A change of the keys starts over.
    pub(crate) fn has_other(&self, ring: &Ring) -> bool {
        self.tried < self.held.keys.len() || !Arc::ptr_eq(&ring.held(), &self.held)
    }

    /// Switches to the other key.
    pub(crate) fn take_other(&mut self) {
        if self.tried < self.held.keys.len() {
            self.at = (self.at + 1) % self.held.keys.len();
            self.tried += 1;
        }
    }

    /// Records that the server accepted the key: later calls start with it.
    pub(crate) fn accepted(&self) {
        self.held.first.store(self.at, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::signing;

    /// Finds the secret whose key gives the same signature.
    fn text(turn: &Turn) -> &'static str {
        let signed = signing::sign(turn.key().unwrap(), "");
        let is_same = |text: &&str| signing::sign(&Key::from_bytes(text.as_bytes()), "") == signed;
        let known = ["new", "old", "first", "second", "third", "\0\u{7f}"];
        known.into_iter().find(is_same).unwrap()
    }

    fn two() -> Ring {
        Ring::of(&ClientSecrets::new("new").previous("old"), SecretEncoding::Utf8).unwrap()
    }

    #[test]
    fn a_call_tries_each_key_once_and_the_next_begins_with_the_accepted_one() {
        let ring = two();
        let mut turn = ring.turn();
        assert_eq!(text(&turn), "new");
        assert!(turn.has_other(&ring));
        turn.take_other();
        assert_eq!(text(&turn), "old");
        assert!(!turn.has_other(&ring));
        turn.take_other();
        assert_eq!(text(&turn), "old", "there is no third one");
        assert_eq!(text(&ring.turn()), "new", "nothing was accepted yet");
        turn.accepted();
        let mut next = ring.turn();
        assert_eq!(text(&next), "old");
        next.take_other();
        assert_eq!(text(&next), "new");
    }

    #[derive(Clone, Default)]
    struct Vault(Arc<Mutex<&'static str>>, Arc<AtomicBool>);

    impl SecretSource for Vault {
        fn load(&self) -> Result<ClientSecrets, Cause> {
            match *self.0.lock().unwrap() {
                "" => Err("the vault is closed".into()),
                text => Ok(ClientSecrets::new(text)),
            }
        }

        fn has_changed(&self) -> bool {
            self.1.load(Ordering::Relaxed)
        }
    }

    #[test]
    fn a_call_under_way_signs_its_next_attempt_with_the_changed_key() {
        let vault = Vault::default();
        *vault.0.lock().unwrap() = "first";
        let ring = Ring::from_source(Arc::new(vault.clone()), SecretEncoding::Utf8).unwrap();
        let mut turn = ring.turn();
        *vault.0.lock().unwrap() = "second";
        turn.renew(&ring);
        assert_eq!((text(&turn), turn.has_other(&ring)), ("first", false), "nobody said so");
        ring.reload().unwrap();
        assert!(turn.has_other(&ring));
        assert_eq!(text(&turn), "first", "an attempt ends with the key it began with");
        turn.renew(&ring);
        assert_eq!(text(&turn), "second");

        *vault.0.lock().unwrap() = "third";
        vault.1.store(true, Ordering::Relaxed);
        ring.refresh();
        turn.renew(&ring);
        assert_eq!(text(&turn), "third", "the source said that it changed");
    }

    #[test]
    fn a_source_that_fails_leaves_the_keys_of_before() {
        let vault = Vault::default();
        assert!(Ring::from_source(Arc::new(vault.clone()), SecretEncoding::Utf8).is_err());
        *vault.0.lock().unwrap() = "007f";
        let ring = Ring::from_source(Arc::new(vault.clone()), SecretEncoding::Hex).unwrap();
        for broken in ["", "no hex"] {
            *vault.0.lock().unwrap() = broken;
            vault.1.store(true, Ordering::Relaxed);
            assert!(ring.reload().is_err());
            assert_eq!(text(&ring.turn()), "\0\u{7f}");
        }
    }
}
