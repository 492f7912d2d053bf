//! Public keys of deliveries (`x-webhooks.signing`): their form, the names of their signatures, and where a verifier fetches them.

use super::reader::Reader;
use super::signing_settings::{Algorithms, algorithms};
use crate::constant::text;
use crate::ir::{
    DeliveryKeyInput, DeliveryKeyOperation, DeliveryKeySource, KeyPairRules, Pointer, SignatureAlgorithm, Word as _,
};
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

/// Sources, each with the members that only it has.
const SOURCES: [(&str, &[&str]); 3] = [
    ("jwks", &[]),
    ("certificate", &["hosts"]),
    ("operation", &["id", "key", "revoked"]),
];

/// Reads the source of keys, if there is one. `is_jws`: the signature names its key (`kid`).
pub(super) fn read_key_source(
    signing: &mut Reader<'_, '_>,
    is_jws: bool,
    has_secret: bool,
) -> Option<DeliveryKeySource> {
    let node = signing.get("keys")?;
    if has_secret {
        let help = "remove `keys`, or keep the algorithms of key pairs alone";
        signing.fault(node, "a secret cannot be fetched", help);
    }
    let mut reader = signing.below("keys")?;
    let mut named = SOURCES.iter().filter(|(name, _)| node.get(name).is_some());
    let (Some((source, own)), None) = (named.next(), named.next()) else {
        let help = "write one of `jwks`, `certificate` with `hosts`, and `operation` with `id`";
        reader.fault(node, "`keys` names none or several sources", help);
        return None;
    };
    if let Some(other) = node.members().find(|one| one.key != *source && !own.contains(&one.key)) {
        let message = format!("`{source}` has no `{}`", other.key);
        reader.fault(other.value, message, "remove it");
    }
    if *source != "certificate" && !is_jws {
        let help = "describe a JSON Web Signature (`jws`), or write `certificate`";
        reader.fault(node, "the signature does not name its key", help);
    }
    match *source {
        "jwks" => jwks(&mut reader),
        "certificate" => certificate(&mut reader),
        _ => operation(&mut reader),
    }
}

fn jwks(reader: &mut Reader<'_, '_>) -> Option<DeliveryKeySource> {
    let node = reader.get("jwks")?;
    let url = node.as_str()?;
    let (host, _) = url
        .strip_prefix("https://")
        .unwrap_or_default()
        .split_once('/')
        .unwrap_or_default();
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"#@\\\"<>".contains(&byte);
    if !is_host(host) || !url.bytes().all(is_plain) {
        let help = "write an absolute URL like `https://keys.example.com/jwks.json`; a user can set another one";
        reader.fault(node, "this is not a URL of keys", help);
        return None;
    }
    Some(DeliveryKeySource::Jwks(url.to_owned()))
}

fn certificate(reader: &mut Reader<'_, '_>) -> Option<DeliveryKeySource> {
    let header = reader.header("certificate");
    let hosts = reader.need("hosts")?;
    if let Some(host) = hosts.items().find(|host| !host.as_str().is_some_and(is_host)) {
        let help = "write the host of the API in lower case, like `example.com`, which includes the names below it";
        reader.fault(host, "this is not a host of certificates", help);
    }
    let hosts = reader.texts("hosts");
    if hosts.is_empty() {
        let help = "without a host, anyone could send the URL of another certificate";
        reader.fault(reader.node, "`hosts` is empty", help);
    }
    Some(DeliveryKeySource::Certificate { header: header?, hosts })
}

/// Returns true for a name with at least two labels, as a verifier compares hosts.
fn is_host(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    text.contains('.')
        && text
            .split('.')
            .all(|label| !label.is_empty() && label.bytes().all(is_plain))
}

fn operation(reader: &mut Reader<'_, '_>) -> Option<DeliveryKeySource> {
    let id = reader.need("id")?;
    let id = if id.as_str()?.starts_with('/') {
        DeliveryKeyInput::Body(reader.pointer_of(id)?)
    } else {
        DeliveryKeyInput::Parameter(id.as_str()?.to_owned())
    };
    let key = if reader.get("key").is_some() {
        reader.pointer("key")?
    } else {
        Pointer::new()
    };
    Some(DeliveryKeySource::Operation(DeliveryKeyOperation {
        operation: reader.text("operation")?,
        id,
        key,
        revoked: reader.pointer("revoked"),
    }))
}
