//! What do `readOnly` and `writeOnly` mean for presence? In a type that is sent, nobody can be asked for a member that is
//! only received; in a type that is received, a member that is only sent never comes.

use crate::{
    diag::Report,
    ir::{Draft, Presence, Shape},
};

pub(super) fn run(draft: &mut Draft, _report: &mut Report) {
    for ty in &mut draft.types {
        let reach = ty.reach;
        let Shape::Object(object) = &mut ty.shape else { continue };
        for member in &mut object.members {
            if (member.read_only && reach.request) || (member.write_only && reach.response) {
                member.presence = match member.presence {
                    Presence::Required => Presence::Optional,
                    Presence::RequiredNullable => Presence::OptionalNullable,
                    optional => optional,
                };
            }
        }
    }
}
