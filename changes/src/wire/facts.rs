//! Rules about kinds and values: `type`, null, `enum`, `const`, `default`, `deprecated`.

use std::collections::HashSet;

use sdkwright_contract::source::{Member, Node};

use super::finding::{Breaks, Effect};
use super::walk::Both;
use super::{lifecycle, spelled, texts};
use crate::shape::{Kinds, Shape, Value, canonical, joined, written};

/// Reasons by what became of the default: added, removed, changed.
const LEFT_OUT: [&str; 3] = [
    "a client that leaves it out gets what the default means, which may be something else than before",
    "a client that leaves it out no longer gets what the default meant",
    "a client that leaves it out gets what the new default means",
];
pub(super) const TOLD: &str =
    "clients may distinguish the alternatives in other ways: the documents do not show which clients do";
const XML: &str = "a reader of XML may look for the prefix in place of the namespace";
const SHOWN: usize = 8;

/// Compares a pair.
pub(super) fn compare(both: &mut Both<'_, '_, '_>) {
    kinds(both);
    values(both);
    extensible(both);
    texts::compare(both);
    default(both);
    deprecated(both);
    lifecycle::of_schemas(both);
    xml(both);
    discriminator(both);
}

fn said(node: Option<Node<'_>>) -> Option<String> {
    node.map(written)
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

/// Compares the kinds.
pub(super) fn kinds<'t>(both: &mut Both<'_, '_, 't>) {
    let (old, new) = (both.base.kinds, both.revision.kinds);
    let (mut bare_old, bare_new) = (old.without(Kinds::NULL), new.without(Kinds::NULL));
    // A kind that no alternative takes is none, whether the keyword beside them names it or not.
    let taken = |side: usize, shape: &Shape<'t>, bare: Kinds| bare.and(joined(&both.walk.sides[side], &shape.groups));
    if bare_old != bare_new && taken(0, both.base, bare_old) == taken(1, both.revision, bare_new) {
        bare_old = bare_new;
    }
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
    let (of_old, of_new) = (Listed::of(old), Listed::of(new));
    for value in old.iter().filter(|value| !of_new.values.contains(value.text.as_str())) {
        let what = format!("no longer has the value {}", shown(value));
        let effect = of_new.unless_text(value, Effect::NARROWED);
        both.find(ids[0], effect, what, |finding| {
            finding.at(Some(value.node), None).values(Some(shown(value)), None)
        });
    }
    for value in new.iter().filter(|value| !of_old.values.contains(value.text.as_str())) {
        let what = format!("has the new value {}", shown(value));
        let effect = of_old.unless_text(value, Effect::WIDENED.soft_received());
        both.find(ids[1], effect, what, |finding| {
            finding
                .at(None, Some(value.node))
                .values(None, Some(shown(value)))
                .because(OPEN)
        });
    }
}

/// A list of values, to look them up.
struct Listed<'v> {
    values: HashSet<&'v str>,
    texts: HashSet<String>,
}

impl<'v> Listed<'v> {
    fn of(values: &'v [Value<'_>]) -> Self {
        Self {
            values: values.iter().map(|value| value.text.as_str()).collect(),
            texts: values.iter().map(spelled::text).collect(),
        }
    }

    /// Returns an effect without what it does to texts, if one of the values has the same text: as text, a value of another
    /// kind can be the same.
    fn unless_text(&self, value: &Value<'_>, effect: Effect) -> Effect {
        if self.texts.contains(&spelled::text(value)) {
            let (text, read) = (Breaks::No, Breaks::No);
            return Effect { text, read, ..effect };
        }
        effect
    }
}

const OPEN: &str =
    "a client that knows only the values of the base must expect others; the enums of the generated crate do";

fn shown(value: &Value<'_>) -> String {
    format!("`{}`", written(value.node))
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

/// Returns the words for a keyword with another value.
pub(super) fn changed(word: &str, old: Option<&str>, new: Option<&str>) -> String {
    match (old, new) {
        (None, Some(new)) => format!("has the {word} `{new}` and had none"),
        (Some(old), None) => format!("no longer has the {word} `{old}`"),
        (Some(old), Some(new)) => format!("has the {word} `{new}` and had `{old}`"),
        (None, None) => String::new(),
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
    let [added, removed, other] = LEFT_OUT;
    let (id, reason) = match nodes {
        (None, _) => ("default-added", added),
        (_, None) => ("default-removed", removed),
        _ => ("default-changed", other),
    };
    let what = changed("default", old.as_deref(), new.as_deref());
    let effect = Effect {
        parameter: Breaks::Yes,
        ..Effect::NONE
    };
    both.find(id, effect, what, |finding| {
        finding.on(nodes.0, nodes.1).values(old, new).insist(reason)
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

/// Words of `xml`, with their values.
type XmlWords<'t> = Vec<(&'t str, String)>;

/// Returns the words of `xml` that differ from what holds without them: no attribute, no wrapper, the name of the member.
fn xml_words<'t>(shape: &Shape<'t>) -> XmlWords<'t> {
    let pointer = shape.at.pointer();
    let mut tokens = pointer.rsplit('/');
    let name = tokens.next().filter(|_| tokens.next() == Some("properties"));
    let words = shape.xml.into_iter().flat_map(Node::members);
    let is_usual = |word: &Member<'_>| match word.key {
        "name" => word.value.as_str() == name,
        "attribute" | "wrapped" => word.value.as_bool() == Some(false),
        _ => false,
    };
    let words = words.filter(|word| !is_usual(word));
    let mut words: Vec<_> = words.map(|word| (word.key, canonical(word.value, false))).collect();
    words.sort();
    words
}

/// Compares how bodies in XML write a value.
fn xml(both: &mut Both<'_, '_, '_>) {
    let nodes = (both.base.xml, both.revision.xml);
    let (old, new) = (xml_words(both.base), xml_words(both.revision));
    if old == new {
        return;
    }
    let is_seen = |word: &&(&str, String)| word.0 != "prefix";
    let is_prefix = old.iter().filter(is_seen).eq(new.iter().filter(is_seen));
    let effect = Effect {
        xml: if is_prefix { Breaks::Maybe } else { Breaks::Yes },
        ..Effect::NONE
    };
    both.find("xml-changed", effect, "is written in another way in XML", |finding| {
        let finding = finding.on(nodes.0, nodes.1).values(said(nodes.0), said(nodes.1));
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
    default_mapping(both, old, new);
    for member in new.get("mapping").into_iter().flat_map(Node::members) {
        if mapping(old, member.key).is_none() && !is_of_name(both, 0, member) {
            let what = format!("maps the discriminator's new value `{}`", member.key);
            // The name of a component stood for it, and still does for those that have no entry.
            let is_taken = component(both, 0, member.key).is_some();
            let effect = if is_taken { Effect::UNSURE } else { Effect::NONE };
            both.find("discriminator-mapping-added", effect, what, |finding| {
                let finding = finding.at(None, Some(member.value)).because(TOLD);
                finding.values(None, Some(member.key.to_owned()))
            });
        }
    }
}

/// Compares the schemas that values have of which the discriminator knows nothing, as OpenAPI 3.2 names them.
fn default_mapping<'t>(both: &mut Both<'_, '_, 't>, old: Node<'t>, new: Node<'t>) {
    let nodes = (old.get("defaultMapping"), new.get("defaultMapping"));
    let (effect, what) = match nodes {
        (None, None) => return,
        (None, Some(_)) => (
            Effect::new(Breaks::No, Breaks::Maybe),
            "maps unknown values of the discriminator to a schema",
        ),
        (Some(_), None) => (
            Effect::new(Breaks::Maybe, Breaks::No),
            "no longer maps unknown values of the discriminator",
        ),
        (Some(one), Some(other)) => {
            let (one, other) = (target(both, 0, one), target(both, 1, other));
            if matches!((one, other), (Some(one), Some(other)) if both.walk.is_same(&[one], &[other])) {
                return;
            }
            (
                Effect::UNSURE,
                "maps unknown values of the discriminator to another schema",
            )
        }
    };
    both.find("discriminator-default-changed", effect, what, |finding| {
        let finding = finding.at(nodes.0.or(Some(old)), nodes.1.or(Some(new)));
        finding.values(said(nodes.0), said(nodes.1)).because(TOLD)
    });
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
pub(super) fn target<'t>(both: &Both<'_, '_, 't>, side: usize, named: Node<'t>) -> Option<Node<'t>> {
    let text = named.as_str()?;
    let contract = &both.walk.sides[side];
    // A name stands for the component, another text for what it refers to.
    if text.contains(['/', '#']) {
        return contract.referred(named);
    }
    component(both, side, text)
}
