//! Rules about `oneOf` and `anyOf`: alternatives are matched by what they are, not by their order.

use std::collections::{BTreeSet, HashMap, VecDeque};

use sdkwright_contract::source::Node;

use super::family::{self, OVERLAP, overlaps};
use super::finding::{Breaks, Impact, Uses};
use super::lifecycle;
use super::pairs::{
    Relation::{AcceptedBy, Accepts, Equal, Tolerates},
    SchemaPair,
};
use crate::shape::{Form, Kinds, SchemaChoice, joined};

const MORE: &str = "alternatives of `anyOf` overlap: the new one may add nothing that the others did not allow";

/// Alternatives of one side.
struct Side<'t> {
    node: Node<'t>,
    word: &'static str,
    alternatives: Vec<Vec<Node<'t>>>,
}

/// Decides whether two alternatives are versions of one.
type Rule<'t> = dyn Fn(&mut SchemaPair<'_, '_, 't>, &[Node<'t>], &[Node<'t>]) -> bool;

/// Compares the alternatives of a pair. Returns true if nothing else is left to compare.
pub(super) fn compare(both: &mut SchemaPair<'_, '_, '_>) -> bool {
    let (base, revision) = (both.base, both.revision);
    if base.groups.is_empty() && revision.groups.is_empty() {
        family::plain_alternatives(both);
        return false;
    }
    if let Some((old, new)) = distributed(both) {
        super::values::null(both);
        if old.word == new.word {
            exclusive(both, &old, &new);
        } else {
            word(both, &base.groups[0], &revision.groups[0]);
        }
        matched(both, &old, &new);
        family::discriminator(both);
        lifecycle::of_schemas(both);
        super::values::default(both);
        super::values::xml(both);
        return true;
    }
    let is_whole = |shape: &Form<'_>| shape.is_only_alternatives();
    // A schema beside alternatives of which it is one: as alternatives, it is the only one.
    let is_other = |shape: &Form<'_>| shape.groups.is_empty() && !shape.is_any();
    if (is_whole(base) && is_other(revision)) || (is_whole(revision) && is_other(base)) {
        let (old, new) = (side(base), side(revision));
        let differs = base.null() != revision.null();
        if names_kinds(both, 0, base) || names_kinds(both, 1, revision) {
            super::values::kinds(both);
        } else if differs && !has_null(both, 0, &old) && !has_null(both, 1, &new) {
            super::values::null(both);
        }
        if !dissolved(both, &old, &new) {
            matched(both, &old, &new);
            overlapping(both, &old, &new);
        }
        exclusive(both, &old, &new);
        return true;
    }
    let (old, new) = others(both, base, revision);
    for at in 0..old.len().max(new.len()) {
        match (old.get(at), new.get(at)) {
            (Some(old), Some(new)) => {
                // One alone is the same for both keywords.
                if old.word != new.word && old.alternatives.len().min(new.alternatives.len()) > 1 {
                    word(both, old, new);
                } else {
                    exclusive(both, &of(old), &of(new));
                }
                matched(both, &of(old), &of(new));
                overlapping(both, &of(old), &of(new));
            }
            (Some(old), None) => undemanded(both, &of(old)),
            (None, Some(new)) => demanded(both, &of(new)),
            (None, None) => {}
        }
    }
    false
}

/// Returns the alternatives of both sides, each with the schemas next to them, if one side has inside of each alternative what
/// the other side has next to them. `allOf: [A, {oneOf: [B, C]}]` is `oneOf` of `A` with `B`, and `A` with `C`.
fn distributed<'t>(both: &mut SchemaPair<'_, '_, 't>) -> Option<(Side<'t>, Side<'t>)> {
    let shapes = [both.base, both.revision];
    let ([old], [new]) = (&shapes[0].groups[..], &shapes[1].groups[..]) else {
        return None;
    };
    let names = shapes.map(|shape| {
        let members = shape.members.iter().map(|member| member.name);
        members
            .chain(shape.required.keys().copied())
            .collect::<BTreeSet<&str>>()
    });
    let mut is_moved = names[0] != names[1];
    for (side, group) in [(0, old), (1, new)] {
        let moved = names[1 - side].difference(&names[side]);
        let moved: Vec<&str> = moved.copied().collect();
        for alternative in &group.alternatives {
            let form = both.pairs.form(side, &[*alternative]);
            let has = |name: &&str| {
                form.required.contains_key(name) || form.members.iter().any(|member| member.name == *name)
            };
            is_moved &= moved.iter().all(has);
        }
    }
    let with_schema = |shape: &Form<'t>, group: &SchemaChoice<'t>| {
        let mut side = of(group);
        for alternative in &mut side.alternatives {
            alternative.extend(&shape.written);
        }
        side
    };
    is_moved.then(|| (with_schema(shapes[0], old), with_schema(shapes[1], new)))
}

/// Compares alternatives with a schema that takes all of them, or that each of them is one of. Returns false if it is neither.
fn dissolved<'t>(both: &mut SchemaPair<'_, '_, 't>, old: &Side<'t>, new: &Side<'t>) -> bool {
    match (&old.alternatives[..], &new.alternatives[..]) {
        ([_], [_]) => false,
        (all, [only]) => {
            // A schema that describes no member takes any; one that describes more than an alternative is no wider one.
            let form = both.pairs.form(1, only);
            let is_open = form.members.is_empty();
            let is_all = all.iter().all(|one| {
                let known = both.pairs.form(0, one);
                let has = |name: &str| known.members.iter().any(|member| member.name == name);
                if is_open {
                    both.relate(one, only, Tolerates)
                } else {
                    form.members.iter().all(|member| has(member.name)) && both.relate(one, only, Accepts)
                }
            });
            if is_all {
                undemanded(both, old);
            }
            is_all
        }
        ([only], all) => {
            let is_all = all.iter().all(|one| both.relate(only, one, AcceptedBy));
            if is_all {
                demanded(both, new);
            }
            is_all
        }
        _ => false,
    }
}

/// Returns true if a schema names kinds beside its alternatives, and one of them may have others.
fn names_kinds<'t>(both: &SchemaPair<'_, '_, 't>, side: usize, shape: &Form<'t>) -> bool {
    let joined = joined(&both.pairs.sides[side], &shape.groups).without(Kinds::NULL);
    !shape.groups.is_empty() && !shape.kinds.has(joined)
}

/// Finds that values which fit several alternatives of `oneOf` are refused on one side alone.
fn exclusive<'t>(both: &mut SchemaPair<'_, '_, 't>, old: &Side<'t>, new: &Side<'t>) {
    let is_choice = |side: &Side<'_>| side.word == "oneOf" && side.alternatives.len() > 1;
    let did = is_choice(old) && overlaps(both, 0, &old.alternatives);
    let does = is_choice(new) && overlaps(both, 1, &new.alternatives);
    let (id, effect, what) = match (did, does) {
        (true, false) => (
            "one-of-became-any-of",
            Impact::new(Breaks::No, Breaks::Maybe),
            "takes what fits several of its alternatives and refused it",
        ),
        (false, true) => (
            "one-of-overlaps",
            Impact::new(Breaks::Maybe, Breaks::No),
            "takes no value any more that fits several alternatives of its `oneOf`",
        ),
        _ => return,
    };
    both.find(id, effect, what)
        .at(Some(old.node), Some(new.node))
        .because(OVERLAP);
}

/// Finds that one of some alternatives has to fit.
fn demanded<'t>(both: &mut SchemaPair<'_, '_, 't>, new: &Side<'t>) {
    let written = &both.base.written;
    let what = format!("requires one of the alternatives of `{}`", new.word);
    // One of `anyOf` is enough, though it does not describe all that fits it.
    let fitting = new.alternatives.iter().map(|one| match new.word {
        "anyOf" => both.relate(written, one, Tolerates),
        _ => both.relate(written, one, Accepts),
    });
    let fitting: Vec<bool> = fitting.collect();
    let effect = match fitting.iter().any(|fits| *fits) {
        false => Impact::NARROWED,
        true if new.word == "oneOf" && overlaps(both, 1, &new.alternatives) => Impact::new(Breaks::Maybe, Breaks::No),
        true => Impact::NONE,
    };
    both.find("alternatives-added", effect, what)
        .on(None, Some(new.node))
        .because(OVERLAP);
}

/// Finds that none of some alternatives has to fit any more.
fn undemanded<'t>(both: &mut SchemaPair<'_, '_, 't>, old: &Side<'t>) {
    let written = &both.revision.written;
    let what = format!("no longer requires one of the alternatives of `{}`", old.word);
    let mut all = old.alternatives.iter();
    let is_still_one = all.any(|one| both.relate(one, written, AcceptedBy));
    let effect = match is_still_one {
        false => Impact::WIDENED,
        true if old.word == "oneOf" && overlaps(both, 0, &old.alternatives) => Impact::new(Breaks::No, Breaks::Maybe),
        true => Impact::NONE,
    };
    both.find("alternatives-removed", effect, what).on(Some(old.node), None);
}

/// Returns the groups of both sides without those that are the same, wherever they stand.
fn others<'w, 't>(
    both: &mut SchemaPair<'w, '_, 't>,
    base: &'w Form<'t>,
    revision: &'w Form<'t>,
) -> (Vec<&'w SchemaChoice<'t>>, Vec<&'w SchemaChoice<'t>>) {
    let mut new: Vec<&SchemaChoice<'t>> = revision.groups.iter().collect();
    if base.groups.len() == 1 && new.len() == 1 {
        return (base.groups.iter().collect(), new);
    }
    let mut old = Vec::new();
    for group in &base.groups {
        match new.iter().position(|other| is_same(both, group, other)) {
            Some(at) => drop(new.remove(at)),
            None => old.push(group),
        }
    }
    (old, new)
}

/// Returns true if two groups have the same alternatives, in any order.
fn is_same<'t>(both: &mut SchemaPair<'_, '_, 't>, one: &SchemaChoice<'t>, other: &SchemaChoice<'t>) -> bool {
    let mut left: Vec<Node<'t>> = other.alternatives.clone();
    for alternative in &one.alternatives {
        let Some(at) = left
            .iter()
            .position(|node| both.relate(&[*alternative], &[*node], Equal))
        else {
            return false;
        };
        left.remove(at);
    }
    one.word == other.word && left.is_empty()
}

/// Compares the keywords of two groups: `oneOf` refuses what fits several alternatives.
fn word<'t>(both: &mut SchemaPair<'_, '_, 't>, old: &SchemaChoice<'t>, new: &SchemaChoice<'t>) {
    let nodes = (both.base.at, both.revision.at);
    let (id, effect, what) = match (old.word, new.word) {
        ("anyOf", "oneOf") => (
            "any-of-became-one-of",
            Impact::new(Breaks::maybe_if(overlaps(both, 1, &of(new).alternatives)), Breaks::No),
            "takes exactly one of its alternatives and took any",
        ),
        ("oneOf", "anyOf") => (
            "one-of-became-any-of",
            Impact::new(Breaks::No, Breaks::maybe_if(overlaps(both, 0, &of(old).alternatives))),
            "takes any of its alternatives and took exactly one",
        ),
        _ => return,
    };
    both.find(id, effect, what)
        .at(Some(nodes.0), Some(nodes.1))
        .because(OVERLAP);
}

/// Returns true if an alternative takes null beside other values: what it is compared with tells it.
fn has_null<'t>(both: &mut SchemaPair<'_, '_, 't>, at: usize, side: &Side<'t>) -> bool {
    let mut all = side.alternatives.iter();
    all.any(|alternative| both.pairs.form(at, alternative).kinds.has(Kinds::NULL))
}

/// Finds values of a schema that fit several alternatives of its successor: `oneOf` refuses them.
fn overlapping<'t>(both: &mut SchemaPair<'_, '_, 't>, old: &Side<'t>, new: &Side<'t>) {
    let ([only], "oneOf") = (&old.alternatives[..], new.word) else {
        return;
    };
    let fitting = new
        .alternatives
        .iter()
        .filter(|alternative| both.relate(only, alternative, Accepts))
        .count();
    if fitting > 1 {
        let what = "takes no value any more that fits several alternatives of its `oneOf`";
        both.find("one-of-overlaps", Impact::NARROWED, what)
            .at(Some(old.node), Some(new.node));
    }
}

fn of<'t>(group: &SchemaChoice<'t>) -> Side<'t> {
    Side {
        node: group.node,
        word: group.word,
        alternatives: group.alternatives.iter().map(|node| vec![*node]).collect(),
    }
}

/// Returns the alternatives of a schema; of one without alternatives, itself.
fn side<'t>(shape: &Form<'t>) -> Side<'t> {
    match shape.only_alternatives() {
        Some(group) => of(group),
        None => Side {
            node: shape.at,
            word: "oneOf",
            alternatives: vec![shape.written.clone()],
        },
    }
}

fn matched<'t>(both: &mut SchemaPair<'_, '_, 't>, old: &Side<'t>, new: &Side<'t>) {
    let mut left: Vec<Option<&Vec<Node<'t>>>> = old.alternatives.iter().map(Some).collect();
    let mut right: Vec<Option<&Vec<Node<'t>>>> = new.alternatives.iter().map(Some).collect();
    let by_name = |_: &mut SchemaPair<'_, '_, 't>, one: &[Node<'t>], other: &[Node<'t>]| {
        name(one).is_some() && name(one) == name(other)
    };
    let by_meaning =
        |both: &mut SchemaPair<'_, '_, 't>, one: &[Node<'t>], other: &[Node<'t>]| both.relate(one, other, Equal);
    let by_kind = |both: &mut SchemaPair<'_, '_, 't>, one: &[Node<'t>], other: &[Node<'t>]| {
        name(one).is_none() && name(other).is_none() && is_alike(both, one, other)
    };
    for (one, other) in unchanged(both, old, new) {
        if let (Some(schema), Some(known)) = (left[one].take(), right[other].take())
            && let ([old], [new]) = (&schema[..], &known[..])
        {
            family::values(both, *old, *new);
        }
    }
    let rules: [&Rule<'t>; 3] = [&by_name, &by_meaning, &by_kind];
    for rule in rules {
        for one in &mut left {
            let Some(schema) = *one else { continue };
            let found = right
                .iter_mut()
                .find(|other| other.is_some_and(|other| rule(both, schema, other)));
            if let Some(other) = found.and_then(Option::take) {
                both.lead(schema, other, Uses::ALL, false);
                if let ([old], [new]) = (&schema[..], &other[..]) {
                    family::values(both, *old, *new);
                }
                *one = None;
            }
        }
    }
    for schema in left.into_iter().flatten() {
        let what = format!("no longer has the alternative {}", told(schema));
        let id = if old.word == "oneOf" {
            "one-of-removed"
        } else {
            "any-of-removed"
        };
        let effect = if is_left_possible(both, schema, new) {
            Impact::NONE
        } else {
            Impact::NARROWED
        };
        both.find(id, effect, what)
            .at(schema.first().copied().or(Some(old.node)), None);
    }
    for schema in right.into_iter().flatten() {
        let what = format!("has the new alternative {}", told(schema));
        let (id, effect) = if new.word == "oneOf" {
            ("one-of-added", Impact::WIDENED)
        } else {
            ("any-of-added", Impact::WIDENED.soft_received())
        };
        let effect = if was_possible(both, schema, old) {
            Impact::NONE
        } else {
            effect
        };
        both.find(id, effect, what)
            .at(None, schema.first().copied().or(Some(new.node)))
            .because(if new.word == "oneOf" { "" } else { MORE });
    }
}

/// Returns the numbers of alternatives that are written the same, in pairs: most are, and each of the others is compared with each.
fn unchanged<'t>(both: &mut SchemaPair<'_, '_, 't>, old: &Side<'t>, new: &Side<'t>) -> Vec<(usize, usize)> {
    let mut places: HashMap<u64, VecDeque<usize>> = HashMap::new();
    for (at, schema) in new.alternatives.iter().enumerate() {
        if let [node] = schema[..] {
            let digest = both.pairs.digest(1, node);
            places.entry(digest).or_default().push_back(at);
        }
    }
    let mut found = Vec::new();
    for (at, schema) in old.alternatives.iter().enumerate() {
        let [node] = schema[..] else { continue };
        let Some(same) = places.get_mut(&both.pairs.digest(0, node)) else {
            continue;
        };
        let first = same
            .front()
            .and_then(|other| Some((*other, *new.alternatives.get(*other)?.first()?)));
        if let Some((other, _)) = first.filter(|(_, other)| both.pairs.is_unchanged(node, *other)) {
            same.pop_front();
            found.push((at, other));
        }
    }
    found
}

/// Returns true if every value of a removed alternative fits another one, and of `oneOf` no second one.
fn is_left_possible<'t>(both: &mut SchemaPair<'_, '_, 't>, schema: &[Node<'t>], new: &Side<'t>) -> bool {
    if !is_scalar(both, 0, schema) {
        return false;
    }
    let fits = new
        .alternatives
        .iter()
        .filter(|other| both.relate(schema, other, Accepts));
    match fits.count() {
        0 => false,
        1 => true,
        _ => new.word == "anyOf",
    }
}

/// Returns true if every value of a new alternative fitted another one.
fn was_possible<'t>(both: &mut SchemaPair<'_, '_, 't>, schema: &[Node<'t>], old: &Side<'t>) -> bool {
    is_scalar(both, 1, schema) && old.alternatives.iter().any(|one| both.relate(one, schema, AcceptedBy))
}

/// Returns true for a schema of texts, numbers and booleans; which objects fit several schemas is not in the documents.
fn is_scalar<'t>(both: &mut SchemaPair<'_, '_, 't>, side: usize, schema: &[Node<'t>]) -> bool {
    !both
        .pairs
        .form(side, schema)
        .kinds
        .touches(Kinds::OBJECT.or(Kinds::ARRAY))
}

/// Returns the component that an alternative names.
fn name<'t>(alternative: &[Node<'t>]) -> Option<&'t str> {
    alternative
        .first()
        .and_then(|node| node.get("$ref"))
        .and_then(Node::as_str)
        .or_else(|| {
            alternative
                .first()
                .and_then(|node| node.get("title"))
                .and_then(Node::as_str)
        })
}

/// Names an alternative: by its component or title, or else by its types.
fn told(alternative: &[Node<'_>]) -> String {
    if let Some(name) = name(alternative).and_then(|name| name.rsplit('/').next()) {
        return format!("`{name}`");
    }
    let types = alternative.first().and_then(|node| node.get("type"));
    let types: Vec<&str> = types.map_or_else(Vec::new, |types| {
        types.items().chain(Some(types)).filter_map(Node::as_str).collect()
    });
    match types[..] {
        [] => "without a name".to_owned(),
        [only] => format!("of type {only}"),
        _ => format!("of the types {}", types.join(", ")),
    }
}

/// Returns true if two alternatives without a name are versions of one: of the same kinds beside null, and of objects with
/// a member in common.
fn is_alike<'t>(both: &mut SchemaPair<'_, '_, 't>, one: &[Node<'t>], other: &[Node<'t>]) -> bool {
    let (one, other) = (both.pairs.form(0, one), both.pairs.form(1, other));
    let shares = || {
        one.members
            .iter()
            .any(|member| other.members.iter().any(|known| known.name == member.name))
    };
    let (bare, other_bare) = (one.kinds.without(Kinds::NULL), other.kinds.without(Kinds::NULL));
    if bare == other_bare {
        return one.members.is_empty() || other.members.is_empty() || shares();
    }
    // One may name the kind that the other only describes.
    (bare.has(other_bare) || other_bare.has(bare)) && shares()
}
