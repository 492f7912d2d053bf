//! Rules about kinds, values and texts: `type`, null, `enum`, `const`, `format`, `pattern`, `default`, `deprecated`.

use sdkwright_codegen::source::{Member, Node};

use super::finding::{Breaks, Effect};
use super::walk::Both;
use super::{lifecycle, spelled};
use crate::shape::{Kinds, Shape, Value, canonical};

const UNKNOWN: &str =
    "whether values are different depends on what was sent until now: no two patterns can be compared in general";
const LEFT_OUT: &str = "a client that leaves it out gets what the new default means";
const TOLD: &str = "the alternatives may be told apart by other means: the documents do not say which clients do";
const XML: &str = "it matters to bodies in XML alone, and the documents do not say which clients send or read them";
const SHOWN: usize = 8;

/// Compares a pair.
pub(super) fn compare(both: &mut Both<'_, '_, '_>) {
    kinds(both);
    values(both);
    extensible(both);
    format(both);
    pattern(both);
    content(both);
    default(both);
    deprecated(both);
    lifecycle::of_schemas(both);
    xml(both);
    discriminator(both);
}

fn said(node: Option<Node<'_>>) -> Option<String> {
    node.map(|node| canonical(node, true))
        .map(|text| text.trim_matches('"').to_owned())
}

/// Returns an effect without what it does to texts, where each text of the base is one of the revision's, or the reverse.
fn as_text(both: &Both<'_, '_, '_>, effect: Effect) -> Effect {
    let unless = |is_covered, breaks| if is_covered { Breaks::No } else { breaks };
    Effect {
        text: unless(spelled::covers(both.base, both.revision), effect.text),
        read: unless(spelled::covers(both.revision, both.base), effect.read),
        ..effect
    }
}

/// Returns the effect of kinds that differ.
fn of_kinds(old: Kinds, new: Kinds) -> Effect {
    match (new.has(old), old.has(new)) {
        (true, true) => Effect::NONE,
        (true, false) => Effect::WIDENED,
        (false, true) => Effect::NARROWED,
        (false, false) => Effect::CHANGED,
    }
}

fn kinds(both: &mut Both<'_, '_, '_>) {
    let (old, new) = (both.base.kinds, both.revision.kinds);
    let (bare_old, bare_new) = (old.without(Kinds::NULL), new.without(Kinds::NULL));
    if bare_old != bare_new {
        let effect = as_text(both, of_kinds(bare_old, bare_new));
        let text = of_kinds(bare_old.as_text(), bare_new.as_text());
        let effect = Effect {
            text: effect.text.min(text.sent),
            read: effect.read.min(text.received),
            ..effect
        };
        let id = match (effect.sent, effect.received) {
            (Breaks::No, _) => "type-widened",
            (_, Breaks::No) => "type-narrowed",
            _ => "type-changed",
        };
        let what = format!("is {} and was {}", new.told(), old.told());
        both.find(id, effect, what, |finding| {
            finding.values(Some(old.to_string()), Some(new.to_string()))
        });
    }
    // Null is one of any values: it is told only beside other kinds that stayed.
    let is_any = |kinds: Kinds| kinds.has(Kinds::ALL.without(Kinds::NULL));
    if bare_old != bare_new && (is_any(old) || is_any(new)) {
        return;
    }
    null(both);
}

/// Compares whether null fits.
pub(super) fn null(both: &mut Both<'_, '_, '_>) {
    let (old, new) = (both.base.kinds, both.revision.kinds);
    match (old.has(Kinds::NULL), new.has(Kinds::NULL)) {
        (false, true) => both.find("became-nullable", Effect::WIDENED, "can be null", |finding| finding),
        (true, false) => both.find(
            "became-not-nullable",
            Effect::NARROWED,
            "can no longer be null",
            |finding| finding,
        ),
        _ => {}
    }
}

fn values(both: &mut Both<'_, '_, '_>) {
    let (old, new) = (&both.base.values, &both.revision.values);
    match (old, new) {
        (None, None) => {}
        (None, Some(new)) => {
            let first = new.first().map(|value| value.node);
            let what = format!("takes only {}", list(new));
            let id = if new.len() == 1 { "const-added" } else { "became-enum" };
            let effect = as_text(both, Effect::NARROWED);
            both.find(id, effect, what, |finding| {
                finding.on(None, first).values(None, Some(list(new)))
            });
        }
        (Some(old), None) => {
            let first = old.first().map(|value| value.node);
            let what = format!("is no longer limited to {}", list(old));
            let (id, effect) = if old.len() == 1 {
                ("const-removed", Effect::WIDENED)
            } else {
                ("enum-dropped", Effect::WIDENED.soft_received())
            };
            let effect = as_text(both, effect);
            both.find(id, effect, what, |finding| {
                finding.on(first, None).values(Some(list(old)), None).because(OPEN)
            });
        }
        (Some(old), Some(new)) => {
            let (old, new) = (old.clone(), new.clone());
            if let ([one], [other]) = (&old[..], &new[..])
                && one.text != other.text
            {
                let what = format!("is always {} and was always {}", shown(other), shown(one));
                let effect = as_text(both, Effect::CHANGED);
                both.find("const-changed", effect, what, |finding| {
                    finding
                        .on(Some(one.node), Some(other.node))
                        .values(Some(shown(one)), Some(shown(other)))
                });
                return;
            }
            listed(both, &old, &new, ["enum-value-removed", "enum-value-added"]);
        }
    }
}

/// Compares two lists of values.
fn listed<'t>(both: &mut Both<'_, '_, 't>, old: &[Value<'t>], new: &[Value<'t>], ids: [&'static str; 2]) {
    for value in old.iter().filter(|value| !has(new, value)) {
        let what = format!("no longer has the value {}", shown(value));
        let effect = unless_text(new, value, Effect::NARROWED);
        both.find(ids[0], effect, what, |finding| {
            finding.at(Some(value.node), None).values(Some(shown(value)), None)
        });
    }
    for value in new.iter().filter(|value| !has(old, value)) {
        let what = format!("has the new value {}", shown(value));
        let effect = unless_text(old, value, Effect::WIDENED.soft_received());
        both.find(ids[1], effect, what, |finding| {
            finding
                .at(None, Some(value.node))
                .values(None, Some(shown(value)))
                .because(OPEN)
        });
    }
}

/// Returns an effect without what it does to texts, if one of the values has the same text: as text, a value of another
/// kind can be the same.
fn unless_text(values: &[Value<'_>], value: &Value<'_>, effect: Effect) -> Effect {
    if values.iter().any(|other| spelled::text(other) == spelled::text(value)) {
        let (text, read) = (Breaks::No, Breaks::No);
        return Effect { text, read, ..effect };
    }
    effect
}

const OPEN: &str =
    "a client that knows only the values of the base must expect others; the enums of the generated crate do";

fn has(values: &[Value<'_>], value: &Value<'_>) -> bool {
    values.iter().any(|other| other.text == value.text)
}

fn shown(value: &Value<'_>) -> String {
    let text = value.node.text();
    text.map_or_else(|| format!("`{}`", value.text), |text| format!("`{text}`"))
}

fn list(values: &[Value<'_>]) -> String {
    let mut shown: Vec<String> = values.iter().take(SHOWN).map(shown).collect();
    if values.len() > SHOWN {
        shown.push(format!("and {} more", values.len() - SHOWN));
    }
    shown.join(", ")
}

fn extensible(both: &mut Both<'_, '_, '_>) {
    let (old, new) = (both.base.extensible.clone(), both.revision.extensible.clone());
    if !old.is_empty() && !new.is_empty() {
        listed(both, &old, &new, ["enum-value-removed", "enum-value-added"]);
    }
}

/// Formats that allow what another one allows, and more.
const WIDER: [(&str, &str); 2] = [("int32", "int64"), ("float", "double")];

fn format(both: &mut Both<'_, '_, '_>) {
    let of = |texts: &std::collections::BTreeMap<_, Node<'_>>| said(texts.get("format").copied());
    let nodes = (
        both.base.texts.get("format").copied(),
        both.revision.texts.get("format").copied(),
    );
    let (old, new) = (of(&both.base.texts), of(&both.revision.texts));
    let is = |narrow: &Option<String>, wide: &Option<String>| {
        WIDER
            .iter()
            .any(|(one, other)| narrow.as_deref() == Some(*one) && wide.as_deref() == Some(*other))
    };
    let (id, effect) = match (&old, &new) {
        (one, other) if one == other => return,
        (None, _) => ("format-added", Effect::NARROWED),
        (_, None) => ("format-removed", Effect::WIDENED),
        (one, other) if is(one, other) => ("format-widened", Effect::WIDENED),
        (one, other) if is(other, one) => ("format-narrowed", Effect::NARROWED),
        _ => ("format-changed", Effect::CHANGED),
    };
    let what = changed("format", old.as_deref(), new.as_deref());
    both.find(id, effect, what, |finding| {
        finding.at(nodes.0, nodes.1).values(old, new)
    });
}

/// Returns the words for a keyword with another value.
pub(super) fn changed(word: &str, old: Option<&str>, new: Option<&str>) -> String {
    match (old, new) {
        (None, Some(new)) => format!("has the {word} `{new}` and had none"),
        (Some(old), None) => format!("no longer has the {word} `{old}`"),
        (Some(old), Some(new)) => format!("has the {word} `{new}` and had `{old}`"),
        (None, None) => String::new(),
    }
}

fn pattern(both: &mut Both<'_, '_, '_>) {
    let nodes = (
        both.base.texts.get("pattern").copied(),
        both.revision.texts.get("pattern").copied(),
    );
    let (old, new) = (
        nodes.0.and_then(Node::as_str).map(str::to_owned),
        nodes.1.and_then(Node::as_str).map(str::to_owned),
    );
    // A pattern says nothing of what is no string.
    let is_idle = |shape: &Shape<'_>| !shape.kinds.touches(Kinds::STRING);
    let (id, effect) = match (&old, &new) {
        (one, other) if one == other => return,
        (None, _) if is_idle(both.revision) => return,
        (_, None) if is_idle(both.base) => return,
        (None, _) => ("pattern-added", Effect::NARROWED),
        (_, None) => ("pattern-removed", Effect::WIDENED.soft_received()),
        _ => ("pattern-changed", Effect::CHANGED.soft_received()),
    };
    let what = changed("pattern", old.as_deref(), new.as_deref());
    both.find(id, effect, what, |finding| {
        finding.on(nodes.0, nodes.1).values(old, new).because(UNKNOWN)
    });
}

/// Returns the word of OpenAPI 3.1 for a format of bytes in 3.0.
fn bytes(text: String) -> String {
    match text.as_str() {
        "byte" => "base64".to_owned(),
        "binary" => "application/octet-stream".to_owned(),
        _ => text,
    }
}

fn content(both: &mut Both<'_, '_, '_>) {
    for (word, id) in [
        ("contentEncoding", "content-encoding-changed"),
        ("contentMediaType", "content-media-type-changed"),
    ] {
        let nodes = (
            both.base.texts.get(word).copied(),
            both.revision.texts.get(word).copied(),
        );
        let (old, new) = (said(nodes.0).map(bytes), said(nodes.1).map(bytes));
        if old != new {
            let what = changed(word, old.as_deref(), new.as_deref());
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

fn default(both: &mut Both<'_, '_, '_>) {
    let nodes = (both.base.default, both.revision.default);
    let as_text = |kinds: Kinds| kinds.has(Kinds::STRING) && !kinds.touches(Kinds::NUMBER);
    let json = |node: Option<Node<'_>>, kinds| node.map(|node| canonical(node, as_text(kinds)));
    if json(nodes.0, both.base.kinds) == json(nodes.1, both.revision.kinds) {
        return;
    }
    let (old, new) = (said(nodes.0), said(nodes.1));
    let id = match nodes {
        (None, _) => "default-added",
        (_, None) => "default-removed",
        _ => "default-changed",
    };
    let what = changed("default", old.as_deref(), new.as_deref());
    let effect = Effect {
        parameter: Breaks::Yes,
        ..Effect::NONE
    };
    both.find(id, effect, what, |finding| {
        finding.on(nodes.0, nodes.1).values(old, new).insist(LEFT_OUT)
    });
}

fn deprecated(both: &mut Both<'_, '_, '_>) {
    let nodes = (both.base.deprecated, both.revision.deprecated);
    let (id, what) = match nodes {
        (None, Some(_)) => ("deprecated", "is deprecated"),
        (Some(_), None) => ("reactivated", "is no longer deprecated"),
        _ => return sunset(both),
    };
    both.find(id, Effect::NONE, what, |finding| finding.on(nodes.0, nodes.1));
    sunset(both);
}

/// Compares the days from which a schema is no longer used.
fn sunset(both: &mut Both<'_, '_, '_>) {
    let (base, revision) = (both.base, both.revision);
    let sides = [base, revision].map(|shape| (shape.deprecated.is_some(), shape.sunset));
    let Some((number, effect, what)) = lifecycle::sunset(sides[0], sides[1]) else {
        return;
    };
    let id = [
        "schema-sunset-removed",
        "schema-sunset-unreadable",
        "schema-sunset-changed",
    ][number];
    let values = (said(base.sunset), said(revision.sunset));
    both.find(id, effect, what, |finding| {
        let finding = finding.on(base.sunset.or(base.deprecated), revision.sunset.or(revision.deprecated));
        finding.values(values.0, values.1).insist(lifecycle::NO_DATE)
    });
}

/// Compares how bodies in XML write a value.
fn xml(both: &mut Both<'_, '_, '_>) {
    let nodes = (both.base.xml, both.revision.xml);
    let json = |node: Option<Node<'_>>| node.map(|node| canonical(node, false));
    if json(nodes.0) == json(nodes.1) {
        return;
    }
    let effect = if both.walk.has_xml() {
        Effect::UNSURE
    } else {
        Effect::NONE
    };
    both.find("xml-changed", effect, "is written in another way in XML", |finding| {
        let finding = finding.on(nodes.0, nodes.1).values(json(nodes.0), json(nodes.1));
        finding.because(XML)
    });
}

fn discriminator(both: &mut Both<'_, '_, '_>) {
    let nodes = (both.base.discriminator, both.revision.discriminator);
    let (old, new) = match nodes {
        (None, None) => return,
        (None, Some(_)) => {
            return both.find("discriminator-added", Effect::NONE, "has a discriminator", |finding| {
                finding.at(None, nodes.1)
            });
        }
        (Some(_), None) => {
            return both.find(
                "discriminator-removed",
                Effect::UNSURE,
                "no longer has a discriminator",
                |finding| finding.at(nodes.0, None).because(TOLD),
            );
        }
        (Some(old), Some(new)) => (old, new),
    };
    let name = |node: Node<'_>| said(node.get("propertyName"));
    if name(old) != name(new) {
        let what = changed("discriminator", name(old).as_deref(), name(new).as_deref());
        both.find("discriminator-changed", Effect::UNSURE, what, |finding| {
            finding.at(nodes.0, nodes.1).values(name(old), name(new)).because(TOLD)
        });
    }
    for member in old.get("mapping").into_iter().flat_map(Node::members) {
        if is_of_name(both, 1, member) && mapping(new, member.key).is_none() {
            continue;
        }
        match mapping(new, member.key) {
            None => {
                let what = format!("no longer maps the discriminator's value `{}`", member.key);
                both.find("discriminator-mapping-removed", Effect::UNSURE, what, |finding| {
                    finding
                        .at(Some(member.value), None)
                        .values(Some(member.key.to_owned()), None)
                        .because(TOLD)
                });
            }
            Some(other) if other.text() != member.value.text() => {
                let (one, two) = (target(both, 0, member.value), target(both, 1, other));
                let is_same = matches!((one, two), (Some(one), Some(two)) if both.walk.is_same(&[one], &[two]));
                if !is_same {
                    let what = format!("maps the discriminator's value `{}` to another schema", member.key);
                    both.find("discriminator-mapping-changed", Effect::UNSURE, what, |finding| {
                        finding
                            .at(Some(member.value), Some(other))
                            .values(said(Some(member.value)), said(Some(other)))
                            .because(TOLD)
                    });
                }
            }
            Some(_) => {}
        }
    }
    for member in new.get("mapping").into_iter().flat_map(Node::members) {
        if mapping(old, member.key).is_none() && !is_of_name(both, 0, member) {
            let what = format!("maps the discriminator's new value `{}`", member.key);
            both.find("discriminator-mapping-added", Effect::NONE, what, |finding| {
                finding
                    .at(None, Some(member.value))
                    .values(None, Some(member.key.to_owned()))
            });
        }
    }
}

/// Returns true if an entry of a mapping says what holds without it on a side: the name of a component stands for it.
fn is_of_name(both: &Both<'_, '_, '_>, side: usize, member: Member<'_>) -> bool {
    let last = member.value.as_str().and_then(|named| named.rsplit('/').next());
    last == Some(member.key) && component(both, side, member.key).is_some()
}

/// Returns the entry of a discriminator's mapping.
fn mapping<'t>(discriminator: Node<'t>, key: &str) -> Option<Node<'t>> {
    discriminator.get("mapping")?.get(key)
}

/// Returns the schema of a name among the components.
fn component<'t>(both: &Both<'_, '_, 't>, side: usize, name: &str) -> Option<Node<'t>> {
    let root = both.walk.sides[side].root()?;
    root.get("components")?.get("schemas")?.get(name)
}

/// Returns the component that a mapping names.
fn target<'t>(both: &Both<'_, '_, 't>, side: usize, named: Node<'t>) -> Option<Node<'t>> {
    let text = named.as_str()?;
    let contract = &both.walk.sides[side];
    // A name stands for the component, another text for what it refers to.
    if text.contains(['/', '#']) {
        return contract.referred(named);
    }
    component(both, side, text)
}
