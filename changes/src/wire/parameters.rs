//! Parameters: existence, obligation, notation, schema.

use sdkwright_codegen::source::Node;

use super::finding::{Breaks, Effect, Finding, Uses};
use super::lifecycle::{self, Announced};
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
    let sent = |sent| Effect::new(sent, Breaks::No);
    let (id, effect, because) = match lifecycle::announced(old.node, walk.today) {
        Announced::No => ("parameter-removed", sent(Breaks::Yes), IGNORED),
        Announced::Yes => ("parameter-removed-after-deprecation", sent(Breaks::Maybe), IGNORED),
        Announced::TooEarly | Announced::Unreadable => ("parameter-removed-before-sunset", sent(Breaks::Yes), EARLY),
    };
    let finding = Finding::new(id, matched.sends(), effect, format!("no longer has the {name}"));
    walk.findings.push(finding.at(Some(old.node), None).insist(because));
}

fn pair<'t>(walk: &mut Walk<'_, 't>, matched: &Matched<'_, 't>, old: &Parameter<'t>, new: &Parameter<'t>) {
    let name = told(new);
    let (sends, nodes) = (matched.sends(), (Some(old.node), Some(new.node)));
    let mut find = |id, effect, what: String, old: Option<String>, new: Option<String>| {
        let finding = Finding::new(id, sends.clone(), effect, what);
        walk.findings.push(finding.at(nodes.0, nodes.1).values(old, new));
    };
    if old.required != new.required {
        let (id, effect, what) = if new.required {
            let effect = Effect::new(Breaks::Yes, Breaks::No);
            ("parameter-became-required", effect, format!("demands the {name}"))
        } else {
            let what = format!("can do without the {name}");
            ("parameter-became-optional", Effect::NONE, what)
        };
        find(id, effect, what, None, None);
    }
    if old.allow_empty && !new.allow_empty {
        let effect = Effect::new(Breaks::Yes, Breaks::No);
        let what = format!("takes its {name} no longer without a value");
        find("parameter-empty-refused", effect, what, None, None);
    }
    let media = |parameter: &Parameter<'_>| parameter.media_type.map(str::to_owned);
    // Only a list or an object is written differently.
    let notation = |parameter: &Parameter<'_>| match parameter.media_type {
        Some(_) => None,
        None => Some(format!(
            "{}{}{}",
            parameter.style,
            if parameter.explode { ", exploded" } else { "" },
            if parameter.allow_reserved {
                ", reserved characters as they are"
            } else {
                ""
            }
        )),
    };
    if media(old) != media(new) {
        let what = format!("takes its {name} in another format");
        find(
            "parameter-content-changed",
            Effect::CHANGED,
            what,
            media(old),
            media(new),
        );
    } else if notation(old) != notation(new) {
        let what = format!("takes its {name} in another notation");
        let effect = if is_single(old) && is_single(new) {
            Effect::NONE
        } else {
            Effect::CHANGED
        };
        find("parameter-style-changed", effect, what, notation(old), notation(new));
    }
    lifecycle::words(walk, &matched.sends(), old.node, new.node, lifecycle::PARAMETER);
    let uses = match (new.media_type, matched.sent) {
        (None, Uses::SENT) => Uses::TEXT.or(Uses::PARAMETER),
        (_, sent) => sent,
    };
    if let (Some(base), Some(revision)) = (old.schema, new.schema) {
        walk.root(base, revision, uses, Some(matched.number));
    }
}

/// Returns true if the notation does not matter: for a single value without a label in front.
fn is_single(parameter: &Parameter<'_>) -> bool {
    let kind = parameter
        .schema
        .and_then(|schema| schema.get("type"))
        .and_then(Node::text);
    let is_single = matches!(kind, Some("string" | "integer" | "number" | "boolean"));
    is_single && !parameter.allow_reserved && !["label", "matrix"].contains(&parameter.style)
}
