//! The algorithms of a signature of requests or deliveries, with the secret and the encodings, its `settings`, and `freshness`.
//!
//! In: the value of `x-signing` or `x-webhooks.signing`. Out: plain data; `None` after a fault.

use super::reader::{Reader, word_of};
use super::signed_message::{Common, in_prose, secret};
use crate::constant::{list, text};
use crate::ir::{
    Algorithm, Freshness, KeyPairRules, MacEncoding, Piece, SecretForm, SignatureAlgorithm, SignedValue,
    SigningSetting, Word as _,
};
use crate::source::Node;

/// The algorithms of a signature: a MAC with its secret, key pairs, or both, of which the key decides.
pub(super) struct Algorithms {
    /// Encoding of a MAC, or of the signature of a key pair if there is no MAC.
    pub(super) encoding: MacEncoding,
    pub(super) secret: Option<SecretForm>,
    pub(super) key_pair: Option<KeyPairRules>,
}

impl Algorithms {
    /// `is_encoded`: the contract names the encoding of the signature, and not its form.
    pub(super) fn from_reader(reader: &mut Reader<'_, '_>, is_encoded: bool) -> Option<Self> {
        let node = reader.get("algorithm")?;
        let all = algorithms(reader, node)?;
        let macs: Vec<Algorithm> = all.iter().filter_map(|one| one.mac()).collect();
        let pairs: Vec<SignatureAlgorithm> = all.iter().copied().filter(|one| one.mac().is_none()).collect();
        if macs.len() > 1 {
            let help = "keep one of `hmac-sha256` and `hmac-sha512`";
            reader.fault(node, "the secret does not decide between two MACs", help);
            return None;
        }
        let encodings = encodings(reader, &all, is_encoded)?;
        let encoding = |algorithm: SignatureAlgorithm| {
            let found = encodings.iter().find(|(known, _)| *known == algorithm);
            found.map_or(MacEncoding::Base64Url, |(_, encoding)| *encoding)
        };
        let secret = match (macs.first(), reader.get("secret")) {
            (Some(algorithm), Some(_)) => Some(secret(reader, *algorithm)?),
            (Some(_), None) => {
                reader.need("secret");
                return None;
            }
            (None, Some(node)) => {
                let help = "remove `secret`: the key of a key pair has its own form";
                reader.fault(node, "only a MAC has a shared secret", help);
                return None;
            }
            (None, None) => None,
        };
        let key_pair = pairs.first().map(|first| KeyPairRules {
            algorithms: list(pairs.clone()),
            encoding: encoding(*first),
            prefix: "",
        });
        if pairs
            .iter()
            .any(|one| Some(encoding(*one)) != key_pair.as_ref().map(|pair| pair.encoding))
        {
            let help = "write one encoding for all algorithms of key pairs";
            reader.fault(
                reader.get("encoding").unwrap_or(node),
                "two algorithms of key pairs have different encodings",
                help,
            );
            return None;
        }
        let first = secret.map(|secret| secret.algorithm.into()).or(pairs.first().copied());
        Some(Self {
            encoding: first.map_or(MacEncoding::Base64Url, encoding),
            secret,
            key_pair,
        })
    }
}

/// Reads `encoding`: one for all algorithms, or one for each.
fn encodings(
    reader: &mut Reader<'_, '_>,
    all: &[SignatureAlgorithm],
    is_encoded: bool,
) -> Option<Vec<(SignatureAlgorithm, MacEncoding)>> {
    let node = match (reader.get("encoding"), is_encoded) {
        (Some(node), true) => node,
        (None, true) => return reader.need("encoding").map(|_| Vec::new()),
        (Some(node), false) => {
            let help = "remove it: the form of the signature has its own encoding";
            reader.fault(node, "`encoding` is that of a message", help);
            return None;
        }
        (None, false) => return Some(Vec::new()),
    };
    if node.text().is_some() {
        let encoding = word_of(node)?;
        return Some(all.iter().map(|one| (*one, encoding)).collect());
    }
    let mut found = Vec::new();
    for one in all {
        let Some(encoding) = node.get(one.word()) else {
            let message = format!("`encoding` has no value for `{}`", one.word());
            reader.fault(
                node,
                message,
                "write an encoding for each algorithm, or one word for all",
            );
            return None;
        };
        found.push((*one, word_of(encoding)?));
    }
    let is_listed = |name: &str| all.iter().any(|one| one.word() == name);
    if let Some(idle) = node.members().find(|member| !is_listed(member.key)) {
        let message = format!("`{}` is not one of the algorithms", idle.key);
        reader.fault(idle.value, message, "remove it, or add it to `algorithm`");
        return None;
    }
    Some(found)
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

/// The settings, and their documentation.
pub(super) struct Settings {
    pub(super) settings: &'static [SigningSetting],
    pub(super) docs: Vec<Option<String>>,
}

/// Reads the settings. Each must be in the message, or in a parameter of the query.
pub(super) fn read_settings(reader: &mut Reader<'_, '_>, common: &Common) -> Option<Settings> {
    let (mut settings, mut docs, mut is_sound) = (Vec::new(), Vec::new(), true);
    let mut map = reader.below("settings");
    for member in map.iter().flat_map(|map| map.node.members()).collect::<Vec<_>>() {
        let Some(mut inner) = map.as_mut().and_then(|map| map.inside(member.value)) else {
            continue;
        };
        let is_plain = member.key.starts_with(|first: char| first.is_ascii_lowercase())
            && member.key.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let is_known = |known: &SigningSetting| known.name.eq_ignore_ascii_case(member.key);
        if !is_plain || settings.iter().any(is_known) {
            let help = "write a different name of letters and digits, like `notificationUrl`";
            inner.fault(
                member.value,
                format!("a setting cannot have the name `{}`", member.key),
                help,
            );
            is_sound = false;
            continue;
        }
        let query = inner.text("query");
        if query.is_none() && !common.signs(SignedValue::Setting(text(member.key))) {
            let message = format!("the message does not contain the setting `{}`", member.key);
            inner.fault(
                member.value,
                message,
                "remove it, or write it as `{settings.NAME}` in `message`",
            );
            is_sound = false;
        }
        docs.push(inner.text("description"));
        settings.push(SigningSetting {
            name: text(member.key),
            environment: inner.variable("environment").as_deref().map(text),
            required: query.is_none(),
        });
    }
    for piece in common.message {
        if let Piece::Value(SignedValue::Setting(name), _) = piece
            && !settings.iter().any(|known| known.name == *name)
        {
            let node = reader.get("message").unwrap_or(reader.node);
            let message = format!("{} is not declared", in_prose(piece));
            reader.fault(node, message, "declare it with its `description` under `settings`");
            is_sound = false;
        }
    }
    is_sound.then(|| Settings {
        settings: list(settings),
        docs,
    })
}

/// Reads the allowed distance between a signed instant and the clock of a receiver, in seconds: a number for both ways, or one for
/// each. `is_stamped`: the instant is signed, so there can be one.
pub(super) fn read_freshness(reader: &mut Reader<'_, '_>, is_stamped: bool) -> Option<Freshness> {
    let node = reader.need("freshness")?;
    let freshness = if node.text() == Some("none") {
        Freshness::ANY
    } else if let Some(mut ways) = reader.below("freshness") {
        let [past, future] = ["past", "future"].map(|way| ways.number(way));
        if past.is_none() && ways.get("past").is_some() || future.is_none() && ways.get("future").is_some() {
            return None;
        }
        Freshness { past, future }
    } else {
        Freshness::each_way(reader.number("freshness")?)
    };
    if !is_stamped && freshness != Freshness::ANY {
        let help = "write `freshness: none`: without a signed time, a verifier cannot detect an old delivery";
        reader.fault(node, "no time is signed, so the age of a delivery is unknown", help);
    }
    Some(freshness)
}
