//! The form of a signature of `x-signing`: a message, a JSON Web Signature, or another standard, such as signatures of HTTP messages
//! (draft-cavage-http-signatures-10, RFC 9421) and OAuth 1.0a. Reports combinations without a meaning, each at its place.

use super::reader::{Reader, word_of};
use super::signed_message::{Common, template_at};
use super::signing_settings::Algorithms;
use crate::constant::{list, text};
use crate::ir::{
    Claim, Filter, HttpForm, HttpParameter, HttpProfile, Jws, JwsPayload, OAuth1Form, Piece, SignatureAlgorithm,
    SignatureForm, SignaturePlace, SignedValue, TimestampFormat, Word as _,
};
use crate::source::Node;

/// Names of forms. Each describes the whole signature.
const FORMS: [&str; 5] = ["message", "components", "jws", "http", "oauth1"];

/// The signed texts, and their form.
pub(super) struct SignedTexts {
    /// The message, or all values of another form.
    pub(super) common: Common,
    pub(super) algorithms: Algorithms,
    pub(super) form: SignatureForm,
}

impl SignedTexts {
    pub(super) fn from_reader(reader: &mut Reader<'_, '_>, place: &SignaturePlace) -> Option<Self> {
        let word = FORMS[2..].iter().copied().find(|word| reader.get(word).is_some());
        let Some((word, node)) = word.and_then(|word| Some((word, reader.get(word)?))) else {
            let algorithms = Algorithms::from_reader(reader, true);
            let common = Common::from_reader(reader)?;
            return Some(Self {
                common,
                algorithms: algorithms?,
                form: SignatureForm::Message,
            });
        };
        let algorithms = Algorithms::from_reader(reader, false);
        if let Some(other) = FORMS
            .iter()
            .find_map(|other| reader.get(other).filter(|_| *other != word))
        {
            let message = format!("`{word}` describes all that is signed");
            reader.fault(other, message, "remove it, or remove the other form");
            return None;
        }
        let timestamp = Common::timestamp(reader);
        let algorithms = algorithms?;
        if algorithms.secret.is_some() {
            let help = "write an algorithm of a key pair, such as `rsa-pkcs1-sha256`";
            reader.fault(node, format!("a MAC does not sign `{word}`"), help);
            return None;
        }
        let listed = algorithms.key_pair.map_or(&[][..], |pair| pair.algorithms);
        let mut inner = reader.inside(node)?;
        let form = match word {
            "jws" => SignatureForm::Jws(jws(&mut inner, timestamp)?),
            "http" => SignatureForm::Http(http(&mut inner, listed, place)?),
            _ => SignatureForm::OAuth1(oauth1(&mut inner, listed, place, timestamp)?),
        };
        let common = Common {
            message: list(form.pieces().copied().collect()),
            timestamp,
        };
        Some(Self {
            common,
            algorithms,
            form,
        })
    }
}

/// Reads `jws`.
fn jws(reader: &mut Reader<'_, '_>, timestamp: TimestampFormat) -> Option<Jws> {
    let protected = claims(reader, "protected", timestamp)?;
    let detached = reader.flag("detached");
    let payload = match (reader.get("claims"), reader.get("payload")) {
        (Some(_), None) => JwsPayload::Claims(claims(reader, "claims", timestamp)?),
        (None, Some(node)) => JwsPayload::Message(template_at(reader, node)?),
        (Some(node), Some(_)) => {
            reader.fault(node, "`claims` and `payload` are both present", "keep one of them");
            return None;
        }
        (None, None) => {
            let help = "add `claims`, an object of templates, or `payload`, a template such as `{body}`";
            reader.fault(reader.node, "`jws` has neither `claims` nor `payload`", help);
            return None;
        }
    };
    if let (true, JwsPayload::Claims(_), Some(node)) = (detached, &payload, reader.get("detached")) {
        let help = "remove `detached`, or write `payload` with what the request contains";
        reader.fault(node, "the server cannot know claims that are not sent", help);
        return None;
    }
    if let Some(node) = reader.get("protected").and_then(|node| node.get("alg")) {
        reader.fault(
            node,
            "`alg` is the algorithm that the key signs by",
            "remove it: the client writes it first",
        );
        return None;
    }
    Some(Jws {
        protected,
        payload,
        detached,
    })
}

/// Reads an object of templates.
fn claims(
    reader: &mut Reader<'_, '_>,
    word: &str,
    timestamp: TimestampFormat,
) -> Option<&'static [(&'static str, Claim)]> {
    let mut claims = Vec::new();
    for member in reader.get(word).into_iter().flat_map(Node::members).collect::<Vec<_>>() {
        let node = member.value;
        let claim = if node.is_seq() {
            let texts: Vec<_> = node.items().filter_map(Node::as_str).map(text).collect();
            (texts.len() == node.items().count()).then(|| Claim::List(list(texts)))
        } else if node.as_str().is_some() {
            let pieces = template_at(reader, node)?;
            let is_raw = |piece: &Piece| matches!(piece, Piece::Value(SignedValue::Body, filters) if !is_text(filters));
            if pieces.iter().any(is_raw) {
                let help = "write `{body|sha256|hex}`";
                reader.fault(
                    node,
                    "the body is not text, so a member of JSON cannot contain it",
                    help,
                );
                return None;
            }
            Some(claim(pieces, timestamp))
        } else {
            None
        };
        let Some(claim) = claim else {
            let message = format!("`{}` is neither a text nor a list of texts", member.key);
            reader.fault(
                node,
                message,
                "write a template, such as `'{timestamp}'`, which is a number for unix times",
            );
            return None;
        };
        claims.push((text(member.key), claim));
    }
    Some(list(claims))
}

/// Returns the value of a claim: unix times are numbers.
pub(super) fn claim(pieces: &'static [Piece], timestamp: TimestampFormat) -> Claim {
    let is_time = matches!(
        pieces,
        [Piece::Value(SignedValue::Timestamp | SignedValue::Expires, [])]
    );
    if is_time && timestamp != TimestampFormat::Rfc3339 {
        Claim::Number(pieces)
    } else {
        Claim::Text(pieces)
    }
}

fn is_text(filters: &[Filter]) -> bool {
    matches!(filters.last(), Some(Filter::Hex | Filter::Base64 | Filter::Base64Url))
}

/// Reads `http`.
fn http(reader: &mut Reader<'_, '_>, algorithms: &[SignatureAlgorithm], place: &SignaturePlace) -> Option<HttpForm> {
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
fn oauth1(
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
