//! Parameters: existence, obligation, notation, schema.

use super::finding::{Breaks, Effect, Finding, Uses};
use super::lifecycle::{self, Announced};
use super::notation;
use super::operations::Matched;
use super::walk::Walk;
use crate::contract::Parameter;

const IGNORED: &str = "the server may refuse the parameter or ignore it: then what it did is lost without a word";
const EARLY: &str = "clients may send it until the sunset that was announced";

/// Compares the parameters of an operation of both sides.
pub(super) fn compare<'t>(walk: &mut Walk<'_, 't>, matched: &Matched<'_, 't>) {
    let (base, revision) = (&matched.base.parameters, &matched.revision.parameters);
    let is = |one: &Parameter<'_>, other: &Parameter<'_>| one.place == other.place && one.key == other.key;
    for old in base {
        match revision.iter().find(|new| is(old, new)) {
            Some(new) => pair(walk, matched, old, new),
            None => removed(walk, matched, old),
        }
    }
    for new in revision {
        if !base.iter().any(|old| is(old, new)) {
            let name = told(new);
            let (id, effect, what) = if new.required {
                let effect = Effect::new(Breaks::Yes, Breaks::No);
                ("required-parameter-added", effect, format!("demands the new {name}"))
            } else {
                ("optional-parameter-added", Effect::NONE, format!("has the new {name}"))
            };
            let finding = Finding::new(id, matched.sends(), effect, what);
            walk.findings.push(finding.at(None, Some(new.node)));
        }
    }
}

fn told(parameter: &Parameter<'_>) -> String {
    format!("{} parameter `{}`", parameter.place.word(), parameter.name)
}

fn removed<'t>(walk: &mut Walk<'_, 't>, matched: &Matched<'_, 't>, old: &Parameter<'t>) {
    let name = told(old);
    // A client that serves a callback or a webhook no longer gets it.
    let (id, effect, because) = match lifecycle::announced(old.node, walk.today) {
        Announced::No => ("parameter-removed", Effect::CHANGED, IGNORED),
        Announced::Yes => ("parameter-removed-after-deprecation", Effect::UNSURE, IGNORED),
        Announced::TooEarly | Announced::Unreadable => ("parameter-removed-before-sunset", Effect::CHANGED, EARLY),
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
            ("parameter-became-required", effect, format!("demands the {name}"))
        } else {
            // It can be missing in what a client of callbacks and webhooks receives.
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
        (Some(_), Uses::SENT) => Uses::SENT.or(Uses::PARAMETER),
        (_, sent) => sent,
    };
    notation::schemas(walk, &matched.sends(), (old, new), (uses, matched.number));
}
