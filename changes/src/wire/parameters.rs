//! Parameters: existence, obligation, notation, schema.

use std::collections::BTreeMap;

use super::finding::{Breaks, Effect, Finding, Uses};
use super::lifecycle::{self, Announced};
use super::operations::Matched;
use super::walk::Walk;
use super::{media, notation};
use crate::contract::{Parameter, Where};

const IGNORED: &str = "the server may refuse the parameter or ignore it: then its effect is lost without an error";
const EARLY: &str = "clients may send it until the sunset that was announced";
const UNSENT: &str = "clients that receive the call no longer get the parameter, and what they do with it fails";
const UNSENT_EARLY: &str = "clients that receive the call may read it until the sunset that was announced";

/// Compares the parameters of an operation of both sides.
pub(super) fn compare<'t>(walk: &mut Walk<'_, 't>, matched: &Matched<'_, 't>) {
    let (base, revision) = (&matched.base.parameters, &matched.revision.parameters);
    let is = |one: &Parameter<'_>, other: &Parameter<'_>| one.place == other.place && one.key == other.key;
    let renames = renames(walk, base, revision);
    for (at, old) in base.iter().enumerate() {
        match (revision.iter().find(|new| is(old, new)), renames.get(&at)) {
            (Some(new), _) => pair(walk, matched, old, new),
            (None, Some(new)) => {
                let what = format!("has the {} in place of `{}`", told(&revision[*new]), old.name);
                let finding = Finding::new("parameter-renamed", matched.sends(), Effect::CHANGED, what)
                    .at(Some(old.node), Some(revision[*new].node))
                    .values(Some(old.name.to_owned()), Some(revision[*new].name.to_owned()));
                let reason = if matched.sent == Uses::RECEIVED {
                    UNSENT
                } else {
                    IGNORED
                };
                walk.findings.push(finding.insist(reason));
            }
            (None, None) => removed(walk, matched, old),
        }
    }
    for (at, new) in revision.iter().enumerate() {
        if renames.values().any(|renamed| *renamed == at) {
            continue;
        }
        if !base.iter().any(|old| is(old, new)) {
            let name = told(new);
            let (id, effect, what) = if new.required {
                let effect = Effect::new(Breaks::Yes, Breaks::No);
                ("required-parameter-added", effect, format!("requires the new {name}"))
            } else {
                ("optional-parameter-added", Effect::NONE, format!("has the new {name}"))
            };
            let finding = Finding::new(id, matched.sends(), effect, what);
            walk.findings.push(finding.at(None, Some(new.node)));
        }
    }
}

/// Returns the parameters with another name and nothing else: the one of its place that goes, and the one that comes.
fn renames<'t>(walk: &mut Walk<'_, 't>, base: &[Parameter<'t>], revision: &[Parameter<'t>]) -> BTreeMap<usize, usize> {
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
            (Some(one), Some(other)) => walk.is_same(&[one], &[other]),
            (one, other) => one.is_none() && other.is_none(),
        };
        if is_same && words(old) == words(new) && lifecycle::announced(old.node, walk.today) == Announced::No {
            found.insert(*gone, *come);
        }
    }
    found
}

fn told(parameter: &Parameter<'_>) -> String {
    format!("{} parameter `{}`", parameter.place.word(), parameter.name)
}

fn removed<'t>(walk: &mut Walk<'_, 't>, matched: &Matched<'_, 't>, old: &Parameter<'t>) {
    let name = told(old);
    // A client that serves a callback or a webhook no longer gets it.
    let (id, effect, because) = match lifecycle::announced(old.node, walk.today) {
        _ if lifecycle::is_unstable(matched.base.node) => ("parameter-removed", Effect::UNSURE, lifecycle::UNSTABLE),
        Announced::No => ("parameter-removed", Effect::CHANGED, IGNORED),
        Announced::Yes => ("parameter-removed-after-deprecation", Effect::UNSURE, IGNORED),
        Announced::TooEarly | Announced::Unreadable => ("parameter-removed-before-sunset", Effect::CHANGED, EARLY),
    };
    let because = match because {
        IGNORED if matched.sent == Uses::RECEIVED => UNSENT,
        EARLY if matched.sent == Uses::RECEIVED => UNSENT_EARLY,
        because => because,
    };
    let finding = Finding::new(id, matched.sends(), effect, format!("no longer has the {name}"));
    walk.findings.push(finding.at(Some(old.node), None).insist(because));
}

fn pair<'t>(walk: &mut Walk<'_, 't>, matched: &Matched<'_, 't>, old: &Parameter<'t>, new: &Parameter<'t>) {
    let name = told(new);
    let (sends, nodes) = (matched.sends(), (Some(old.node), Some(new.node)));
    let mut find = |id, effect, what: String| {
        let finding = Finding::new(id, sends.clone(), effect, what);
        walk.findings.push(finding.at(nodes.0, nodes.1));
    };
    if old.required != new.required {
        let (id, effect, what) = if new.required {
            let effect = Effect::new(Breaks::Yes, Breaks::No);
            ("parameter-became-required", effect, format!("requires the {name}"))
        } else {
            // The parameter can be missing in callbacks and webhooks, which a client receives.
            let effect = Effect::new(Breaks::No, Breaks::Yes);
            let what = format!("can do without the {name}");
            ("parameter-became-optional", effect, what)
        };
        find(id, effect, what);
    }
    if old.allow_empty && !new.allow_empty {
        let effect = Effect::new(Breaks::Yes, Breaks::No);
        let what = format!("takes its {name} no longer without a value");
        find("parameter-empty-refused", effect, what);
    }
    let ids = ["parameter-content-changed", "parameter-style-changed"];
    notation::compare(walk, &matched.sends(), (old, new), &format!("takes its {name}"), ids);
    lifecycle::words(walk, &matched.sends(), old.node, new.node, lifecycle::PARAMETER);
    lifecycle::stability(
        walk,
        &matched.sends(),
        old.node,
        new.node,
        lifecycle::PARAMETER_STABILITY,
    );
    let uses = match (new.media_type, matched.sent) {
        (None, Uses::SENT) => Uses::TEXT.or(Uses::PARAMETER),
        // A query as a form is text.
        (Some(name), Uses::SENT) if media::is_form(name) && new.place == Where::Querystring => {
            Uses::TEXT.or(Uses::PARAMETER)
        }
        (Some(_), Uses::SENT) => Uses::SENT.or(Uses::PARAMETER),
        (None, Uses::RECEIVED) => Uses::READ,
        (_, sent) => sent,
    };
    notation::schemas(walk, &matched.sends(), (old, new), (uses, matched.number));
}
