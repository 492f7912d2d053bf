//! Rules about keywords that hold a text: `format`, `pattern`, `contentEncoding`, `contentMediaType`. Several schemas that
//! all hold can have one each.

use sdkwright_contract::source::Node;

use super::facts::changed;
use super::finding::Effect;
use super::walk::Both;
use crate::shape::{Kinds, Relation, Shape, accepts, accepts_all, pattern as characters};

const UNKNOWN: &str = "whether values are different depends on what was sent until now";

/// Compares a pair.
pub(super) fn compare(both: &mut Both<'_, '_, '_>) {
    format(both);
    pattern(both);
    content(both);
}

/// Formats that allow what another one allows, and more.
const WIDER: [(&str, &str); 2] = [("int32", "int64"), ("float", "double")];

fn format(both: &mut Both<'_, '_, '_>) {
    let is = |narrow: &str, wide: &str| WIDER.contains(&(narrow, wide));
    let differences = differences(both, "format");
    for Difference { nodes, old, new, kept } in differences {
        let (id, effect) = match (&old, &new) {
            // A format that says no more than one that stays.
            (None, Some(one)) | (Some(one), None) if kept.iter().any(|narrow| is(narrow, one)) => continue,
            (None, _) => ("format-added", Effect::NARROWED),
            (_, None) => ("format-removed", Effect::WIDENED),
            (Some(one), Some(other)) if is(one, other) => ("format-widened", Effect::WIDENED),
            (Some(one), Some(other)) if is(other, one) => ("format-narrowed", Effect::NARROWED),
            _ => ("format-changed", Effect::CHANGED),
        };
        let what = one_of("format", old.as_deref(), new.as_deref(), &kept);
        both.find(id, effect, what, |finding| {
            finding.at(nodes.0, nodes.1).values(old, new)
        });
    }
}

/// A text of a keyword that only one side has, beside one of the other side in its place.
struct Difference<'t> {
    nodes: (Option<Node<'t>>, Option<Node<'t>>),
    old: Option<String>,
    new: Option<String>,
    /// Texts of the keyword that both sides have.
    kept: Vec<String>,
}

/// A text, and where it stands.
type Text<'t> = (Node<'t>, String);

/// Returns how the texts of a keyword differ: several schemas that all hold can have one each.
fn differences<'t>(both: &Both<'_, '_, 't>, word: &str) -> Vec<Difference<'t>> {
    let of = |shape: &Shape<'t>| -> Vec<Text<'t>> {
        let texts = shape.texts.get(word).into_iter().flatten();
        texts.map(|node| (*node, bytes(word, node.as_str()))).collect()
    };
    let (old, new) = (of(both.base), of(both.revision));
    let only = |here: &[Text<'t>], there: &[Text<'t>]| -> Vec<Text<'t>> {
        let is_there = |text: &String| there.iter().any(|(_, other)| other == text);
        here.iter().filter(|(_, text)| !is_there(text)).cloned().collect()
    };
    let (mut gone, mut come) = (only(&old, &new).into_iter(), only(&new, &old).into_iter());
    let is_gone = |text: &String| !new.iter().any(|(_, other)| other == text);
    let kept: Vec<String> = old
        .iter()
        .map(|(_, text)| text)
        .filter(|text| !is_gone(text))
        .cloned()
        .collect();
    let pairs = std::iter::from_fn(|| match (gone.next(), come.next()) {
        (None, None) => None,
        pair => Some(pair),
    });
    let difference = |(one, other): (Option<Text<'t>>, Option<Text<'t>>)| Difference {
        nodes: (
            one.as_ref().map(|(node, _)| *node),
            other.as_ref().map(|(node, _)| *node),
        ),
        old: one.map(|(_, text)| text),
        new: other.map(|(_, text)| text),
        kept: kept.clone(),
    };
    pairs.map(difference).collect()
}

/// Returns the words for one of several values of a keyword.
fn one_of(word: &str, old: Option<&str>, new: Option<&str>, kept: &[String]) -> String {
    match (old, new) {
        (None, Some(new)) if !kept.is_empty() => format!("also has the {word} `{new}`"),
        _ => changed(word, old, new),
    }
}

fn pattern(both: &mut Both<'_, '_, '_>) {
    // A pattern says nothing of what is no string.
    let is_idle = |shape: &Shape<'_>| !shape.kinds.touches(Kinds::STRING);
    for Difference { nodes, old, new, kept } in differences(both, "pattern") {
        let (id, effect) = match (&old, &new) {
            (one, other) if one.as_deref().map(characters) == other.as_deref().map(characters) => continue,
            (None, _) if is_idle(both.revision) => continue,
            (_, None) if is_idle(both.base) => continue,
            (None, Some(new)) if refuses_none(both.base, new) => continue,
            (Some(old), None) if refuses_none(both.revision, old) => continue,
            (None, _) => ("pattern-added", Effect::NARROWED),
            (_, None) => ("pattern-removed", Effect::WIDENED.soft_received()),
            (Some(old), Some(new)) => match both.walk.relation(old, new) {
                None => ("pattern-changed", Effect::UNSURE),
                Some(Relation { narrows, widens }) => match (narrows, widens) {
                    (false, false) => continue,
                    (true, false) => ("pattern-changed", Effect::NARROWED),
                    (false, true) => ("pattern-changed", Effect::WIDENED.soft_received()),
                    (true, true) => ("pattern-changed", Effect::CHANGED.soft_received()),
                },
            },
        };
        let what = one_of("pattern", old.as_deref(), new.as_deref(), &kept);
        both.find(id, effect, what, |finding| {
            finding.on(nodes.0, nodes.1).values(old, new).because(UNKNOWN)
        });
    }
}

/// Returns true if a pattern refuses nothing that the rest of a schema allows.
fn refuses_none(shape: &Shape<'_>, pattern: &str) -> bool {
    match &shape.values {
        Some(values) => values
            .iter()
            .filter_map(|value| value.node.as_str())
            .all(|text| accepts(pattern, text) == Some(true)),
        None => accepts_all(pattern),
    }
}

/// Returns a text; the word of OpenAPI 3.1 for a format of bytes in 3.0.
fn bytes(word: &str, text: Option<&str>) -> String {
    match text.unwrap_or_default() {
        "byte" if word == "contentEncoding" => "base64".to_owned(),
        "binary" if word == "contentMediaType" => "application/octet-stream".to_owned(),
        text => text.to_owned(),
    }
}

fn content(both: &mut Both<'_, '_, '_>) {
    for (word, id) in [
        ("contentEncoding", "content-encoding-changed"),
        ("contentMediaType", "content-media-type-changed"),
    ] {
        for Difference { nodes, old, new, kept } in differences(both, word) {
            let what = one_of(word, old.as_deref(), new.as_deref(), &kept);
            // OpenAPI 3.1 writes a part of bytes without any rule.
            let effect = if both.revision.is_any() {
                Effect::WIDENED
            } else {
                Effect::CHANGED
            };
            both.find(id, effect, what, |finding| {
                finding.on(nodes.0, nodes.1).values(old, new)
            });
        }
    }
}
