//! Texts and lists without a bound in bodies that are sent.

use super::{context::Context, finding::Finding};
use crate::{
    diag::Code,
    ir::{Constraints, Member, ScalarFormat, Shape},
};

const REASON: &str = "without a limit, a client learns it only from a rejected request";
const FIX: &str = "write the `maxLength` of texts and the `maxItems` of lists that the server enforces";

/// Reports objects that are sent and have texts or lists without a bound; one finding for all if nothing is bounded.
pub(super) fn unbounded(context: &Context<'_>) -> Vec<Finding> {
    let (mut objects, mut bounded, mut all) = (Vec::new(), 0, 0);
    for (_, ty) in context.api.types() {
        let Shape::Object(object) = &ty.shape else { continue };
        if !ty.directions.request {
            continue;
        }
        let open: Vec<&Member> = object
            .members
            .iter()
            .filter(|member| !member.read_only && is_unbounded(context, member))
            .collect();
        let is_bounded = |member: &&Member| limits(context, member).is_some_and(|limits| !is_open(limits));
        bounded += object.members.iter().filter(is_bounded).count();
        all += open.len();
        if !open.is_empty() {
            objects.push((ty, open));
        }
    }
    if bounded == 0 && objects.len() > 1 {
        let message = format!("none of the {all} texts and lists in requests has a maximum length");
        return vec![Finding::new(
            Code::UnboundedSent,
            &context.section("/paths"),
            message,
            REASON,
            FIX,
        )];
    }
    objects
        .iter()
        .map(|(ty, open)| {
            let name = ty.name.name();
            let name = name.map_or_else(|| "an object of a request".to_owned(), |name| format!("`{name}`"));
            let names: Vec<String> = open.iter().map(|member| format!("`{}`", member.name)).collect();
            let message = format!("{name} has no maximum length for {}", names.join(", "));
            Finding::new(Code::UnboundedSent, &ty.origin, message, REASON, FIX)
        })
        .collect()
}

fn is_unbounded(context: &Context<'_>, member: &Member) -> bool {
    member.constant.is_none() && limits(context, member).is_some_and(is_open)
}

/// Returns the bounds of a text or a list; of another type, none.
fn limits<'a>(context: &Context<'a>, member: &Member) -> Option<&'a Constraints> {
    match context.shape(member.ty) {
        Shape::Scalar(ScalarFormat::Text | ScalarFormat::Base64, limits)
        | Shape::Newtype(ScalarFormat::Text | ScalarFormat::Base64, limits) => Some(limits),
        Shape::Array(array) => Some(&array.limits),
        _ => None,
    }
}

fn is_open(limits: &Constraints) -> bool {
    limits.max_size.is_none() && limits.pattern.is_none() && limits.format.is_none() && limits.others.is_empty()
}
