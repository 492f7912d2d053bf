//! The keys of deliveries (`x-webhooks.signing`): algorithms, a secret, public keys, and the names of their signatures.

use super::reader::{Reader, word_of};
use super::signed_message::secret;
use crate::ir::{Algorithm, Mac, PublicKeys, SignatureAlgorithm, Word as _};
use crate::source::Node;

/// The keys of deliveries.
pub(super) struct Keys {
    pub(super) mac: Option<Mac>,
    pub(super) public: Option<PublicKeys>,
}

impl Keys {
    fn algorithms(&self) -> Vec<SignatureAlgorithm> {
        let mac = self.mac.iter().map(|mac| mac.algorithm.into());
        let public = self.public.iter().flat_map(|keys| keys.algorithms.iter().copied());
        mac.chain(public).collect()
    }
}

/// Names of the items that are signatures, in a header with several items.
#[derive(Default)]
pub(super) struct SignatureNames {
    /// Of all algorithms.
    pub(super) any: Option<String>,
    mac: Option<String>,
    public: Option<String>,
    named: Vec<SignatureAlgorithm>,
}

/// Reads `algorithm`, with `encoding`, `secret` and `publicKey`.
pub(super) fn read(reader: &mut Reader<'_, '_>) -> Option<Keys> {
    let node = reader.get("algorithm")?;
    let algorithms = algorithms(reader, node)?;
    let macs: Vec<Algorithm> = algorithms.iter().filter_map(|one| one.mac()).collect();
    let public: Vec<SignatureAlgorithm> = algorithms.into_iter().filter(|one| one.mac().is_none()).collect();
    if let [_, _, ..] = macs[..] {
        reader.fault(node, "a secret signs by one algorithm", "keep one of the two");
        return None;
    }
    if let (true, Some(secret)) = (macs.is_empty(), reader.get("secret")) {
        let help = "remove `secret`: a user gives the public key of the API to the verifier";
        reader.fault(secret, "no secret verifies a signature of a key pair", help);
    }
    let prefix = reader.get("publicKey");
    if let (false, Some(node)) = (public.contains(&SignatureAlgorithm::Ed25519), prefix) {
        let help = "remove `publicKey`: a public key of another algorithm is in PEM";
        reader.fault(node, "only a public key of `ed25519` can be a text with a prefix", help);
    }
    let encoding = reader.word("encoding")?;
    let mac = match macs[..] {
        [] => None,
        [algorithm, ..] => {
            reader.need("secret");
            Some(Mac {
                algorithm,
                encoding,
                secret: secret(reader)?,
            })
        }
    };
    let public = (!public.is_empty()).then(|| PublicKeys {
        algorithms: public,
        encoding,
        prefix: reader.text_below("publicKey", "prefix").unwrap_or_default(),
        name: None,
    });
    Some(Keys { mac, public })
}

/// Reads one algorithm, or a list.
pub(super) fn algorithms(reader: &mut Reader<'_, '_>, node: Node<'_>) -> Option<Vec<SignatureAlgorithm>> {
    let nodes: Vec<Node<'_>> = if node.text().is_some() {
        vec![node]
    } else {
        node.items().collect()
    };
    let mut all: Vec<SignatureAlgorithm> = Vec::new();
    for one in nodes {
        let algorithm = word_of(one)?;
        if all.contains(&algorithm) {
            reader.fault(one, "this algorithm is listed twice", "list each algorithm once");
        }
        all.push(algorithm);
    }
    if all.is_empty() {
        reader.fault(node, "`algorithm` is empty", "list at least one algorithm");
        return None;
    }
    Some(all)
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

    /// Returns the name of MACs, or of all signatures if there is no secret, and sets that of public keys.
    pub(super) fn settle(self, read: &mut Reader<'_, '_>, pairs: Node<'_>, keys: &mut Keys) -> Option<String> {
        let known = [
            (keys.mac.is_some(), &self.mac, "a secret"),
            (keys.public.is_some(), &self.public, "a public key"),
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
        let of_keys = keys.algorithms();
        if let Some(other) = self.named.iter().find(|one| !of_keys.contains(one)) {
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
        if let Some(keys) = &mut keys.public {
            keys.name.clone_from(&public);
        }
        self.mac.or(self.any).or(public)
    }
}
