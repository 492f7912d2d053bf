//! Presence by direction: in a sent type, `readOnly` members become optional, because the caller cannot know them; in a
//! received type, `writeOnly` members become optional, because they do not arrive.

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
