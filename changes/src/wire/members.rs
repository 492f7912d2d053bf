//! Rules about members of objects: existence, `required`, `readOnly`, `writeOnly`, `additionalProperties`,
//! `dependentRequired`.

use std::collections::{BTreeMap, BTreeSet};

use sdkwright_contract::source::Node;

use super::finding::{Breaks, Effect, Uses};
use super::lifecycle::{self, Announced};
use super::unnamed;
use super::walk::Both;
use crate::shape::{Additional, Kinds, Member, Shape};

const GONE: &str = "a client that sends the member is refused or not heard, and one that reads it no longer gets it";
const EARLY: &str = "clients may use it until the sunset that was announced";
const OTHER_NAME: &str =
    "a client that sends the old name is refused or not heard, and one that reads it finds nothing";
/// Reasons with a part for clients that send and one for clients that read.
pub(super) const PARTS: [(&str, &str, &str); 2] = [
    (
        GONE,
        "a client that sends the member is refused or not heard",
        "a client that reads the member no longer gets it",
    ),
    (
        OTHER_NAME,
        "a client that sends the old name is refused or not heard",
        "a client that reads the old name finds nothing",
    ),
];
const MOVED: &str =
    "whether the server accepts what is only read, and sends what is only written, is not in the documents";
pub(super) const READER: &str = "a client that reads strictly must expect members that are not described";

/// Compares a pair.
pub(super) fn compare(both: &mut Both<'_, '_, '_>) {
    let (base, revision) = (both.base, both.revision);
    let (old, new) = (by_name(base), by_name(revision));
    let renames = renames(both, &old, &new);
    for member in &base.members {
        match (new.get(member.name), renames.get(member.name)) {
            (Some(other), _) => changed(both, member, other),
            (None, Some(other)) => renamed(both, member, other),
            (None, None) => removed(both, member),
        }
    }
    for member in &revision.members {
        let is_renamed = renames.values().any(|other| other.name == member.name);
        if !old.contains_key(member.name) && !is_renamed {
            added(both, member);
        }
    }
    let is_renamed = |name: &str| renames.iter().any(|(old, new)| *old == name || new.name == name);
    required(both, &old, &new, &is_renamed);
    additional(both);
    dependent(both);
}

fn by_name<'m, 't>(shape: &'m Shape<'t>) -> ByName<'m, 't> {
    shape.members.iter().map(|member| (member.name, member)).collect()
}

/// Most members that may come and go for names to be compared.
const NAMES: usize = 8;

type ByName<'m, 't> = BTreeMap<&'t str, &'m Member<'t>>;

/// Returns the members that have another name and nothing else, by their old names. Two of one schema do not tell which is which.
fn renames<'m, 't>(both: &mut Both<'_, '_, 't>, old: &ByName<'m, 't>, new: &ByName<'m, 't>) -> ByName<'m, 't> {
    let (base, revision) = (both.base, both.revision);
    let only = |here: &ByName<'m, 't>, there: &ByName<'m, 't>| -> Vec<&'m Member<'t>> {
        here.values()
            .filter(|member| !there.contains_key(member.name))
            .copied()
            .collect()
    };
    let (gone, come) = (only(old, new), only(new, old));
    if gone.len().max(come.len()) > NAMES {
        return BTreeMap::new();
    }
    let mut pairs: Vec<(&'m Member<'t>, &'m Member<'t>)> = Vec::new();
    for one in &gone {
        // A schema that any value fits is no trace of the member.
        let form = both.walk.form(0, &one.schemas);
        let is_known = form.deprecated.is_none() && !form.is_any();
        for other in come.iter().filter(|_| is_known) {
            let words = |member: &Member<'_>, shape: &Shape<'_>| {
                (
                    member.read_only,
                    member.write_only,
                    shape.required.contains_key(member.name),
                )
            };
            if words(one, base) == words(other, revision) && both.walk.is_same(&one.schemas, &other.schemas) {
                pairs.push((one, other));
            }
        }
    }
    let is_alone = |pair: &(&Member<'_>, &Member<'_>)| {
        let of = |is: &dyn Fn(&(&Member<'_>, &Member<'_>)) -> bool| pairs.iter().filter(|other| is(other)).count() == 1;
        of(&|other| other.0.name == pair.0.name) && of(&|other| other.1.name == pair.1.name)
    };
    let alone = pairs.iter().filter(|pair| is_alone(pair));
    alone.map(|(one, other)| (one.name, *other)).collect()
}

fn renamed<'t>(both: &mut Both<'_, '_, 't>, old: &Member<'t>, new: &Member<'t>) {
    let what = format!("replaces the member `{}` and has the same schema", old.name);
    both.find("property-renamed", Effect::CHANGED, what, |finding| {
        finding
            .at(old.node(), new.node())
            .values(Some(old.name.to_owned()), Some(new.name.to_owned()))
            .exempt(absent(old))
            .insist(OTHER_NAME)
    });
}

/// Returns the uses in which a member does not occur.
pub(super) fn absent(member: &Member<'_>) -> Uses {
    let read = if member.read_only {
        Uses::SENT.or(Uses::TEXT).or(Uses::SENT_XML)
    } else {
        Uses::NONE
    };
    read.or(if member.write_only {
        Uses::RECEIVED.or(Uses::READ).or(Uses::RECEIVED_XML)
    } else {
        Uses::NONE
    })
}

fn removed<'t>(both: &mut Both<'_, '_, 't>, member: &Member<'t>) {
    let is_required = both.base.required.contains_key(member.name);
    let form = both.walk.form(0, &member.schemas);
    if form.kinds == Kinds::NONE {
        let received = if both.revision.is_of_named_members() {
            Breaks::No
        } else {
            Breaks::Maybe
        };
        let effect = Effect::new(Breaks::No, received);
        return both.find("property-allowed", effect, "is no longer forbidden", |finding| {
            finding.at(member.node(), None).because(READER)
        });
    }
    if unnamed::is_known(both, 1, member.name) {
        return unnamed::no_longer_described(both, member);
    }
    let is_open = matches!(both.revision.additional, Additional::Any) && !both.revision.is_closed();
    let announced = lifecycle::announcement(form.deprecated.is_some(), form.sunset, both.walk.today);
    let (id, effect, because) = match announced {
        // An answer that no longer has what was always there cannot be read, whatever was announced.
        Announced::Yes if is_required => {
            let effect = Effect::new(Breaks::Maybe, Breaks::Yes);
            ("required-property-removed-after-deprecation", effect, "")
        }
        Announced::Yes => ("optional-property-removed-after-deprecation", Effect::UNSURE, GONE),
        Announced::TooEarly | Announced::Unreadable => ("property-removed-before-sunset", Effect::CHANGED, EARLY),
        Announced::No if is_required => ("required-property-removed", Effect::CHANGED, ""),
        Announced::No => ("optional-property-removed", Effect::CHANGED, GONE),
    };
    both.find(id, effect, "is no longer a member", |finding| {
        let finding = finding.at(member.node(), None).exempt(absent(member));
        let finding = if is_open { finding.unheard() } else { finding };
        finding.insist(because)
    });
}

fn added<'t>(both: &mut Both<'_, '_, 't>, member: &Member<'t>) {
    let is_required = both.revision.required.contains_key(member.name);
    if both.base.required.contains_key(member.name) && unnamed::is_known(both, 0, member.name) {
        return unnamed::described(both, member);
    }
    let is_refused = !is_required && both.walk.form(1, &member.schemas).kinds == Kinds::NONE;
    if is_refused {
        let effect = if both.base.is_closed() {
            Effect::NONE
        } else {
            Effect::NARROWED
        };
        let what = format!("refuses the member `{}`", member.name);
        return both.find("property-refused", effect, what, |finding| {
            finding.at(None, member.node()).exempt(absent(member))
        });
    }
    // An object that had no others announced that none comes.
    let received = if both.base.is_closed() {
        Breaks::Maybe
    } else {
        Breaks::No
    };
    let (id, effect, what) = if is_required {
        let effect = Effect::new(Breaks::Yes, received);
        ("required-property-added", effect, "is a new member, and required")
    } else {
        let effect = Effect::new(Breaks::No, received);
        ("optional-property-added", effect, "is a new member")
    };
    both.find(id, effect, what, |finding| {
        let finding = finding.at(None, member.node()).exempt(absent(member));
        finding.because(READER)
    });
    // The base had it among the members without a name, of their schema.
    let has_patterns = both.base.below.keys().any(|(word, _)| *word == "patternProperties");
    if let (Additional::Of(schemas), false) = (&both.base.additional, has_patterns)
        && !both.walk.form(0, schemas).is_any()
    {
        both.lead(schemas, &member.schemas, Uses::ALL.without(absent(member)), false);
    }
}

fn changed<'t>(both: &mut Both<'_, '_, 't>, old: &Member<'t>, new: &Member<'t>) {
    let is_refused = |kinds: Kinds| kinds == Kinds::NONE;
    let (was, is) = (
        both.walk.form(0, &old.schemas).kinds,
        both.walk.form(1, &new.schemas).kinds,
    );
    match (is_refused(was), is_refused(is)) {
        (false, true) => {
            // The schema that refuses it is not the one that describes it.
            let holder = new.schemas.last().and_then(|node| node.parent());
            let holder = holder.filter(|holder| holder.get("additionalProperties").is_some());
            let what = format!("refuses the member `{}`", new.name);
            return both.find("property-refused", Effect::NARROWED, what, |finding| {
                finding.at(old.node(), holder.or(new.node())).exempt(absent(old))
            });
        }
        (true, false) => {
            return both.find(
                "property-allowed",
                Effect::new(Breaks::No, Breaks::Maybe),
                "is no longer forbidden",
                |finding| {
                    let finding = finding.at(old.node(), new.node()).exempt(absent(new));
                    finding.because(READER)
                },
            );
        }
        _ => {}
    }
    directions(both, old, new);
    let keeps = Uses::ALL.without(absent(old).or(absent(new)));
    both.lead(&old.schemas, &new.schemas, keeps, false);
}

/// Compares whether a member is only received, or only sent.
fn directions<'t>(both: &mut Both<'_, '_, 't>, old: &Member<'t>, new: &Member<'t>) {
    let is_demanded = |shape: &Shape<'_>| shape.required.contains_key(old.name);
    let (sent_now, no) = (is_demanded(both.revision), Breaks::No);
    // Receivers miss a member that always came.
    let missed = if is_demanded(both.base) && is_demanded(both.revision) {
        Effect::new(Breaks::No, Breaks::Yes)
    } else {
        Effect::new(Breaks::No, Breaks::Maybe)
    };
    let received = "only received (`readOnly`)";
    let sent = "only sent (`writeOnly`)";
    let (id, effect, what) = match (old.read_only, new.read_only) {
        (false, true) => (
            "became-read-only",
            Effect::new(Breaks::Maybe, no),
            format!("is {received}"),
        ),
        // A member that is demanded has to be sent from now on.
        (true, false) => (
            "became-not-read-only",
            Effect::new(if sent_now { Breaks::Yes } else { no }, no),
            format!("is no longer {received}"),
        ),
        _ => ("", Effect::NONE, String::new()),
    };
    moved(both, id, effect, what, (old, new));
    let (id, effect, what) = match (old.write_only, new.write_only) {
        (false, true) => ("became-write-only", missed, format!("is {sent}")),
        (true, false) => (
            "became-not-write-only",
            Effect::new(no, Breaks::Maybe),
            format!("is no longer {sent}"),
        ),
        _ => ("", Effect::NONE, String::new()),
    };
    moved(both, id, effect, what, (old, new));
}

fn moved<'t>(
    both: &mut Both<'_, '_, 't>,
    id: &'static str,
    effect: Effect,
    what: String,
    members: (&Member<'t>, &Member<'t>),
) {
    if !id.is_empty() {
        both.find(id, effect, what, |finding| {
            finding.at(members.0.node(), members.1.node()).because(MOVED)
        });
    }
}

fn required<'t>(
    both: &mut Both<'_, '_, 't>,
    old: &BTreeMap<&str, &Member<'t>>,
    new: &BTreeMap<&str, &Member<'t>>,
    is_renamed: &dyn Fn(&str) -> bool,
) {
    let (base, revision) = (both.base, both.revision);
    let names: BTreeSet<&str> = base.required.keys().chain(revision.required.keys()).copied().collect();
    for name in names {
        let (was, is) = (base.required.get(name), revision.required.get(name));
        // A member that comes or goes is told as that, unless the other side knows it without a description.
        let is_told = match (old.contains_key(name), new.contains_key(name)) {
            (true, false) => !unnamed::is_known(both, 1, name),
            (false, true) => was.is_none() || !unnamed::is_known(both, 0, name),
            _ => false,
        };
        if is_told || is_renamed(name) {
            continue;
        }
        let nodes = (
            was.copied().or_else(|| old.get(name).and_then(|member| member.node())),
            is.copied().or_else(|| new.get(name).and_then(|member| member.node())),
        );
        // A side that lets a member be only read, or only written, demands nothing of it the other way.
        let without = |side: &BTreeMap<&str, &Member<'t>>| side.get(name).map_or(Uses::NONE, |member| absent(member));
        let (id, effect, what, exempt) = match (was, is) {
            (None, Some(_)) => {
                let what = format!("requires its member `{name}`");
                ("property-became-required", Effect::NARROWED, what, without(new))
            }
            (Some(_), None) => {
                // The change is told of the member, where there is one.
                let what = match new.get(name).and_then(|member| member.node()) {
                    Some(_) => "is no longer required".to_owned(),
                    None => format!("can do without its member `{name}`"),
                };
                ("property-became-optional", Effect::WIDENED, what, without(old))
            }
            _ => continue,
        };
        both.find(id, effect, what, |finding| finding.at(nodes.0, nodes.1).exempt(exempt));
    }
}

fn additional(both: &mut Both<'_, '_, '_>) {
    let (base, revision) = (both.base, both.revision);
    if base.is_closed() && revision.is_closed() {
        return;
    }
    match (&base.additional, &revision.additional) {
        (Additional::Any, Additional::Any) | (Additional::None(_), Additional::None(_)) => {}
        (Additional::Of(old), Additional::Of(new)) => both.lead(old, new, Uses::ALL, false),
        (Additional::Any, Additional::None(node)) => {
            let what = "takes no members that are not described";
            both.find("additional-properties-closed", Effect::NARROWED, what, |finding| {
                finding.on(None, Some(*node))
            });
        }
        (Additional::None(node), Additional::Any) => {
            let what = "may have members that are not described";
            let effect = Effect::WIDENED.soft_received();
            both.find("additional-properties-opened", effect, what, |finding| {
                finding.on(Some(*node), None).because(READER)
            });
        }
        (old, Additional::Of(new)) => {
            let node = new.first().copied();
            if matches!(old, Additional::Any) {
                if both.walk.form(1, new).is_any() {
                    return;
                }
                let what = "takes as further members only values of a schema";
                both.find(
                    "additional-properties-schema-added",
                    Effect::NARROWED,
                    what,
                    |finding| finding.on(None, node),
                );
            } else {
                let effect = Effect::WIDENED.soft_received();
                let what = "may have further members, of a schema";
                both.find("additional-properties-opened", effect, what, |finding| {
                    finding.on(None, node).because(READER)
                });
            }
        }
        (Additional::Of(old), new) => {
            let node = old.first().copied();
            if matches!(new, Additional::Any) {
                if both.walk.form(0, old).is_any() {
                    return;
                }
                let what = "may have further members of any kind";
                both.find(
                    "additional-properties-schema-removed",
                    Effect::WIDENED,
                    what,
                    |finding| finding.on(node, None),
                );
            } else {
                let what = "takes no members that are not described";
                both.find("additional-properties-closed", Effect::NARROWED, what, |finding| {
                    finding.on(node, None)
                });
            }
        }
    }
}

fn dependent<'t>(both: &mut Both<'_, '_, 't>) {
    let (base, revision) = (both.base, both.revision);
    let names = |lists: &Vec<Node<'_>>| -> BTreeSet<String> {
        let names = lists.iter().flat_map(|list| list.items()).filter_map(Node::as_str);
        // A member that both demand is demanded beside any other.
        let is_free = |name: &&str| !(base.required.contains_key(name) && revision.required.contains_key(name));
        names.filter(is_free).map(str::to_owned).collect()
    };
    let keys: BTreeSet<&str> = base
        .dependent
        .keys()
        .chain(revision.dependent.keys())
        .copied()
        .collect();
    for key in keys {
        let (old, new) = (base.dependent.get(key), revision.dependent.get(key));
        let (before, after) = (old.map(names).unwrap_or_default(), new.map(names).unwrap_or_default());
        let (id, effect) = match (old, new) {
            _ if before == after => continue,
            (None, _) => ("dependent-required-added", Effect::NARROWED),
            (_, None) => ("dependent-required-removed", Effect::WIDENED),
            _ if before.is_subset(&after) => ("dependent-required-changed", Effect::NARROWED),
            _ if after.is_subset(&before) => ("dependent-required-changed", Effect::WIDENED),
            _ => ("dependent-required-changed", Effect::CHANGED),
        };
        let joined = |names: Vec<&String>| -> String {
            let names = names.into_iter().map(|name| format!("`{name}`"));
            names.collect::<Vec<_>>().join(", ")
        };
        let lost = joined(before.difference(&after).collect());
        let gained = joined(after.difference(&before).collect());
        let what = match (lost.is_empty(), gained.is_empty()) {
            (_, true) => format!("no longer requires {lost} next to `{key}`"),
            (true, false) => format!("requires {gained} next to `{key}`"),
            (false, false) => format!("requires {gained} next to `{key}`, and no longer {lost}"),
        };
        both.find(id, effect, what, |finding| {
            let end = |lists: Option<&Vec<Node<'t>>>| lists.and_then(|lists| lists.last().copied());
            let finding = finding.on(end(old), end(new));
            finding.values(Some(join(&before)), Some(join(&after)))
        });
    }
}

fn join(names: &BTreeSet<String>) -> String {
    names.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}
