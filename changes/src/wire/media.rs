//! Media types: whether two are the same, whether one covers another, and what another parameter does to clients. And the notation of
//! the parts of a form, by member or by position: what `encoding`, `prefixEncoding` and `itemEncoding` say, and what holds without
//! them.

use std::collections::{BTreeMap, BTreeSet};

use sdkwright_contract::source::Node;

use super::finding::{Breaks, Impact, Reach, Uses};
use super::pairs::Pairs;
use crate::contract::{is_true, text};
use crate::shape::{Form, Kinds, canonical, written};

/// A media type, or a range of them.
pub(super) struct MediaRange {
    /// Type and subtype, in lower case.
    essence: String,
    /// Parameters that a reader sees, by names in lower case.
    parameters: BTreeMap<String, String>,
}

impl MediaRange {
    /// Reads a media type (RFC 9110, section 8.3.1).
    pub(super) fn new(text: &str) -> Self {
        let mut pieces = pieces(text).into_iter();
        let essence = pieces.next().unwrap_or_default().trim().to_ascii_lowercase();
        let is_text = essence.starts_with("text/") || essence.ends_with("xml");
        let parameters = pieces.filter_map(|piece| {
            let (name, value) = piece.split_once('=')?;
            let (name, value) = (name.trim().to_ascii_lowercase(), unquoted(value.trim()));
            match name.as_str() {
                // Each message has its boundary, and a weight is no part of the type.
                "boundary" | "q" => None,
                // Formats other than texts define no charset.
                "charset" => is_text.then(|| (name, value.to_ascii_lowercase())),
                _ => Some((name, value)),
            }
        });
        Self {
            parameters: parameters.collect(),
            essence,
        }
    }

    /// Returns true if both are the same in any case and order.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.has_same_essence(other) && self.parameters == other.parameters
    }

    /// Returns true if both have the same type and subtype.
    pub(super) fn has_same_essence(&self, other: &Self) -> bool {
        self.essence == other.essence
    }

    /// Returns true for a range of other types that has all of them with another one.
    pub(super) fn ranges(&self, other: &Self) -> bool {
        let kind = |essence: &str| essence.split('/').next().map(str::to_owned);
        let is_in_range = match self.essence.strip_suffix("/*") {
            Some("*") => true,
            Some(range) => kind(&other.essence).as_deref() == Some(range),
            None => self.essence == "*",
        };
        is_in_range && !self.has_same_essence(other)
    }

    /// Returns true if each message of another type is of this one.
    pub(super) fn covers(&self, other: &Self) -> bool {
        let is_known = |(name, value): (&String, &String)| other.parameters.get(name) == Some(value);
        (self.has_same_essence(other) || self.ranges(other)) && self.parameters.iter().all(is_known)
    }

    /// Returns true if another type has the suffix that names this one: `application/problem+json` for `application/json`.
    pub(super) fn is_suffix_of(&self, other: &Self) -> bool {
        let (Some((kind, suffix)), Some((of, name))) = (self.essence.split_once('/'), other.essence.split_once('/'))
        else {
            return false;
        };
        kind == of && name.rsplit_once('+').is_some_and(|(_, last)| last == suffix)
    }

    /// Returns the effect of other parameters in place of these.
    pub(super) fn effect_of(&self, new: &Self) -> Impact {
        let mut effect = Impact::NONE;
        let names = self.parameters.keys().chain(new.parameters.keys());
        for name in names {
            // A text without a charset has one all the same, which the documents do not name.
            let breaks = if name == "charset" { Breaks::Maybe } else { Breaks::Yes };
            effect = effect.or(match (self.parameters.get(name), new.parameters.get(name)) {
                (Some(one), Some(other)) if one != other => Impact::CHANGED,
                (None, Some(_)) => Impact::new(breaks, Breaks::No),
                (Some(_), None) => Impact::new(Breaks::No, breaks),
                _ => Impact::NONE,
            });
        }
        effect
    }
}

/// Returns true if two texts are one media type.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    MediaRange::new(one).is_same(&MediaRange::new(other))
}

/// Returns a media type without parameters, in lower case.
pub(super) fn essence(name: &str) -> String {
    MediaRange::new(name).essence
}

/// Returns true for a media type of members that are texts.
pub(super) fn is_form(name: &str) -> bool {
    ["application/x-www-form-urlencoded", "multipart/form-data"].contains(&essence(name).as_str())
}

/// Returns true for a media type of XML, or a range that has one.
pub(super) fn is_xml(name: &str) -> bool {
    let of = MediaRange::new(name);
    of.essence.ends_with("/xml") || of.essence.ends_with("+xml") || of.ranges(&MediaRange::new("application/xml"))
}

/// Returns true for a media type of bytes that no schema describes: none of JSON, XML or parts.
pub(super) fn is_opaque(name: &str) -> bool {
    let essence = essence(name);
    let is_json = essence.ends_with("/json") || essence.ends_with("+json") || essence.contains("json-seq");
    !is_json && !is_xml(name) && !essence.starts_with("multipart/")
}

/// Returns the pieces between semicolons; those of a quoted text are a part of it.
fn pieces(text: &str) -> Vec<&str> {
    let mut is_quoted = false;
    let mut is_escaped = false;
    text.split(|letter| {
        let is_end = letter == ';' && !is_quoted;
        is_quoted ^= letter == '"' && !is_escaped;
        is_escaped = letter == '\\' && is_quoted && !is_escaped;
        is_end
    })
    .collect()
}

/// Returns a value of a parameter without quotes.
fn unquoted(value: &str) -> String {
    match value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) => inner.replace("\\\"", "\"").replace("\\\\", "\\"),
        None => value.to_owned(),
    }
}

// Encodings of the parts of a form.

const PARTS: &str = "whether the other side still reads the part in the old notation is not in the documents";

/// Compares the notations of the parts of two media types, of this name and status.
pub(super) fn compare_encodings<'t>(
    pairs: &mut Pairs<'_, 't>,
    reach: &Reach,
    [old, new]: [Node<'t>; 2],
    media_type: &str,
    status: &str,
) {
    let parts = |node: Node<'t>| node.get("encoding").into_iter().flat_map(Node::members);
    let names: BTreeSet<&str> = parts(old).chain(parts(new)).map(|member| member.key).collect();
    let kind = essence(media_type);
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
pub(super) fn compare_json_parts<'t>(
    pairs: &mut Pairs<'_, 't>,
    [old, new]: [Node<'t>; 2],
    is_multipart: bool,
    number: usize,
) {
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
        let essence = essence(one);
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

#[cfg(test)]
mod tests {
    use super::{MediaRange, is_same};

    #[test]
    fn case_order_quotes_and_the_charset_of_json_do_not_count() {
        for (one, other) in [
            ("Application/JSON", "application/json"),
            ("application/json", "application/json; charset=utf-8"),
            ("a/b;x=1; y=\"2\"", "a/b; Y=2;x=1"),
            ("text/plain; charset=UTF-8", "text/plain;charset=\"utf-8\""),
            ("multipart/mixed; boundary=\"a;b\"", "multipart/mixed"),
        ] {
            assert!(is_same(one, other), "{one} and {other}");
        }
        for (one, other) in [
            ("a/b; version=1", "a/b; version=2"),
            ("a/b; version=A", "a/b; version=a"),
            ("text/plain", "text/plain; charset=utf-8"),
            ("a/b; x=\"1;2\"", "a/b; x=1"),
        ] {
            assert!(!is_same(one, other), "{one} and {other}");
        }
    }

    #[test]
    fn a_range_covers_its_types_and_no_others() {
        let of = MediaRange::new;
        for (range, name) in [
            ("application/*", "application/json"),
            ("*/*", "text/plain"),
            ("a/b", "a/b; version=1"),
        ] {
            assert!(of(range).covers(&of(name)), "{range} and {name}");
            assert!(!of(name).covers(&of(range)), "{name} and {range}");
        }
        assert!(of("application/json").is_suffix_of(&of("application/problem+json")));
        assert!(!of("application/json").covers(&of("application/problem+json")));
        assert!(!of("text/*").covers(&of("application/json")));
        assert!(!of("application/json").is_suffix_of(&of("application/xml")));
    }
}
