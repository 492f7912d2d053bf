//! Rules about members of objects: existence, `required`, `readOnly`, `writeOnly`, and members that one side describes, and that
//! the other one knows without a description: because it has a schema for all further members, or because it demands them.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::{Breaks, Impact, Uses};
use super::lifecycle::{self, Announced};
use super::pairs::{Relation, SchemaPair};
use crate::shape::{Additional, Form, Kinds, Member};

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

const ANY: &str = "which values a member has that one version does not describe, is not in the documents";

/// Compares a pair.
pub(super) fn compare(both: &mut SchemaPair<'_, '_, '_>) {
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
}

fn by_name<'m, 't>(shape: &'m Form<'t>) -> ByName<'m, 't> {
    shape.members.iter().map(|member| (member.name, member)).collect()
}

/// Most members that may come and go for names to be compared.
const NAMES: usize = 8;

type ByName<'m, 't> = BTreeMap<&'t str, &'m Member<'t>>;

/// Returns the members that have another name and nothing else, by their old names. Two of one schema do not tell which is which.
fn renames<'m, 't>(both: &mut SchemaPair<'_, '_, 't>, old: &ByName<'m, 't>, new: &ByName<'m, 't>) -> ByName<'m, 't> {
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
        let form = both.pairs.form(0, &one.schemas);
        if form.deprecated.is_some() || form.is_any() {
            continue;
        }
        for other in &come {
            let words = |member: &Member<'_>, shape: &Form<'_>| {
                (
                    member.read_only,
                    member.write_only,
                    shape.required.contains_key(member.name),
                )
            };
            if words(one, base) == words(other, revision) && both.relate(&one.schemas, &other.schemas, Relation::Equal)
            {
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

fn renamed<'t>(both: &mut SchemaPair<'_, '_, 't>, old: &Member<'t>, new: &Member<'t>) {
    let what = format!("replaces the member `{}` and has the same schema", old.name);
    both.find("property-renamed", Impact::CHANGED, what)
        .at(old.node(), new.node())
        .values(Some(old.name.to_owned()), Some(new.name.to_owned()))
        .exempt(absent(old))
        .insist(OTHER_NAME);
}

/// Returns the uses in which a member does not occur.
fn absent(member: &Member<'_>) -> Uses {
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

fn removed<'t>(both: &mut SchemaPair<'_, '_, 't>, member: &Member<'t>) {
    let is_required = both.base.required.contains_key(member.name);
    let form = both.pairs.form(0, &member.schemas);
    if form.kinds == Kinds::NONE {
        let received = if both.revision.is_of_named_members() {
            Breaks::No
        } else {
            Breaks::Maybe
        };
        let effect = Impact::new(Breaks::No, received);
        both.find("property-allowed", effect, "is no longer forbidden")
            .at(member.node(), None)
            .because(READER);
        return;
    }
    if is_known(both, 1, member.name) {
        return no_longer_described(both, member);
    }
    let is_open = matches!(both.revision.additional, Additional::Any) && !both.revision.is_closed();
    let announced = lifecycle::announcement(form.deprecated.is_some(), form.sunset, both.pairs.today);
    let (id, effect, because) = match announced {
        // An answer that no longer has what was always there cannot be read, whatever was announced.
        Announced::Yes if is_required => {
            let effect = Impact::new(Breaks::Maybe, Breaks::Yes);
            ("required-property-removed-after-deprecation", effect, "")
        }
        Announced::Yes => ("optional-property-removed-after-deprecation", Impact::UNSURE, GONE),
        Announced::TooEarly | Announced::Unreadable => ("property-removed-before-sunset", Impact::CHANGED, EARLY),
        Announced::No if is_required => ("required-property-removed", Impact::CHANGED, ""),
        Announced::No => ("optional-property-removed", Impact::CHANGED, GONE),
    };
    let found = both.find(id, effect, "is no longer a member").at(member.node(), None);
    found.exempt(absent(member)).insist(because).is_unheard = is_open;
}

fn added<'t>(both: &mut SchemaPair<'_, '_, 't>, member: &Member<'t>) {
    let is_required = both.revision.required.contains_key(member.name);
    if both.base.required.contains_key(member.name) && is_known(both, 0, member.name) {
        return described(both, member);
    }
    let is_refused = !is_required && both.pairs.form(1, &member.schemas).kinds == Kinds::NONE;
    if is_refused {
        let effect = if both.base.is_closed() {
            Impact::NONE
        } else {
            Impact::NARROWED
        };
        let what = format!("refuses the member `{}`", member.name);
        both.find("property-refused", effect, what)
            .at(None, member.node())
            .exempt(absent(member));
        return;
    }
    // An object that had no others announced that none comes.
    let received = if both.base.is_closed() {
        Breaks::Maybe
    } else {
        Breaks::No
    };
    let (id, effect, what) = if is_required {
        let effect = Impact::new(Breaks::Yes, received);
        ("required-property-added", effect, "is a new member, and required")
    } else {
        let effect = Impact::new(Breaks::No, received);
        ("optional-property-added", effect, "is a new member")
    };
    let found = both.find(id, effect, what).at(None, member.node());
    found.exempt(absent(member)).because(READER);
    // The base had it among the members without a name, of their schema.
    let has_patterns = both.base.below.keys().any(|(word, _)| *word == "patternProperties");
    if let (Additional::Of(schemas), false) = (&both.base.additional, has_patterns)
        && !both.pairs.form(0, schemas).is_any()
    {
        both.lead(schemas, &member.schemas, Uses::ALL.without(absent(member)), false);
    }
}

fn changed<'t>(both: &mut SchemaPair<'_, '_, 't>, old: &Member<'t>, new: &Member<'t>) {
    let is_refused = |kinds: Kinds| kinds == Kinds::NONE;
    let (was, is) = (
        both.pairs.form(0, &old.schemas).kinds,
        both.pairs.form(1, &new.schemas).kinds,
    );
    match (is_refused(was), is_refused(is)) {
        (false, true) => {
            // The schema that refuses it is not the one that describes it.
            let holder = new.schemas.last().and_then(|node| node.parent());
            let holder = holder.filter(|holder| holder.get("additionalProperties").is_some());
            let what = format!("refuses the member `{}`", new.name);
            let found = both.find("property-refused", Impact::NARROWED, what);
            found.at(old.node(), holder.or(new.node())).exempt(absent(old));
            return;
        }
        (true, false) => {
            let effect = Impact::new(Breaks::No, Breaks::Maybe);
            let found = both.find("property-allowed", effect, "is no longer forbidden");
            found.at(old.node(), new.node()).exempt(absent(new)).because(READER);
            return;
        }
        _ => {}
    }
    directions(both, old, new);
    let keeps = Uses::ALL.without(absent(old).or(absent(new)));
    // The base's clients never leave a required member out.
    let keeps = if both.base.required.contains_key(old.name) {
        keeps
    } else {
        keeps.or(Uses::LEFT_OUT)
    };
    both.lead(&old.schemas, &new.schemas, keeps, false);
}

/// Compares whether a member is only received, or only sent.
fn directions<'t>(both: &mut SchemaPair<'_, '_, 't>, old: &Member<'t>, new: &Member<'t>) {
    let is_demanded = |shape: &Form<'_>| shape.required.contains_key(old.name);
    let (sent_now, no) = (is_demanded(both.revision), Breaks::No);
    // Receivers miss a member that always came.
    let missed = if is_demanded(both.base) && is_demanded(both.revision) {
        Impact::WIDENED
    } else {
        Impact::new(Breaks::No, Breaks::Maybe)
    };
    let received = "only received (`readOnly`)";
    let sent = "only sent (`writeOnly`)";
    let (id, effect, what) = match (old.read_only, new.read_only) {
        (false, true) => (
            "became-read-only",
            Impact::new(Breaks::Maybe, no),
            format!("is {received}"),
        ),
        // A member that is demanded has to be sent from now on.
        (true, false) => (
            "became-not-read-only",
            Impact::new(if sent_now { Breaks::Yes } else { no }, no),
            format!("is no longer {received}"),
        ),
        _ => ("", Impact::NONE, String::new()),
    };
    moved(both, id, effect, what, [old, new]);
    let (id, effect, what) = match (old.write_only, new.write_only) {
        (false, true) => ("became-write-only", missed, format!("is {sent}")),
        (true, false) => (
            "became-not-write-only",
            Impact::new(no, Breaks::Maybe),
            format!("is no longer {sent}"),
        ),
        _ => ("", Impact::NONE, String::new()),
    };
    moved(both, id, effect, what, [old, new]);
}

fn moved<'t>(
    both: &mut SchemaPair<'_, '_, 't>,
    id: &'static str,
    effect: Impact,
    what: String,
    [old, new]: [&Member<'t>; 2],
) {
    if !id.is_empty() {
        both.find(id, effect, what).at(old.node(), new.node()).because(MOVED);
    }
}

fn required<'t>(
    both: &mut SchemaPair<'_, '_, 't>,
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
            (true, false) => !is_known(both, 1, name),
            (false, true) => was.is_none() || !is_known(both, 0, name),
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
                ("property-became-required", Impact::NARROWED, what, without(new))
            }
            (Some(_), None) => {
                // The change is told of the member, where there is one.
                let what = match new.get(name).and_then(|member| member.node()) {
                    Some(_) => "is no longer required".to_owned(),
                    None => format!("can do without its member `{name}`"),
                };
                ("property-became-optional", Impact::WIDENED, what, without(old))
            }
            _ => continue,
        };
        both.find(id, effect, what).at(nodes.0, nodes.1).exempt(exempt);
    }
}

/// Returns true if a side knows a member that it does not describe.
fn is_known(both: &mut SchemaPair<'_, '_, '_>, side: usize, name: &str) -> bool {
    let shape = if side == 0 { both.base } else { both.revision };
    let is_demanded = shape.required.contains_key(name);
    let has_patterns = shape.below.keys().any(|(word, _)| *word == "patternProperties");
    match &shape.additional {
        Additional::None(_) => false,
        Additional::Of(schemas) if !both.pairs.form(side, schemas).is_any() => !has_patterns,
        _ => is_demanded && !shape.is_closed(),
    }
}

/// Compares a member that the revision only knows.
fn no_longer_described<'t>(both: &mut SchemaPair<'_, '_, 't>, member: &Member<'t>) {
    let mut received = Breaks::No;
    if let Additional::Of(schemas) = &both.revision.additional {
        both.lead(&member.schemas, schemas, Uses::ALL.without(absent(member)), false);
    } else if !both.pairs.form(0, &member.schemas).is_any() {
        received = Breaks::Maybe;
    }
    let effect = Impact::new(Breaks::No, received);
    let what = "is no longer described, and can still be a member";
    let found = both.find("property-no-longer-described", effect, what);
    found.at(member.node(), None).exempt(absent(member)).because(ANY);
}

/// Compares a member that the base only demanded.
fn described<'t>(both: &mut SchemaPair<'_, '_, 't>, member: &Member<'t>) {
    let mut sent = Breaks::No;
    if let Additional::Of(schemas) = &both.base.additional {
        both.lead(schemas, &member.schemas, Uses::ALL.without(absent(member)), false);
    } else if !both.pairs.form(1, &member.schemas).is_any() {
        sent = Breaks::Maybe;
    }
    let effect = Impact::new(sent, Breaks::No);
    let found = both.find("property-described", effect, "is described, and was only demanded");
    found.at(None, member.node()).exempt(absent(member)).because(ANY);
}
