//! Closed enums that are received.

use std::collections::BTreeMap;

use super::{context::Context, finding::Finding};
use crate::{
    diag::Code,
    ir::{NameHint, Shape, Type},
};

const REASON: &str = "clients of other generators refuse values that are not listed, so that a value added later breaks them; the crate made here keeps them";
const FIX: &str = "say that there may be others: `anyOf` of the list and `type: string`";

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
            "none of {} enums that are received is open: {}",
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
            let message = format!("the enum `{name}` is received and lists {count} values only");
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
