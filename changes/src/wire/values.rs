//! Rules about kinds and values: `type`, null, `enum`, `const`, `default`, `xml`, and keywords that hold a text, such as `format`
//! and `pattern`.

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashSet};

use sdkwright_contract::source::{Member, Node, number};

use super::finding::{Breaks, Impact, changed};
use super::pairs::SchemaPair;
use crate::shape::{
    Form, Kinds, Null, PatternChange, Value, accepts, accepts_all, canonical, joined, pattern as characters, written,
};

/// Reasons by what became of the default: added, removed, changed.
const LEFT_OUT: [&str; 3] = [
    "a client that leaves it out gets what the default means, which may be something else than before",
    "a client that leaves it out no longer gets what the default meant",
    "a client that leaves it out gets what the new default means",
];
const STALE: &str = "only OpenAPI 3.0 has `nullable`: in later versions it is a type, such as `type: [string, 'null']`";
const XML: &str = "a reader of XML may look for the prefix in place of the namespace";
const UNKNOWN: &str = "whether values are different depends on what was sent until now";
/// Most values that a sentence lists.
const SHOWN: usize = 8;

/// Compares a pair.
pub(super) fn compare(both: &mut SchemaPair<'_, '_, '_>) {
    kinds(both);
    values(both);
    extensible(both);
    format(both);
    pattern(both);
    content(both);
    default(both);
}

fn said(node: Option<Node<'_>>) -> Option<String> {
    node.map(written)
}

/// Returns an effect without what it does to texts, where each text of the base is one of the revision's, or the reverse.
fn as_text(both: &SchemaPair<'_, '_, '_>, effect: Impact) -> Impact {
    let unless = |is_covered, breaks| if is_covered { Breaks::No } else { breaks };
    Impact {
        text: unless(covers_as_text(both.base, both.revision), effect.text),
        read: unless(covers_as_text(both.revision, both.base), effect.read),
        ..effect
    }
}

/// Returns the effect of kinds that differ.
fn of_kinds(old: Kinds, new: Kinds) -> Impact {
    match (new.has(old), old.has(new)) {
        (true, true) => Impact::NONE,
        (true, false) => Impact::WIDENED,
        (false, true) => Impact::NARROWED,
        (false, false) => Impact::CHANGED,
    }
}

/// Compares the kinds.
pub(super) fn kinds<'t>(both: &mut SchemaPair<'_, '_, 't>) {
    let (old, new) = (both.base.kinds, both.revision.kinds);
    let (mut bare_old, bare_new) = (old.without(Kinds::NULL), new.without(Kinds::NULL));
    // A kind that no alternative takes is none, whether the keyword beside them names it or not.
    let taken = |side: usize, shape: &Form<'t>, bare: Kinds| bare.and(joined(&both.pairs.sides[side], &shape.groups));
    if bare_old != bare_new && taken(0, both.base, bare_old) == taken(1, both.revision, bare_new) {
        bare_old = bare_new;
    }
    if bare_old != bare_new {
        let effect = as_text(both, of_kinds(bare_old, bare_new));
        let text = of_kinds(bare_old.as_text(), bare_new.as_text());
        let effect = Impact {
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
        both.find(id, effect, what)
            .values(Some(old.to_string()), Some(new.to_string()));
    }
    // Null is one of any values: it is told only beside other kinds that stayed.
    let is_any = |kinds: Kinds| kinds.has(Kinds::ALL.without(Kinds::NULL));
    if bare_old != bare_new && (is_any(old) || is_any(new)) {
        return;
    }
    null(both);
}

/// Compares whether null fits.
pub(super) fn null(both: &mut SchemaPair<'_, '_, '_>) {
    let (old, new) = (both.base.null(), both.revision.null());
    let is_unclear = old == Null::IsUnclear || new == Null::IsUnclear;
    let (id, effect, what) = match old.cmp(&new) {
        Ordering::Equal => return,
        Ordering::Less => ("became-nullable", Impact::WIDENED, "can be null"),
        Ordering::Greater => ("became-not-nullable", Impact::NARROWED, "can no longer be null"),
    };
    let (effect, what) = match (is_unclear, id) {
        (false, _) => (effect, what),
        (true, "became-nullable") => (effect.softened(), "may be null"),
        (true, _) => (effect.softened(), "may no longer be null"),
    };
    let nodes = (both.base.stale_null, both.revision.stale_null);
    both.find(id, effect, what).on(nodes.0, nodes.1).because(STALE);
}

fn values(both: &mut SchemaPair<'_, '_, '_>) {
    let (old, new) = (&both.base.values, &both.revision.values);
    match (old, new) {
        (None, None) => {}
        (None, Some(new)) => {
            let first = new.first().map(|value| value.node);
            let what = format!("takes only {}", list(new));
            let id = if new.len() == 1 { "const-added" } else { "became-enum" };
            let effect = as_text(both, Impact::NARROWED);
            both.find(id, effect, what)
                .on(None, first)
                .values(None, Some(list(new)));
        }
        (Some(old), None) => {
            let first = old.first().map(|value| value.node);
            let what = format!("is no longer limited to {}", list(old));
            let (id, effect) = if old.len() == 1 {
                ("const-removed", Impact::WIDENED)
            } else {
                ("enum-dropped", Impact::WIDENED.soft_received())
            };
            let effect = as_text(both, effect);
            both.find(id, effect, what)
                .on(first, None)
                .values(Some(list(old)), None)
                .because(OPEN);
        }
        (Some(old), Some(new)) => {
            let (old, new) = (old.clone(), new.clone());
            if let ([one], [other]) = (&old[..], &new[..])
                && one.text != other.text
            {
                let what = format!("is always {} and was always {}", shown(other), shown(one));
                let effect = as_text(both, Impact::CHANGED);
                both.find("const-changed", effect, what)
                    .on(Some(one.node), Some(other.node))
                    .values(Some(shown(one)), Some(shown(other)));
                return;
            }
            listed(both, &old, &new, ["enum-value-removed", "enum-value-added"]);
        }
    }
}

/// Compares two lists of values.
fn listed<'t>(both: &mut SchemaPair<'_, '_, 't>, old: &[Value<'t>], new: &[Value<'t>], ids: [&'static str; 2]) {
    let (of_old, of_new) = (Listed::of(old), Listed::of(new));
    for value in old.iter().filter(|value| !of_new.values.contains(value.text.as_str())) {
        let what = format!("no longer has the value {}", shown(value));
        let effect = of_new.unless_text(value, Impact::NARROWED);
        both.find(ids[0], effect, what)
            .at(Some(value.node), None)
            .values(Some(shown(value)), None);
    }
    for value in new.iter().filter(|value| !of_old.values.contains(value.text.as_str())) {
        let what = format!("has the new value {}", shown(value));
        let effect = of_old.unless_text(value, Impact::WIDENED.soft_received());
        both.find(ids[1], effect, what)
            .at(None, Some(value.node))
            .values(None, Some(shown(value)))
            .because(OPEN);
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
            texts: values.iter().map(text_of).collect(),
        }
    }

    /// Returns an effect without what it does to texts, if one of the values has the same text: as text, a value of another
    /// kind can be the same.
    fn unless_text(&self, value: &Value<'_>, effect: Impact) -> Impact {
        if self.texts.contains(&text_of(value)) {
            let (text, read) = (Breaks::No, Breaks::No);
            return Impact { text, read, ..effect };
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

fn extensible(both: &mut SchemaPair<'_, '_, '_>) {
    let (old, new) = (both.base.extensible.clone(), both.revision.extensible.clone());
    if !old.is_empty() && !new.is_empty() {
        listed(both, &old, &new, ["enum-value-removed", "enum-value-added"]);
    }
}

/// Compares the defaults.
pub(super) fn default(both: &mut SchemaPair<'_, '_, '_>) {
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
    let effect = Impact {
        left_out: Breaks::Yes,
        ..Impact::NONE
    };
    both.find(id, effect, what)
        .on(nodes.0, nodes.1)
        .values(old, new)
        .insist(reason);
}

/// Formats that allow what another one allows, and more.
const WIDER: [(&str, &str); 2] = [("int32", "int64"), ("float", "double")];

fn format(both: &mut SchemaPair<'_, '_, '_>) {
    let is = |narrow: &str, wide: &str| WIDER.contains(&(narrow, wide));
    let differences = differences(both, "format");
    for Difference { nodes, old, new, kept } in differences {
        let (id, effect) = match (&old, &new) {
            // A format that says no more than one that stays.
            (None, Some(one)) | (Some(one), None) if kept.iter().any(|narrow| is(narrow, one)) => continue,
            (None, _) => ("format-added", Impact::NARROWED),
            (_, None) => ("format-removed", Impact::WIDENED),
            (Some(one), Some(other)) if is(one, other) => ("format-widened", Impact::WIDENED),
            (Some(one), Some(other)) if is(other, one) => ("format-narrowed", Impact::NARROWED),
            _ => ("format-changed", Impact::CHANGED),
        };
        let effect = effect.unless(
            both.base
                .range()
                .is_some_and(|range| range.is_within(both.revision.range())),
            both.revision
                .range()
                .is_some_and(|range| range.is_within(both.base.range())),
        );
        let what = one_of("format", old.as_deref(), new.as_deref(), &kept);
        both.find(id, effect, what).at(nodes.0, nodes.1).values(old, new);
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
fn differences<'t>(both: &SchemaPair<'_, '_, 't>, word: &str) -> Vec<Difference<'t>> {
    let of = |shape: &Form<'t>| -> Vec<Text<'t>> {
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

fn pattern(both: &mut SchemaPair<'_, '_, '_>) {
    // A pattern says nothing of what is no string.
    let is_idle = |shape: &Form<'_>| !shape.kinds.touches(Kinds::STRING);
    for Difference { nodes, old, new, kept } in differences(both, "pattern") {
        let (id, effect) = match (&old, &new) {
            (one, other) if one.as_deref().map(characters) == other.as_deref().map(characters) => continue,
            (None, _) if is_idle(both.revision) => continue,
            (_, None) if is_idle(both.base) => continue,
            (None, Some(new)) if refuses_none(both.base, new) => continue,
            (Some(old), None) if refuses_none(both.revision, old) => continue,
            (None, _) => ("pattern-added", Impact::NARROWED),
            (_, None) => ("pattern-removed", Impact::WIDENED.soft_received()),
            (Some(old), Some(new)) => match both.pairs.pattern_change(old, new) {
                None => ("pattern-changed", Impact::UNSURE),
                Some(PatternChange { narrows, widens }) => match (narrows, widens) {
                    (false, false) => continue,
                    (true, false) => ("pattern-changed", Impact::NARROWED),
                    (false, true) => ("pattern-changed", Impact::WIDENED.soft_received()),
                    (true, true) => ("pattern-changed", Impact::CHANGED.soft_received()),
                },
            },
        };
        let what = one_of("pattern", old.as_deref(), new.as_deref(), &kept);
        both.find(id, effect, what)
            .on(nodes.0, nodes.1)
            .values(old, new)
            .because(UNKNOWN);
    }
}

/// Returns true if a pattern refuses nothing that the rest of a schema allows.
fn refuses_none(shape: &Form<'_>, pattern: &str) -> bool {
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

fn content(both: &mut SchemaPair<'_, '_, '_>) {
    for (word, id) in [
        ("contentEncoding", "content-encoding-changed"),
        ("contentMediaType", "content-media-type-changed"),
    ] {
        for Difference { nodes, old, new, kept } in differences(both, word) {
            let what = one_of(word, old.as_deref(), new.as_deref(), &kept);
            // OpenAPI 3.1 writes a part of bytes without any rule.
            let effect = if both.revision.is_any() {
                Impact::WIDENED
            } else {
                Impact::CHANGED
            };
            both.find(id, effect, what).on(nodes.0, nodes.1).values(old, new);
        }
    }
}

/// Words of `xml`, with their values.
type XmlWords<'t> = Vec<(&'t str, String)>;

/// Returns the words of `xml` that differ from what holds without them: no attribute, no wrapper, the name of the member.
fn xml_words<'t>(shape: &Form<'t>) -> XmlWords<'t> {
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
pub(super) fn xml(both: &mut SchemaPair<'_, '_, '_>) {
    let nodes = (both.base.xml, both.revision.xml);
    let (old, new) = (xml_words(both.base), xml_words(both.revision));
    if old == new {
        return;
    }
    let is_seen = |word: &&(&str, String)| word.0 != "prefix";
    let is_prefix = old.iter().filter(is_seen).eq(new.iter().filter(is_seen));
    let effect = Impact {
        xml: if is_prefix { Breaks::Maybe } else { Breaks::Yes },
        ..Impact::NONE
    };
    let found = both.find("xml-changed", effect, "is written in another way in XML");
    found
        .on(nodes.0, nodes.1)
        .values(said(nodes.0), said(nodes.1))
        .because(XML);
}

/// Returns true if each text of a value of the base is the text of a value of the revision, as far as kinds and listed
/// values tell.
fn covers_as_text(base: &Form<'_>, revision: &Form<'_>) -> bool {
    match (all_texts(base), all_texts(revision)) {
        (Some(old), Some(new)) => old.is_subset(&new),
        (Some(old), None) => old.iter().all(|text| can_be_read_as(revision.kinds, text)),
        (None, Some(_)) => false,
        (None, None) => revision.kinds.as_text().has(base.kinds.without(Kinds::NULL)),
    }
}

/// Returns the texts of all values of a schema. `None`: there is no end of them.
fn all_texts(shape: &Form<'_>) -> Option<BTreeSet<String>> {
    match &shape.values {
        Some(values) => Some(values.iter().map(text_of).collect()),
        None if shape.kinds.without(Kinds::NULL) == Kinds::BOOLEAN => {
            Some(["true", "false"].map(str::to_owned).into_iter().collect())
        }
        None => None,
    }
}

/// Returns the text of a value.
fn text_of(value: &Value<'_>) -> String {
    value.node.text().unwrap_or(&value.text).to_owned()
}

/// Returns true if a text can be read as one of these kinds.
fn can_be_read_as(kinds: Kinds, text: &str) -> bool {
    kinds.touches(Kinds::STRING)
        || (kinds.touches(Kinds::BOOLEAN) && ["true", "false"].contains(&text))
        || (kinds.touches(Kinds::INTEGER) && number::whole(text).is_some())
        || (kinds.has(Kinds::NUMBER) && number::compare(text, text).is_some())
}
