//! The notation of the parts of a form, by member: what `encoding` says, and what holds without it.

use std::collections::BTreeSet;

use sdkwright_codegen::source::Node;

use super::finding::{Breaks, Effect, Finding, Reach, Uses};
use super::walk::Walk;
use crate::contract::text;
use crate::shape::{Kinds, Shape, canonical, written};

const PARTS: &str = "whether the other side still reads the part in the old notation is not in the documents";

/// Compares the notations of two media types, of the name and status that `told` has.
pub(super) fn compare<'t>(
    walk: &mut Walk<'_, 't>,
    reach: &Reach,
    (old, new): (Node<'t>, Node<'t>),
    (media_type, status): (&str, &str),
) {
    let of = |node: Node<'t>, name: &str| node.get("encoding").and_then(|encoding| encoding.get(name));
    let parts = |node: Node<'t>| node.get("encoding").into_iter().flat_map(Node::members);
    let names: BTreeSet<&str> = parts(old).chain(parts(new)).map(|member| member.key).collect();
    for name in names {
        let nodes = (of(old, name), of(new, name));
        let before = Notation::of(walk, 0, old, name, nodes.0);
        let after = Notation::of(walk, 1, new, name, nodes.1);
        if before == after {
            continue;
        }
        let is_same = before.types == after.types && before.rest == after.rest;
        let has_more = before.types.is_subset(&after.types) && before.rest == after.rest;
        let effect = match (is_same, has_more) {
            (true, _) => Effect::NONE,
            (_, true) => Effect::new(Breaks::No, Breaks::Maybe),
            _ => Effect::UNSURE,
        };
        let what = format!("has the part `{name}` of `{media_type}`{status} in another notation");
        let finding = Finding::new("encoding-changed", reach.clone(), effect, what)
            .at(nodes.0.or(Some(old)), nodes.1.or(Some(new)))
            .values(nodes.0.map(written), nodes.1.map(written));
        walk.findings.push(finding.because(PARTS));
    }
}

/// Compares the parts that both sides send as JSON: inside of them, a value is no text.
pub(super) fn json<'t>(walk: &mut Walk<'_, 't>, (old, new): (Node<'t>, Node<'t>), is_multipart: bool, number: usize) {
    let (Some(base), Some(revision)) = (old.get("schema"), new.get("schema")) else {
        return;
    };
    let (base, revision) = (walk.form(0, &[base]), walk.form(1, &[revision]));
    for member in base.members.iter().filter(|member| !member.read_only) {
        let other = revision.members.iter().find(|other| other.name == member.name);
        let Some(other) = other.filter(|other| !other.read_only) else {
            continue;
        };
        if is_json(walk, 0, old, member.name, is_multipart) && is_json(walk, 1, new, other.name, is_multipart) {
            walk.all(&member.schemas, &other.schemas, Uses::SENT, Some(number));
        }
    }
}

/// Returns true if a part is sent as JSON: by its `contentType`, or in `multipart` by its schema.
fn is_json<'t>(walk: &mut Walk<'_, 't>, side: usize, media: Node<'t>, name: &str, is_multipart: bool) -> bool {
    let encoding = media.get("encoding").and_then(|encoding| encoding.get(name));
    let is = |one: &str| {
        let essence = one.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        essence == "application/json" || essence.ends_with("+json")
    };
    if let Some(list) = encoding.and_then(|encoding| text(encoding, "contentType")) {
        return list.split(',').all(is);
    }
    // With a style, and in a form that is no `multipart`, an object is written as texts.
    let is_styled = |encoding: Node<'t>| ["style", "explode"].iter().any(|word| encoding.get(word).is_some());
    is_multipart && !encoding.is_some_and(is_styled) && is(usual(walk, side, media, name))
}

/// The notation of one part.
#[derive(PartialEq)]
struct Notation {
    /// Media types, in lower case.
    types: BTreeSet<String>,
    /// Other words of the specification that are written, as JSON.
    rest: Vec<(String, String)>,
    /// Words beginning with `x-`, as JSON.
    ours: Vec<(String, String)>,
}

impl Notation {
    /// Returns the notation of a part; without a word for its media type, the one that follows from its schema.
    fn of<'t>(walk: &mut Walk<'_, 't>, side: usize, media: Node<'t>, name: &str, encoding: Option<Node<'t>>) -> Self {
        let written = encoding.and_then(|encoding| text(encoding, "contentType"));
        let types = match written {
            Some(list) => list.split(',').map(|one| one.trim().to_ascii_lowercase()).collect(),
            None => BTreeSet::from([usual(walk, side, media, name).to_owned()]),
        };
        let words = encoding.into_iter().flat_map(Node::members);
        let words = words.filter(|member| member.key != "contentType");
        let mut words: Vec<(String, String)> = words
            .map(|member| (member.key.to_owned(), canonical(member.value, false)))
            .collect();
        words.sort();
        let (ours, rest) = words.into_iter().partition(|(word, _)| word.starts_with("x-"));
        Self { types, rest, ours }
    }
}

/// Returns the media type of a part without `contentType`.
fn usual<'t>(walk: &mut Walk<'_, 't>, side: usize, media: Node<'t>, name: &str) -> &'static str {
    let Some(schema) = media.get("schema") else {
        return "application/octet-stream";
    };
    let form = walk.form(side, &[schema]);
    let Some(member) = form.members.iter().find(|member| member.name == name) else {
        return "application/octet-stream";
    };
    let member = walk.form(side, &member.schemas);
    let of = |shape: &Shape<'_>| {
        if shape.is_any() || shape.is_bytes() {
            "application/octet-stream"
        } else if shape.kinds.touches(Kinds::OBJECT) {
            "application/json"
        } else {
            "text/plain"
        }
    };
    match member.below.get(&("items", "")) {
        Some(items) if member.kinds.touches(Kinds::ARRAY) => of(&walk.form(side, items)),
        _ => of(&member),
    }
}
