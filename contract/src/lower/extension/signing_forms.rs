//! The form of a signature of `x-signing`: a message, a JSON Web Signature, or another standard.
//!
//! In: the value of `x-signing`. Out: the signed values. Reports combinations without a meaning, each at its place.

use super::reader::Reader;
use super::signed_message::{Common, template_at};
use super::signing_algorithms::Algorithms;
use super::signing_http;
use crate::constant::{list, text};
use crate::ir::{Claim, Filter, Jws, JwsPayload, Piece, SignatureForm, SignaturePlace, SignedValue, TimestampFormat};
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
            "http" => SignatureForm::Http(signing_http::http(&mut inner, listed, place)?),
            _ => SignatureForm::OAuth1(signing_http::oauth1(&mut inner, listed, place, timestamp)?),
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
