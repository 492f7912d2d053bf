//! Rules about members that one side describes, and that the other one knows without a description: because it has a schema
//! for all further members, or because it demands them.

use super::finding::{Breaks, Effect, Uses};
use super::members::absent;
use super::walk::Both;
use crate::shape::{Additional, Member};

const ANY: &str = "which values a member has that one version does not describe, is not in the documents";

/// Returns true if a side knows a member that it does not describe.
pub(super) fn is_known(both: &mut Both<'_, '_, '_>, side: usize, name: &str) -> bool {
    let shape = if side == 0 { both.base } else { both.revision };
    let is_demanded = shape.required.contains_key(name);
    let has_patterns = shape.below.keys().any(|(word, _)| *word == "patternProperties");
    match &shape.additional {
        Additional::None(_) => false,
        Additional::Of(schemas) if !both.walk.form(side, schemas).is_any() => !has_patterns,
        _ => is_demanded && !shape.is_closed(),
    }
}

/// Compares a member that the revision only knows.
pub(super) fn no_longer_described<'t>(both: &mut Both<'_, '_, 't>, member: &Member<'t>) {
    let mut received = Breaks::No;
    if let Additional::Of(schemas) = &both.revision.additional {
        both.lead(&member.schemas, schemas, Uses::ALL.without(absent(member)), false);
    } else if !both.walk.form(0, &member.schemas).is_any() {
        received = Breaks::Maybe;
    }
    let effect = Effect::new(Breaks::No, received);
    let what = "is no longer described, and can still be a member";
    both.find("property-no-longer-described", effect, what, |finding| {
        let finding = finding.at(member.node(), None).exempt(absent(member));
        finding.because(ANY)
    });
}

/// Compares a member that the base only demanded.
pub(super) fn described<'t>(both: &mut Both<'_, '_, 't>, member: &Member<'t>) {
    let mut sent = Breaks::No;
    if let Additional::Of(schemas) = &both.base.additional {
        both.lead(schemas, &member.schemas, Uses::ALL.without(absent(member)), false);
    } else if !both.walk.form(1, &member.schemas).is_any() {
        sent = Breaks::Maybe;
    }
    let effect = Effect::new(sent, Breaks::No);
    let what = "is described, and was only demanded";
    both.find("property-described", effect, what, |finding| {
        let finding = finding.at(None, member.node()).exempt(absent(member));
        finding.because(ANY)
    });
}
