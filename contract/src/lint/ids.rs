//! Ids without a type of their own.

use std::collections::BTreeMap;

use super::{
    context::{Context, Field, last, listed},
    finding::Finding,
};
use crate::{
    diag::Code,
    ir::{ScalarFormat, Shape},
};

const REASON: &str = "the compiler does not notice if two ids of type `String` are swapped";
const FIX: &str = "add `x-newtype` to the schema, in the contract or in an overlay, such as `x-newtype: OrderId`";

/// Reports ids that are plain text: each name once; one finding for all if the contract has no type of an id.
pub(super) fn plain(context: &Context<'_>) -> Vec<Finding> {
    let mut first: BTreeMap<&str, &Field<'_>> = BTreeMap::new();
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for field in &context.fields {
        // `id` alone names many things, and `requestId` none.
        let is_id =
            last(&field.words) == "id" && field.words.len() > 1 && field.words.first().is_some_and(|w| w != "request");
        let is_plain = matches!(context.shape(field.ty), Shape::Scalar(ScalarFormat::Text, _));
        if is_id && is_plain {
            *count.entry(field.name).or_default() += 1;
            let known = first.entry(field.name).or_insert(field);
            if field.origin.span < known.origin.span {
                *known = field;
            }
        }
    }
    let is_newtype = |shape: &Shape| matches!(shape, Shape::Newtype(..));
    if !context.api.types().any(|(_, ty)| is_newtype(&ty.shape)) {
        if count.is_empty() {
            return Vec::new();
        }
        let message = format!("no id has its own type: {}", listed(&count));
        return vec![Finding::new(
            Code::PlainId,
            &context.section("/paths"),
            message,
            REASON,
            FIX,
        )];
    }
    first
        .iter()
        .map(|(name, field)| {
            let places = match count.get(name) {
                None | Some(1) => String::new(),
                Some(count) => format!(", in {count} places"),
            };
            let message = format!("the id `{name}` is a plain string{places}");
            Finding::new(Code::PlainId, field.origin, message, REASON, FIX)
        })
        .collect()
}
