//! Public keys of deliveries (`x-webhooks.signing`): their form, and the names of their signatures.

use super::reader::Reader;
use super::signing_algorithms::{Algorithms, algorithms};
use crate::constant::text;
use crate::ir::{KeyPairRules, SignatureAlgorithm, Word as _};
use crate::source::Node;

/// Names of the items that are signatures, in a header with several items.
#[derive(Default)]
pub(super) struct SignatureNames {
    /// Of all algorithms.
    pub(super) any: Option<String>,
    mac: Option<String>,
    public: Option<String>,
    named: Vec<SignatureAlgorithm>,
}

/// The names that a verifier reads, if items have names.
#[derive(Default)]
pub(super) struct SettledNames {
    pub(super) items: Option<&'static str>,
    pub(super) public: Option<&'static str>,
}

/// Reads `publicKey`: the text before a key of Ed25519.
pub(super) fn prefix(reader: &mut Reader<'_, '_>, pair: Option<KeyPairRules>) -> &'static str {
    let has_ed25519 = pair.is_some_and(|pair| pair.algorithms.contains(&SignatureAlgorithm::Ed25519));
    if let (false, Some(node)) = (has_ed25519, reader.get("publicKey")) {
        let help = "remove `publicKey`: a public key of another algorithm is in PEM";
        reader.fault(node, "only a public key of `ed25519` can be a text with a prefix", help);
    }
    reader.text_below("publicKey", "prefix").as_deref().map_or("", text)
}

/// Reads the algorithms of Standard Webhooks; without `algorithm`, that of a secret.
pub(super) fn of_standard_webhooks(reader: &mut Reader<'_, '_>) -> Option<Vec<SignatureAlgorithm>> {
    let Some(node) = reader.get("algorithm") else {
        return Some(vec![SignatureAlgorithm::HmacSha256]);
    };
    let all = algorithms(reader, node)?;
    let is_known =
        |one: &SignatureAlgorithm| matches!(one, SignatureAlgorithm::HmacSha256 | SignatureAlgorithm::Ed25519);
    if !all.iter().all(is_known) {
        let help = "write `hmac-sha256` (`v1`), `ed25519` (`v1a`), or a list of both";
        reader.fault(node, "Standard Webhooks has no such signature", help);
        return None;
    }
    Some(all)
}

impl SignatureNames {
    /// Sets the name of an algorithm. Returns true if it has one.
    pub(super) fn replace(&mut self, algorithm: SignatureAlgorithm, name: &str) -> bool {
        self.named.push(algorithm);
        let target = match algorithm.mac() {
            Some(_) => &mut self.mac,
            None => &mut self.public,
        };
        target.replace(name.to_owned()).is_some()
    }

    /// Returns the names of MACs, or of all signatures if there is no secret, and of the signatures of public keys.
    pub(super) fn settle(self, read: &mut Reader<'_, '_>, pairs: Node<'_>, keys: &Algorithms) -> Option<SettledNames> {
        let known = [
            (keys.secret.is_some(), &self.mac, "a secret"),
            (keys.key_pair.is_some(), &self.public, "a public key"),
        ];
        for (has_key, name, whose) in known {
            if has_key && name.is_none() && self.any.is_none() {
                let message = if self.mac.is_none() && self.public.is_none() {
                    "no name of `pairs` is the signature".to_owned()
                } else {
                    format!("no name of `pairs` is the signature by {whose}")
                };
                read.fault(pairs, message, "add a row like `v1: signature`");
                return None;
            }
        }
        let is_of_keys = |one: &&SignatureAlgorithm| {
            let of_secret = keys.secret.map(|secret| secret.algorithm.into());
            of_secret == Some(**one) || keys.key_pair.is_some_and(|pair| pair.algorithms.contains(one))
        };
        if let Some(other) = self.named.iter().find(|one| !is_of_keys(one)) {
            let message = format!(
                "a name of `pairs` is the signature by `{}`, which is not an `algorithm`",
                other.word()
            );
            read.fault(
                pairs,
                message,
                "add it to `algorithm`, or remove the row: other names are skipped",
            );
        }
        let public = self.public.or_else(|| self.any.clone());
        let items = self.mac.or(self.any).or_else(|| public.clone())?;
        Some(SettledNames {
            items: Some(text(&items)),
            public: if keys.key_pair.is_some() {
                public.as_deref().map(text)
            } else {
                None
            },
        })
    }
}
