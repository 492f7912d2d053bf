//! Presence by direction: in a sent type, `readOnly` members become optional, because the caller cannot know them and no
//! request has them; in a received type, `writeOnly` members become optional, because they do not arrive. Where that type is
//! sent, too, a required one becomes a condition, so that no request goes out without it.

use crate::{
    diag::Report,
    ir::{Condition, ObjectShape, Presence, Shape, UnsealedApi},
};

pub(super) fn run(api: &mut UnsealedApi, _report: &mut Report) {
    for ty in &mut api.types {
        let reach = ty.directions;
        let Shape::Object(object) = &mut ty.shape else { continue };
        if reach.request {
            leave_out(object);
        }
        for member in &mut object.members {
            if (member.read_only && reach.request) || (member.write_only && reach.response) {
                let is_required = matches!(member.presence, Presence::Required | Presence::RequiredNullable);
                // The client or its draft fills in the others.
                let is_given = member.bound.is_none() && member.payload_hash.is_none();
                if is_required && is_given && reach.request && !member.read_only {
                    object.conditions.push(Condition::always(&member.name));
                }
                member.presence = match member.presence {
                    Presence::Required => Presence::Optional,
                    Presence::RequiredNullable => Presence::OptionalNullable,
                    optional => optional,
                };
            }
        }
    }
}

/// Removes `readOnly` members from the conditions of what is sent: they are required of responses alone.
fn leave_out(object: &mut ObjectShape) {
    let members = &object.members;
    let is_left_out = |name: &String| members.iter().any(|one| one.read_only && one.name == *name);
    for condition in &mut object.conditions {
        for set in &mut condition.one_of {
            set.retain(|name| !is_left_out(name));
        }
    }
    let never = |condition: &Condition| condition.when.iter().any(|(name, _)| is_left_out(name));
    let always = |condition: &Condition| condition.one_of.iter().any(Vec::is_empty);
    object
        .conditions
        .retain(|condition| !never(condition) && !always(condition));
}
