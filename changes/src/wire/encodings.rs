//! The notation of the parts of a form, by member or by position: what `encoding`, `prefixEncoding` and `itemEncoding` say, and
//! what holds without them.

use std::collections::BTreeSet;

use sdkwright_contract::source::Node;

use super::finding::{Breaks, Impact, Reach, Uses};
use super::media::{self, MediaRange};
use super::pairs::Pairs;
use crate::contract::{is_true, text};
use crate::shape::{Form, Kinds, canonical, written};

const PARTS: &str = "whether the other side still reads the part in the old notation is not in the documents";

/// Compares the notations of two media types, of the name and status that `told` has.
pub(super) fn compare<'t>(
    pairs: &mut Pairs<'_, 't>,
    reach: &Reach,
    [old, new]: [Node<'t>; 2],
    media_type: &str,
    status: &str,
) {
    let parts = |node: Node<'t>| node.get("encoding").into_iter().flat_map(Node::members);
    let names: BTreeSet<&str> = parts(old).chain(parts(new)).map(|member| member.key).collect();
    let kind = media::essence(media_type);
    let count = |node: Node<'t>| node.get("prefixEncoding").map_or(0, Node::len);
    let has_rest = [old, new].iter().any(|node| node.get("itemEncoding").is_some());
    let places = names.into_iter().map(PartPlace::Named);
    let places = places.chain((0..count(old).max(count(new))).map(PartPlace::At));
    for place in places.chain(has_rest.then_some(PartPlace::Rest)) {
        let nodes = (place.encoding(old), place.encoding(new));
        let before = PartNotation::new(pairs, 0, &kind, old, place, nodes.0);
        let after = PartNotation::new(pairs, 1, &kind, new, place, nodes.1);
        if before == after {
            continue;
        }
        let what = match place {
            PartPlace::Named(name) => format!("has the part `{name}` of `{media_type}`{status} in another notation"),
            PartPlace::At(at) => format!("has part {} of `{media_type}`{status} in another notation", at + 1),
            PartPlace::Rest => format!("has the further parts of `{media_type}`{status} in another notation"),
        };
        let found = pairs.find("encoding-changed", reach.clone(), before.effect_of(&after), what);
        found
            .at(nodes.0.or(Some(old)), nodes.1.or(Some(new)))
            .values(nodes.0.map(written), nodes.1.map(written))
            .because(PARTS);
    }
}

/// A part of a body.
#[derive(Clone, Copy)]
enum PartPlace<'n> {
    Named(&'n str),
    At(usize),
    /// The positions after those of `prefixEncoding`.
    Rest,
}

impl PartPlace<'_> {
    /// Returns the encoding of the part.
    fn encoding(self, media: Node<'_>) -> Option<Node<'_>> {
        let rest = || media.get("itemEncoding");
        match self {
            Self::Named(name) => media.get("encoding")?.get(name),
            Self::At(at) => media
                .get("prefixEncoding")
                .and_then(|all| all.items().nth(at))
                .or_else(rest),
            Self::Rest => rest(),
        }
    }

    /// Returns the schemas of the part; `None` if there are none.
    fn schemas<'t>(self, pairs: &mut Pairs<'_, 't>, side: usize, media: Node<'t>) -> Option<Vec<Node<'t>>> {
        if let (Self::At(_) | Self::Rest, Some(item)) = (self, media.get("itemSchema")) {
            return Some(vec![item]);
        }
        let form = pairs.form(side, &[media.get("schema")?]);
        let rest = || form.below.get(&("items", "")).cloned();
        match self {
            Self::Named(name) => {
                let member = form.members.iter().find(|member| member.name == name)?;
                Some(member.schemas.clone())
            }
            Self::At(at) => form.prefix.get(at).cloned().or_else(rest),
            Self::Rest => rest(),
        }
    }
}

/// Compares the parts that both sides send as JSON: inside of them, a value is no text.
pub(super) fn json<'t>(pairs: &mut Pairs<'_, 't>, [old, new]: [Node<'t>; 2], is_multipart: bool, number: usize) {
    let (Some(base), Some(revision)) = (old.get("schema"), new.get("schema")) else {
        return;
    };
    let (base, revision) = (pairs.form(0, &[base]), pairs.form(1, &[revision]));
    for member in base.members.iter().filter(|member| !member.read_only) {
        let other = revision.members.iter().find(|other| other.name == member.name);
        let Some(other) = other.filter(|other| !other.read_only) else {
            continue;
        };
        if is_json(pairs, 0, old, member.name, is_multipart) && is_json(pairs, 1, new, other.name, is_multipart) {
            pairs.all(&member.schemas, &other.schemas, Uses::SENT, Some(number));
        }
    }
}

/// Returns true if a part is sent as JSON: by its `contentType`, or in `multipart` by its schema.
fn is_json<'t>(pairs: &mut Pairs<'_, 't>, side: usize, media: Node<'t>, name: &str, is_multipart: bool) -> bool {
    let encoding = media.get("encoding").and_then(|encoding| encoding.get(name));
    let is = |one: &str| {
        let essence = media::essence(one);
        essence == "application/json" || essence.ends_with("+json")
    };
    if let Some(list) = encoding.and_then(|encoding| text(encoding, "contentType")) {
        return list.split(',').all(is);
    }
    // With a style, and in a form that is no `multipart`, an object is written as texts.
    is_multipart && !encoding.is_some_and(is_styled) && is(usual(pairs, side, media, PartPlace::Named(name)))
}

/// Words with which a part is written as a parameter of a query is.
const STYLED: [&str; 3] = ["style", "explode", "allowReserved"];

fn is_styled(encoding: Node<'_>) -> bool {
    STYLED.iter().any(|word| encoding.get(word).is_some())
}

/// The notation of one part.
#[derive(PartialEq)]
struct PartNotation {
    /// Media types and ranges of them, in order.
    types: Vec<String>,
    /// Style of several values, and whether each is a part; empty for a value that is written in one way alone.
    style: (String, bool),
    is_reserved: bool,
    /// Other words of the specification that are written, as JSON.
    rest: Vec<(String, String)>,
    /// Words beginning with `x-`, as JSON.
    ours: Vec<(String, String)>,
}

impl PartNotation {
    /// Returns the notation of a part of a media type; without words for it, the one that follows from its schema.
    fn new<'t>(
        pairs: &mut Pairs<'_, 't>,
        side: usize,
        media_type: &str,
        media: Node<'t>,
        place: PartPlace<'_>,
        encoding: Option<Node<'t>>,
    ) -> Self {
        let is_url = media_type == "application/x-www-form-urlencoded";
        // OpenAPI 3.0 reads styles in a form without parts alone, and 3.1 reads no media type beside them.
        let reads_styles = is_url || (media_type == "multipart/form-data" && !pairs.sides[side].is_3_0());
        let styled = encoding.filter(|encoding| reads_styles && is_styled(*encoding));
        let written = encoding.and_then(|encoding| text(encoding, "contentType"));
        let written = written.filter(|_| styled.is_none());
        let mut types: Vec<String> = match written {
            Some(list) => list.split(',').map(|one| one.trim().to_ascii_lowercase()).collect(),
            None => vec![usual(pairs, side, media, place).to_owned()],
        };
        types.sort();
        let kinds = kinds(pairs, side, media, place);
        let style = match styled {
            _ if !kinds.touches(Kinds::ARRAY.or(Kinds::OBJECT)) => (String::new(), false),
            Some(encoding) => {
                let style = text(encoding, "style").unwrap_or("form");
                let explode = encoding.get("explode").and_then(Node::as_bool);
                let is_exploded = style == "deepObject" || explode.unwrap_or(style == "form");
                (style.to_owned(), is_exploded)
            }
            // An object is one text in parts, or as its media type is.
            None if kinds.touches(Kinds::OBJECT) && (!is_url || written.is_some()) => (String::new(), false),
            None => ("form".to_owned(), true),
        };
        let words = encoding.into_iter().flat_map(Node::members);
        let words = words.filter(|member| member.key != "contentType" && !STYLED.contains(&member.key));
        let mut words: Vec<(String, String)> = words
            .map(|member| (member.key.to_owned(), canonical(member.value, false)))
            .collect();
        words.sort();
        let (ours, rest) = words.into_iter().partition(|(word, _)| word.starts_with("x-"));
        Self {
            types,
            style,
            is_reserved: styled.is_some_and(|encoding| is_true(encoding, "allowReserved")),
            rest,
            ours,
        }
    }

    /// Returns the effect of another notation in place of this one.
    fn effect_of(&self, new: &Self) -> Impact {
        let all = |types: &[String], of: &[String]| {
            let known = |one: &String| {
                of.iter()
                    .any(|other| MediaRange::new(other).covers(&MediaRange::new(one)))
            };
            types.iter().all(known)
        };
        let types = match (all(&self.types, &new.types), all(&new.types, &self.types)) {
            (true, true) => Impact::NONE,
            (true, false) => Impact::WIDENED,
            (false, true) => Impact::NARROWED,
            (false, false) => Impact::CHANGED,
        };
        let style = if self.style == new.style {
            Impact::NONE
        } else {
            Impact::CHANGED
        };
        let reserved = match (self.is_reserved, new.is_reserved) {
            (true, false) => Impact::new(Breaks::Maybe, Breaks::No),
            _ => Impact::NONE,
        };
        let rest = if self.rest == new.rest {
            Impact::NONE
        } else {
            Impact::UNSURE
        };
        types.or(style).or(reserved).or(rest)
    }
}

/// Returns the kinds of a part.
fn kinds<'t>(pairs: &mut Pairs<'_, 't>, side: usize, media: Node<'t>, place: PartPlace<'_>) -> Kinds {
    let schemas = place.schemas(pairs, side, media);
    schemas.map_or(Kinds::STRING, |schemas| {
        let form = pairs.form(side, &schemas);
        // A schema of any values is one of bytes.
        if form.is_any() { Kinds::STRING } else { form.kinds }
    })
}

/// Returns the media type of a part without `contentType`.
fn usual<'t>(pairs: &mut Pairs<'_, 't>, side: usize, media: Node<'t>, place: PartPlace<'_>) -> &'static str {
    let Some(schemas) = place.schemas(pairs, side, media) else {
        return "application/octet-stream";
    };
    let member = pairs.form(side, &schemas);
    let of = |shape: &Form<'_>| {
        if shape.is_any() || shape.is_bytes() {
            "application/octet-stream"
        } else if shape.kinds.touches(Kinds::OBJECT) {
            "application/json"
        } else {
            "text/plain"
        }
    };
    let is_named = matches!(place, PartPlace::Named(_));
    match member.below.get(&("items", "")) {
        // A list at a position is one part.
        _ if !is_named && member.kinds.touches(Kinds::ARRAY) => "application/json",
        Some(items) if member.kinds.touches(Kinds::ARRAY) => of(&pairs.form(side, items)),
        _ => of(&member),
    }
}
