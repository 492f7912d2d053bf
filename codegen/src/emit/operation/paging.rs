//! Paged lists (`x-pagination`): access to the items and the next cursor in a response.

use proc_macro2::TokenStream;
use quote::quote;
use sdkwright_contract::ir;
use sdkwright_contract::ir::Presence;

use super::super::context::{Context, Pages};
use super::super::tokens::ident;
use super::answer::output;
use crate::emit::members::fields;

/// Emits `impl glue::Paged`, if the operation is paged and its response matches the contract.
pub(super) fn paged(context: &Context<'_>, id: ir::OperationId, operation: &ir::Operation) -> Option<TokenStream> {
    let pagination = operation.pagination.as_ref()?;
    let page = output(context, id, operation).model?;
    let marker = ident(&context.names.operation(id).marker);
    let items = walk(context, page, quote!(page), &pagination.items)?;
    let ir::Shape::Array(array) = context.shape(items.ty) else {
        return None;
    };
    let item = context.ty(array.items);
    let cursor = &pagination.cursor.0;
    let limit = pagination
        .limit
        .as_ref()
        .map_or(quote!(None), |limit| quote!(Some(#limit)));
    let more = pagination.more.as_ref();
    let more = more.and_then(|more| Some((walk(context, page, quote!(page), &more.at)?, more.end)));
    let next = walk(context, page, quote!(page), &pagination.next)?;
    let (taken, place) = (taken(&items, quote!(page)), &next.expression);
    let text = if next.optional {
        quote!(#place.map(|cursor| glue::ToParam::param(cursor).into_owned()))
    } else {
        quote!(Some(glue::ToParam::param(&#place).into_owned()))
    };
    // A page that promises another one without a cursor must not pass for the last: an empty cursor is an error of the
    // list.
    let next = match more.map(|(more, end)| (more.optional, more.expression, end)) {
        Some((false, more, end)) => {
            let more = if end { quote!(#more) } else { quote!(!#more) };
            let text = if next.optional {
                quote!(#text.or(Some(String::new())))
            } else {
                text
            };
            quote!(if #more { return None; } #text)
        }
        Some((true, more, end)) => quote! {
            match #more {
                Some(#end) => None,
                Some(_) => #text.or(Some(String::new())),
                None => #text.filter(|cursor| !cursor.is_empty()),
            }
        },
        None => quote!(#text.filter(|cursor| !cursor.is_empty())),
    };
    Some(quote! {
        impl glue::Paged for #marker {
            type Item = #item;
            const PAGING: glue::Paging = glue::Paging { cursor: #cursor, limit: #limit };

            fn items(page: Self::Output) -> Vec<Self::Item> { #taken }

            fn next(page: &Self::Output) -> Option<String> { #next }
        }
    })
}

/// Emits the item type of a paged operation.
pub(crate) fn item(context: &Context<'_>, id: ir::OperationId, operation: &ir::Operation) -> Option<ir::TypeId> {
    let pagination = operation.pagination.as_ref()?;
    let page = output(context, id, operation).model?;
    let items = walk(context, page, quote!(page), &pagination.items)?;
    walk(context, page, quote!(page), &pagination.next)?;
    match context.shape(items.ty) {
        ir::Shape::Array(array) => Some(array.items),
        _ => None,
    }
}

/// Emits `IntoIterator` for a page and its reference, if all operations that return it agree on the place of its items.
pub(crate) fn iteration(context: &Context<'_>, id: ir::TypeId, name: &str) -> Option<[TokenStream; 2]> {
    let pages = context.pages.get_or_init(|| pages(context));
    let operation = pages.get(&id).copied().flatten()?;
    let pointer = &context.api.operation(operation).pagination.as_ref()?.items;
    let items = walk(context, id, quote!(self), pointer)?;
    let ir::Shape::Array(array) = context.shape(items.ty) else {
        return None;
    };
    let (ty, item, place) = (ident(name), context.ty(array.items), &items.expression);
    let taken = taken(&items, quote!(self));
    let list = if items.optional {
        quote!(#place.map(Vec::as_slice).unwrap_or_default())
    } else {
        quote!(#place)
    };
    let owned = quote! {
        impl IntoIterator for #ty {
            type Item = #item;
            type IntoIter = std::vec::IntoIter<#item>;

            #[inline]
            fn into_iter(self) -> Self::IntoIter { #taken.into_iter() }
        }
    };
    let borrowed = quote! {
        impl<'p> IntoIterator for &'p #ty {
            type Item = &'p #item;
            type IntoIter = std::slice::Iter<'p, #item>;

            #[inline]
            fn into_iter(self) -> Self::IntoIter { #list.iter() }
        }
    };
    Some([owned, borrowed])
}

/// Returns the types of pages.
fn pages(context: &Context<'_>) -> Pages {
    let items = |operation: &ir::Operation| operation.pagination.as_ref().map(|pagination| pagination.items.clone());
    let mut pages = Pages::new();
    for (id, operation) in context.api.operations() {
        if let (Some(place), Some(page)) = (items(operation), output(context, id, operation).model) {
            let known = pages.entry(context.resolve(page)).or_insert(Some(id));
            *known = known.filter(|known| items(context.api.operation(*known)).as_ref() == Some(&place));
        }
    }
    pages
}

/// Emits the expression that moves the items out of the page.
fn taken(items: &Access, page: TokenStream) -> TokenStream {
    let mut place = page;
    let mut optional = false;
    for (member, presence) in &items.steps {
        let maybe = *presence != Presence::Required;
        let value = if *presence == Presence::OptionalNullable {
            quote!(.value())
        } else {
            quote!()
        };
        place = match (optional, maybe) {
            (false, _) => quote!(#place.#member #value),
            (true, false) => quote!(#place.map(|value| value.#member)),
            (true, true) => quote!(#place.and_then(|value| value.#member #value)),
        };
        optional |= maybe;
    }
    if optional {
        quote!(#place.unwrap_or_default())
    } else {
        place
    }
}

// A JSON Pointer of the contract as an expression: the field accesses that lead from a value to a nested one.

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
