//! A JSON Pointer of the contract as an expression: the field accesses that lead from a value to a nested one.

use proc_macro2::TokenStream;
use quote::quote;

use super::context::Context;
use super::members::fields;
use sdkwright_contract::ir::{self, Presence};

/// A nested value.
pub(crate) struct Access {
    /// A place expression, or one of type `Option<&T>` if `optional`.
    pub(crate) expression: TokenStream,
    pub(crate) optional: bool,
    pub(crate) ty: ir::TypeId,
    /// Accessed fields, each with its presence.
    pub(crate) steps: Vec<(TokenStream, Presence)>,
}

/// Follows a pointer through the members of objects.
pub(crate) fn walk(context: &Context<'_>, from: ir::TypeId, start: TokenStream, pointer: &[String]) -> Option<Access> {
    let mut at = Access {
        expression: start,
        optional: false,
        ty: from,
        steps: Vec::new(),
    };
    for name in pointer {
        let id = context.resolve(at.ty);
        let ir::Shape::Object(object) = context.shape(id) else {
            return None;
        };
        let fields = fields(context, id, object);
        let field = fields.iter().find(|field| field.member.name == *name)?;
        let (member, place) = (&field.name, &at.expression);
        let maybe = matches!(field.presence, Presence::Optional | Presence::RequiredNullable);
        let kept = field.presence == Presence::OptionalNullable;
        at.expression = match (at.optional, maybe, kept) {
            (false, false, false) => quote!(#place.#member),
            (false, true, _) => quote!(#place.#member.as_ref()),
            (false, _, true) => quote!(#place.#member.as_ref().value()),
            (true, false, false) => quote!(#place.map(|value| &value.#member)),
            (true, true, _) => quote!(#place.and_then(|value| value.#member.as_ref())),
            (true, _, true) => quote!(#place.and_then(|value| value.#member.as_ref().value())),
        };
        at.optional |= maybe || kept;
        at.ty = field.member.ty;
        at.steps.push((quote!(#member), field.presence));
    }
    Some(at)
}
