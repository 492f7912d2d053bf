//! Closed enums that are received.

use std::collections::BTreeMap;

use super::{context::Context, finding::Finding};
use crate::{
    diag::Code,
    ir::{NameHint, Shape, Type},
};

const REASON: &str = "clients of other generators reject unlisted values, so a value that is added later breaks them; this crate accepts them";
const FIX: &str = "allow other values: `anyOf` of the list and `type: string`";

/// Reports enums that are received and list all their values; one finding for all if no enum is open.
pub(super) fn closed(context: &Context<'_>) -> Vec<Finding> {
    let (mut closed, mut any_open) = (Vec::new(), false);
    for (_, ty) in context.api.types() {
        let Shape::Enum(list) = &ty.shape else { continue };
        if !ty.directions.response || !list.is_open() {
            continue;
        }
        any_open |= list.allows_others;
        if !list.allows_others && list.values.len() > 1 {
            closed.push((name(ty), ty, list.values.len()));
        }
    }
    if !any_open && closed.len() > 1 {
        let mut names: BTreeMap<&str, usize> = BTreeMap::new();
        for (name, _, _) in &closed {
            *names.entry(name).or_default() += 1;
        }
        let message = format!(
            "none of the {} enums in responses is open to new values: {}",
            closed.len(),
            super::context::listed(&names)
        );
        let place = context.section(if context.section("/components").span.is_nowhere() {
            "/paths"
        } else {
            "/components"
        });
        return vec![Finding::new(Code::ClosedEnum, &place, message, REASON, FIX)];
    }
    closed
        .iter()
        .map(|(name, ty, count)| {
            let message = format!("the enum `{name}` is in responses and allows only its {count} values");
            Finding::new(Code::ClosedEnum, &ty.origin, message, REASON, FIX)
        })
        .collect()
}

fn name(ty: &Type) -> String {
    match &ty.name {
        NameHint::Pinned(name) | NameHint::Given(name) | NameHint::Elsewhere { name, .. } => name.clone(),
        NameHint::Derived(words) => words.last().cloned().unwrap_or_default(),
        NameHint::Anonymous => ty.origin.pointer.rsplit('/').next().unwrap_or_default().to_owned(),
    }
}
