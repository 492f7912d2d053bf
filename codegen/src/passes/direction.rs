//! Presence by direction: in a sent type, `readOnly` members become optional, because the caller cannot know them; in a
//! received type, `writeOnly` members become optional, because they do not arrive.

use crate::{
    diag::Report,
    ir::{Presence, Shape, UnsealedApi},
};

pub(super) fn run(api: &mut UnsealedApi, _report: &mut Report) {
    for ty in &mut api.types {
        let reach = ty.directions;
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
