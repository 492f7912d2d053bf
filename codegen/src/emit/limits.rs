//! Bounds of a value in words, for documentation.

use super::context::Context;
use super::docs;
use sdkwright_contract::ir;

/// Describes the bounds of a plain value.
pub(crate) fn limits(context: &Context<'_>, id: ir::TypeId) -> Option<String> {
    let limits = match (&context.api.ty(id).shape, context.names.ty(id)) {
        (ir::Shape::Scalar(_, limits), None) => limits,
        (ir::Shape::Array(array), None) => &array.limits,
        _ => return None,
    };
    bounds(limits, matches!(context.api.ty(id).shape, ir::Shape::Array(_)))
}

/// Describes the bounds of a value, also of one whose type has a name.
pub(crate) fn limits_of_argument(context: &Context<'_>, id: ir::TypeId) -> Option<String> {
    match context.shape(id) {
        ir::Shape::Newtype(_, limits) => bounds(limits, false),
        _ => limits(context, id),
    }
}

/// Describes bounds in words.
pub(crate) fn bounds(limits: &ir::Constraints, items: bool) -> Option<String> {
    let mut said = Vec::new();
    let unit = |size: u64| match (items, size) {
        (true, 1) => "item",
        (true, _) => "items",
        (false, 1) => "character",
        (false, _) => "characters",
    };
    match (limits.min_size.filter(|least| *least > 0), limits.max_size) {
        (Some(least), Some(most)) if least == most => said.push(format!("exactly {least} {}", unit(least))),
        (Some(least), Some(most)) => said.push(format!("{least} to {most} {}", unit(most))),
        (Some(least), None) => said.push(format!("at least {least} {}", unit(least))),
        (None, Some(most)) => said.push(format!("at most {most} {}", unit(most))),
        (None, None) => {}
    }
    let bound = |bound: &Option<(String, bool)>, open: &str, closed: &str| {
        bound
            .as_ref()
            .map(|(value, excluded)| format!("{} {}", if *excluded { open } else { closed }, docs::code(value)))
    };
    said.extend(bound(&limits.minimum, "above", "from"));
    said.extend(bound(&limits.maximum, "below", "up to"));
    said.extend(
        limits
            .multiple_of
            .as_ref()
            .map(|step| format!("in steps of {}", docs::code(step))),
    );
    said.extend(
        limits
            .pattern
            .as_ref()
            .map(|pattern| format!("pattern {}", docs::code(pattern))),
    );
    said.extend(limits.unique.then(|| "no duplicates".to_owned()));
    (!said.is_empty()).then(|| format!("Limits: {}.", said.join(", ")))
}
