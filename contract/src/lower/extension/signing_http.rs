//! `http` and `oauth1` of `x-signing`: signatures of HTTP messages (draft-cavage-http-signatures-10, RFC 9421) and OAuth 1.0a.
//!
//! In: the value of `http`, the algorithms, and the place of the signature. Out: the form; `None` after a fault.

use super::reader::{Reader, word_of};
use super::signed_message::template_at;
use crate::constant::{list, text};
use crate::ir::{
    Filter, HttpForm, HttpParameter, HttpProfile, OAuth1Form, Piece, SignatureAlgorithm, SignaturePlace, SignedValue,
    TimestampFormat, Word as _,
};
use crate::source::Node;

/// Reads `http`.
pub(super) fn http(
    reader: &mut Reader<'_, '_>,
    algorithms: &[SignatureAlgorithm],
    place: &SignaturePlace,
) -> Option<HttpForm> {
    if !place
        .header()
        .is_some_and(|name| name.eq_ignore_ascii_case("signature"))
    {
        let help = "write `type: apiKey`, `in: header`, `name: Signature`";
        reader.fault(reader.node, "the header of such a signature is `Signature`", help);
        return None;
    }
    let profile = match reader.text("profile")?.as_str() {
        "cavage-10" => HttpProfile::Cavage10(names(reader, "algorithms", algorithms)?),
        "rfc9421" => HttpProfile::Rfc9421(
            reader.get("label").and_then(Node::as_str).map_or("sig1", text),
            list(
                reader
                    .get("parameters")
                    .iter()
                    .flat_map(|list| list.items())
                    .map(word_of)
                    .collect::<Option<Vec<HttpParameter>>>()?,
            ),
        ),
        _ => return None,
    };
    let is_rfc = matches!(profile, HttpProfile::Rfc9421(..));
    for word in if is_rfc {
        &["algorithms"][..]
    } else {
        &["label", "parameters"]
    } {
        if let Some(node) = reader.get(word) {
            let message = format!("`{word}` is not a member of this profile");
            reader.fault(node, message, "remove it, or write the other `profile`");
            return None;
        }
    }
    let digest = reader.get("digest").map(|node| {
        let name = node.get("header").and_then(Node::as_str)?;
        let filter = Filter::from_word(node.get("algorithm").and_then(Node::as_str)?)?;
        crate::ir::is_token(name).then(|| (text(name), filter))
    });
    let digest = match digest {
        Some(None) => return None,
        digest => digest.flatten(),
    };
    let covered = components(reader, "covered")?;
    if covered.is_empty() {
        reader.need("covered");
        return None;
    }
    if let (Some((name, _)), Some(node)) = (&digest, reader.get("digest"))
        && !covered.iter().any(|known| known.eq_ignore_ascii_case(name))
    {
        let help = "add the header to `covered`";
        reader.fault(
            node,
            "the digest of the body is not signed, so anyone could change both",
            help,
        );
        return None;
    }
    let key_id = match reader.get("keyId") {
        Some(node) => template_at(reader, node)?,
        None => &[Piece::Value(SignedValue::KeyId, &[])],
    };
    Some(HttpForm {
        profile,
        covered,
        if_sent: components(reader, "ifSent")?,
        digest,
        key_id,
        certificate_header: reader.header("certificate").as_deref().map(text),
    })
}

/// Reads a list of covered components, in lower case.
fn components(reader: &mut Reader<'_, '_>, word: &str) -> Option<&'static [&'static str]> {
    let mut found = Vec::new();
    for node in reader.get(word).into_iter().flat_map(Node::items).collect::<Vec<_>>() {
        let name = text(node.as_str()?);
        if name.bytes().any(|byte| byte.is_ascii_uppercase()) && !name.contains('"') {
            reader.fault(
                node,
                format!("`{name}` has capitals"),
                "write the names of headers in lower case",
            );
            return None;
        }
        if found.contains(&name) {
            reader.fault(node, format!("`{name}` is listed twice"), "list each component once");
            return None;
        }
        found.push(name);
    }
    Some(list(found))
}

/// Reads `oauth1`.
pub(super) fn oauth1(
    reader: &mut Reader<'_, '_>,
    algorithms: &[SignatureAlgorithm],
    place: &SignaturePlace,
    timestamp: TimestampFormat,
) -> Option<OAuth1Form> {
    if place.header() != Some("Authorization") || *place == SignaturePlace::Bearer {
        let help = "write `type: http`, `scheme: OAuth`";
        reader.fault(reader.node, "OAuth 1.0a has its own scheme of `Authorization`", help);
        return None;
    }
    if timestamp != TimestampFormat::UnixSeconds {
        let help = "write `timestamp: unix-seconds`";
        reader.fault(reader.node, "the timestamp of OAuth 1.0a is in seconds", help);
        return None;
    }
    Some(OAuth1Form {
        methods: names(reader, "methods", algorithms)?,
        body_hash: reader.flag("bodyHash"),
        encode_values: reader.get("encodeValues").and_then(Node::as_bool).unwrap_or(true),
    })
}

/// Reads the API's name of each algorithm.
fn names(
    reader: &mut Reader<'_, '_>,
    word: &str,
    algorithms: &[SignatureAlgorithm],
) -> Option<&'static [(SignatureAlgorithm, &'static str)]> {
    let node = reader.need(word)?;
    let mut found = Vec::new();
    for algorithm in algorithms {
        let Some(name) = node.get(algorithm.word()).and_then(Node::as_str) else {
            let message = format!("`{word}` has no name for `{}`", algorithm.word());
            reader.fault(node, message, "write the API's name of each algorithm");
            return None;
        };
        found.push((*algorithm, text(name)));
    }
    let is_listed = |name: &str| algorithms.iter().any(|one| one.word() == name);
    if let Some(idle) = node.members().find(|member| !is_listed(member.key)) {
        let message = format!("`{}` is not one of the algorithms", idle.key);
        reader.fault(idle.value, message, "remove it, or add it to `algorithm`");
        return None;
    }
    Some(list(found))
}
