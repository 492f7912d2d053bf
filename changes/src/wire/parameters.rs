//! Parameters: existence, obligation, notation, schema.

use std::collections::BTreeMap;

use super::finding::{Breaks, Impact, Matched, Reach, Uses};
use super::lifecycle::{self, Announced};
use super::media;
use super::pairs::{Pairs, Relation};
use crate::contract::{Parameter, Where};
use crate::shape::Kinds;

const RAW: &str = "whether clients send reserved characters as they are is not in the documents";
const IGNORED: &str = "the server may refuse the parameter or ignore it: then its effect is lost without an error";
const EARLY: &str = "clients may send it until the sunset that was announced";
const UNSENT: &str = "clients that receive the call no longer get the parameter, and what they do with it fails";
const UNSENT_EARLY: &str = "clients that receive the call may read it until the sunset that was announced";

/// Compares the parameters of an operation of both sides.
pub(super) fn compare<'t>(pairs: &mut Pairs<'_, 't>, matched: &Matched<'_, 't>) {
    let (base, revision) = (&matched.base.parameters, &matched.revision.parameters);
    let is = |one: &Parameter<'_>, other: &Parameter<'_>| one.place == other.place && one.key == other.key;
    let renames = renames(pairs, base, revision);
    for (at, old) in base.iter().enumerate() {
        match (revision.iter().find(|new| is(old, new)), renames.get(&at)) {
            (Some(new), _) => pair(pairs, matched, old, new),
            (None, Some(new)) => {
                let what = format!("has the {} in place of `{}`", told(&revision[*new]), old.name);
                let is_sent = matched.sent != Uses::RECEIVED;
                let found = pairs.find("parameter-renamed", matched.sends(), Impact::CHANGED, what);
                found.at(Some(old.node), Some(revision[*new].node));
                found.values(Some(old.name.to_owned()), Some(revision[*new].name.to_owned()));
                found.insist(if is_sent { IGNORED } else { UNSENT });
            }
            (None, None) => removed(pairs, matched, old),
        }
    }
    for (at, new) in revision.iter().enumerate() {
        if renames.values().any(|renamed| *renamed == at) {
            continue;
        }
        if !base.iter().any(|old| is(old, new)) {
            let name = told(new);
            let (id, effect, what) = if new.required {
                (
                    "required-parameter-added",
                    Impact::NARROWED,
                    format!("requires the new {name}"),
                )
            } else {
                ("optional-parameter-added", Impact::NONE, format!("has the new {name}"))
            };
            pairs.find(id, matched.sends(), effect, what).at(None, Some(new.node));
        }
    }
}

/// Returns the parameters with another name and nothing else: the one of its place that goes, and the one that comes.
fn renames<'t>(
    pairs: &mut Pairs<'_, 't>,
    base: &[Parameter<'t>],
    revision: &[Parameter<'t>],
) -> BTreeMap<usize, usize> {
    let is = |one: &Parameter<'_>, other: &Parameter<'_>| one.place == other.place && one.key == other.key;
    let only = |here: &[Parameter<'t>], there: &[Parameter<'t>], place: Where| -> Vec<usize> {
        let all = here.iter().enumerate().filter(|(_, one)| one.place == place);
        let all = all.filter(|(_, one)| !there.iter().any(|other| is(one, other)));
        all.map(|(at, _)| at).collect()
    };
    let mut found = BTreeMap::new();
    for place in [Where::Query, Where::Header, Where::Cookie] {
        let ([gone], [come]) = (&only(base, revision, place)[..], &only(revision, base, place)[..]) else {
            continue;
        };
        let (old, new) = (&base[*gone], &revision[*come]);
        let words = |one: &Parameter<'t>| (one.required, one.style, one.explode, one.allow_reserved, one.media_type);
        let is_same = match (old.schema, new.schema) {
            (Some(one), Some(other)) => pairs.relate(&[one], &[other], Relation::Equal),
            (one, other) => one.is_none() && other.is_none(),
        };
        if is_same && words(old) == words(new) && lifecycle::announced(old.node, pairs.today) == Announced::No {
            found.insert(*gone, *come);
        }
    }
    found
}

fn told(parameter: &Parameter<'_>) -> String {
    format!("{} parameter `{}`", parameter.place.word(), parameter.name)
}

fn removed<'t>(pairs: &mut Pairs<'_, 't>, matched: &Matched<'_, 't>, old: &Parameter<'t>) {
    let name = told(old);
    // A client that serves a callback or a webhook no longer gets it.
    let (id, effect, because) = match lifecycle::announced(old.node, pairs.today) {
        _ if lifecycle::is_unstable(matched.base.node) => ("parameter-removed", Impact::UNSURE, lifecycle::UNSTABLE),
        Announced::No => ("parameter-removed", Impact::CHANGED, IGNORED),
        Announced::Yes => ("parameter-removed-after-deprecation", Impact::UNSURE, IGNORED),
        Announced::TooEarly | Announced::Unreadable => ("parameter-removed-before-sunset", Impact::CHANGED, EARLY),
    };
    let because = match because {
        IGNORED if matched.sent == Uses::RECEIVED => UNSENT,
        EARLY if matched.sent == Uses::RECEIVED => UNSENT_EARLY,
        because => because,
    };
    let found = pairs.find(id, matched.sends(), effect, format!("no longer has the {name}"));
    found.at(Some(old.node), None).insist(because);
}

fn pair<'t>(pairs: &mut Pairs<'_, 't>, matched: &Matched<'_, 't>, old: &Parameter<'t>, new: &Parameter<'t>) {
    let name = told(new);
    let (sends, nodes) = (matched.sends(), (Some(old.node), Some(new.node)));
    let mut find = |id, effect, what: String| {
        pairs.find(id, sends.clone(), effect, what).at(nodes.0, nodes.1);
    };
    if old.required != new.required {
        let (id, effect, what) = if new.required {
            ("parameter-became-required", Impact::NARROWED, "requires")
        } else {
            // The parameter can be missing in callbacks and webhooks, which a client receives.
            ("parameter-became-optional", Impact::WIDENED, "can do without")
        };
        find(id, effect, format!("{what} the {name}"));
    }
    if old.allow_empty && !new.allow_empty {
        let what = format!("takes its {name} no longer without a value");
        find("parameter-empty-refused", Impact::NARROWED, what);
    }
    let ids = ["parameter-content-changed", "parameter-style-changed"];
    notation(pairs, &matched.sends(), (old, new), &format!("takes its {name}"), ids);
    lifecycle::words(pairs, &matched.sends(), old.node, new.node, lifecycle::PARAMETER);
    lifecycle::stability(
        pairs,
        &matched.sends(),
        old.node,
        new.node,
        lifecycle::PARAMETER_STABILITY,
    );
    let uses = match (new.media_type, matched.sent) {
        (None, Uses::SENT) => Uses::TEXT.or(Uses::LEFT_OUT),
        // A query as a form is text.
        (Some(name), Uses::SENT) if media::is_form(name) && new.place == Where::Querystring => {
            Uses::TEXT.or(Uses::LEFT_OUT)
        }
        (Some(_), Uses::SENT) => Uses::SENT.or(Uses::LEFT_OUT),
        (None, Uses::RECEIVED) => Uses::READ,
        (_, sent) => sent,
    };
    schemas(pairs, &matched.sends(), (old, new), uses, matched.number);
}

/// The same parameter or header of both sides.
type Sides<'p, 't> = (&'p Parameter<'t>, &'p Parameter<'t>);

/// Compares media type and style. `ids`: of another media type, of another style.
pub(super) fn notation<'t>(
    pairs: &mut Pairs<'_, 't>,
    reach: &Reach,
    (old, new): Sides<'_, 't>,
    subject: &str,
    ids: [&'static str; 2],
) {
    let is_same = match (old.media_type, new.media_type) {
        (Some(one), Some(other)) => media::is_same(one, other),
        (one, other) => one.is_none() && other.is_none(),
    };
    if !is_same {
        let what = format!("{subject} in another format");
        let name = |parameter: &Parameter<'_>| parameter.media_type.map(str::to_owned);
        let found = pairs.find(ids[0], reach.clone(), Impact::CHANGED, what);
        found.at(Some(old.node), Some(new.node)).values(name(old), name(new));
        return;
    }
    if old.media_type.is_some() {
        return;
    }
    let (before, after) = (seen(pairs, 0, old), seen(pairs, 1, new));
    let (written, now) = (written(old), written(new));
    let effect = match (before == after, old.allow_reserved, new.allow_reserved) {
        (true, true, false) => Impact::new(Breaks::Maybe, Breaks::No),
        (true, was, is) if was == is && (written == now || old.style == new.style) => return,
        (true, ..) => Impact::NONE,
        (false, ..) => Impact::CHANGED,
    };
    let what = format!("{subject} in another notation");
    let found = pairs.find(ids[1], reach.clone(), effect, what);
    found
        .at(Some(old.node), Some(new.node))
        .values(Some(written), Some(now))
        .because(RAW);
}

/// Compares the schemas, also where one side has none.
pub(super) fn schemas<'t>(
    pairs: &mut Pairs<'_, 't>,
    reach: &Reach,
    (old, new): Sides<'_, 't>,
    uses: Uses,
    number: usize,
) {
    let (id, effect, what) = match (old.schema, new.schema) {
        (Some(base), Some(revision)) => return pairs.root(base, revision, uses, Some(number)),
        (None, Some(node)) if !pairs.form(1, &[node]).is_any() => {
            ("parameter-schema-added", Impact::NARROWED, "has a schema and had none")
        }
        (Some(node), None) if !pairs.form(0, &[node]).is_any() => (
            "parameter-schema-removed",
            Impact::WIDENED.soft_received(),
            "no longer has a schema",
        ),
        _ => return,
    };
    let what = format!("says of `{}` that it {what}", new.name);
    let found = pairs.find(id, reach.clone(), effect, what);
    found.at(Some(old.node), Some(new.node));
}

/// Returns the notation as the contract writes it.
fn written(parameter: &Parameter<'_>) -> String {
    let is_told = parameter.explode && parameter.style != "deepObject";
    let explode = if is_told { ", exploded" } else { "" };
    let reserved = if parameter.allow_reserved {
        ", reserved characters as they are"
    } else {
        ""
    };
    format!("{}{explode}{reserved}", parameter.style)
}

/// Returns what of the notation is seen on the wire: a single value has no separators, and `simple` writes a list in one way.
fn seen<'t>(pairs: &mut Pairs<'_, 't>, side: usize, parameter: &Parameter<'t>) -> (String, bool) {
    let kinds = parameter
        .schema
        .map_or(Kinds::ALL, |node| pairs.form(side, &[node]).kinds);
    let style = parameter.style;
    let (has_list, has_object) = (kinds.touches(Kinds::ARRAY), kinds.touches(Kinds::OBJECT));
    let is_labelled = ["label", "matrix"].contains(&style);
    if !has_list && !has_object {
        return (if is_labelled { style } else { "" }.to_owned(), false);
    }
    let is_told = match style {
        "deepObject" => false,
        "simple" => has_object,
        _ => true,
    };
    (style.to_owned(), is_told && parameter.explode)
}
