//! Seals, which prove who wrote a row of a journal: secrets of a client come in, a MAC over the parts of a row goes out.
//!
//! The keys are derived (HKDF with SHA-256, RFC 5869), so that a stored row reveals no more of a secret than a request does. No
//! key may leave this module, print, or sign anything else.

use std::sync::Arc;

use zeroize::Zeroizing;

use crate::hash::{Keyed, Mac, derive};
use crate::mac::hex;
use crate::secret;

/// Separates these keys from all others that are made of the same secret.
const SALT: &[u8] = b"sdk-journal";
const MAC_KEY: &[u8] = b"mac of a row, version 1";
const NAME: &[u8] = b"name of the key, version 1";

/// Largest number of known keys: the current one, and those of earlier secrets.
const MOST: usize = 4;

/// Signs the rows of one client, and verifies them later. The default seal has no key and signs nothing. Clones share their
/// keys.
#[derive(Clone, Default)]
pub struct Seal(Arc<[Key]>);

/// A derived key and its name.
#[derive(Clone)]
struct Key {
    name: String,
    keyed: Keyed,
}

impl Key {
    fn of(secret: &[u8]) -> Option<Self> {
        let (mut key, mut name) = (Zeroizing::new([0; 32]), [0; 8]);
        derive(secret, SALT, MAC_KEY, &mut *key)?;
        derive(secret, SALT, NAME, &mut name)?;
        Some(Self {
            name: hex(&name),
            keyed: Keyed::new(&*key),
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
    pub fn of_keys<'k>(keys: impl IntoIterator<Item = &'k secret::Key>) -> Self {
        Self::of(keys.into_iter().map(secret::Key::expose))
    }

    /// Creates the seal of the bytes of secrets: the first one signs, all of them verify.
    pub fn of<'s>(secrets: impl IntoIterator<Item = &'s [u8]>) -> Self {
        let of_one = |secret: &[u8]| Self(Key::of(secret).into_iter().collect());
        let secrets = secrets.into_iter();
        secrets.fold(Self::default(), |known, secret| known.knowing(&of_one(secret)))
    }

    /// Adds the keys of an earlier seal, which then verify as well.
    #[must_use]
    pub fn knowing(&self, earlier: &Self) -> Self {
        let is_new = |key: &&Key| self.0.iter().all(|own| own.name != key.name);
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
        let key = self.0.first()?;
        Some(key.over(parts).finish())
    }

    /// Returns `true` if the key of this name signed the parts. Takes constant time over the bytes of the MAC. Returns `false`
    /// for an unknown key.
    pub fn verifies(&self, name: &str, mac: &[u8], parts: &[&[u8]]) -> bool {
        let key = self.0.iter().find(|key| key.name == name);
        key.is_some_and(|key| key.over(parts).verify(mac))
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

    #[test]
    fn name_and_mac_are_what_another_program_computes() {
        // Computed with Python's hmac and hashlib; tests/vectors/seal.py prints these values.
        let seal = Seal::of([b"the secret of a client".as_slice()]);
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
        let (old, new) = (Seal::of([b"old".as_slice()]), Seal::of([b"new".as_slice()]));
        let both = Seal::of([b"new".as_slice(), b"old"]);
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
        let seal = Seal::of([b"one".as_slice(), b"one"]);
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
        let seal = Seal::of([b"hunter2".as_slice()]);
        assert_eq!(format!("{seal:?}"), format!("Seal(Some({:?}))", seal.name().unwrap()));
    }
}
