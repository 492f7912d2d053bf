//! Paged lists (`x-pagination`): access to the items and the next cursor in a response.

use proc_macro2::TokenStream;
use quote::quote;
use sdkwright_contract::ir;
use sdkwright_contract::ir::{PageInput, PageSource, Presence};

use super::super::context::{Context, PageTypes};
use super::super::tokens::{ident, number};
use super::answer::output;
use crate::emit::members::fields;

/// Emits `impl glue::Paged`, if the operation is paged and its response matches the contract.
pub(super) fn paged(context: &Context<'_>, id: ir::OperationId, operation: &ir::Operation) -> Option<TokenStream> {
    let pagination = operation.pagination.as_ref()?;
    let page = output(context, id, operation).model?;
    let marker = ident(&context.names.operation(id).marker);
    let list = PageList::of(context, page, pagination)?;
    let item = context.ty(list.item);
    let cursor = pagination.cursor.as_ref().map(PageInput::text).unwrap_or_default();
    let limit = pagination.limit.as_ref().map(PageInput::text);
    let limit = limit.map_or(quote!(None), |limit| quote!(Some(#limit)));
    let source = source(&pagination.next);
    let next = match list.text() {
        Some(text) => list.next(&text),
        None => list.progress(),
    };
    let taken = taken(&list.items, quote!(page));
    let tokens = pagination.items.iter();
    let tokens = tokens.map(|token| token.replace('~', "~0").replace('/', "~1"));
    let items = std::iter::once(String::new())
        .chain(tokens)
        .collect::<Vec<_>>()
        .join("/");
    Some(quote! {
        impl glue::Paged for #marker {
            type Item = #item;
            const PAGING: glue::Paging = glue::Paging { cursor: #cursor, limit: #limit };
            const ITEMS: &'static str = #items;
            #source

            fn items(page: Self::Output) -> Vec<Self::Item> { #taken }

            #next
        }
    })
}

/// Emits the source of the next page, unless it is a cursor in the response.
fn source(next: &PageSource) -> Option<TokenStream> {
    let source = match next {
        PageSource::Value(_) | PageSource::Last(_) => return None,
        PageSource::Url(_) => quote!(Url),
        PageSource::Header(name) => quote!(Header(#name)),
        PageSource::Link(relation) => quote!(Link(#relation)),
        PageSource::Offset { first, .. } => {
            let first = number(*first);
            quote!(Offset(#first))
        }
        PageSource::Page { first, .. } => {
            let first = number(*first);
            quote!(Page(#first))
        }
    };
    Some(quote!(const NEXT: glue::NextPage = glue::NextPage::#source;))
}

/// The places of a list in its page.
struct PageList<'l> {
    items: Access,
    item: ir::TypeId,
    /// The flag that ends the list, with its value at the end.
    more: Option<(Access, bool)>,
    next: &'l PageSource,
    /// The place of the cursor, the URL or the total.
    place: Option<Access>,
}

/// The text that leads to the next page.
struct NextText {
    expression: TokenStream,
    /// True if it is an `Option`.
    optional: bool,
}

impl<'l> PageList<'l> {
    /// Returns the places, if the type of the page has all of them.
    fn of(context: &Context<'_>, page: ir::TypeId, pagination: &'l ir::Pagination) -> Option<Self> {
        let at = |pointer: &[String]| walk(context, page, quote!(page), pointer);
        let items = at(&pagination.items)?;
        let ir::Shape::Array(array) = context.shape(items.ty) else {
            return None;
        };
        let place = match &pagination.next {
            PageSource::Value(pointer) | PageSource::Url(pointer) => Some(at(pointer)?),
            PageSource::Last(pointer) => Some(walk(context, array.items, quote!(item), pointer)?),
            PageSource::Offset {
                total: Some(at_total), ..
            } => Some(at(at_total)?),
            PageSource::Page {
                pages: Some(at_pages), ..
            } => Some(at(at_pages)?),
            _ => None,
        };
        let more = pagination.more.as_ref();
        Some(Self {
            items,
            item: array.items,
            more: more.and_then(|more| Some((at(&more.at)?, more.end))),
            next: &pagination.next,
            place,
        })
    }

    /// Returns the text of the page that leads to the next one; `None` if the page itself has none.
    fn text(&self) -> Option<NextText> {
        let (text, optional) = self.place.as_ref()?.text();
        match self.next {
            PageSource::Value(_) | PageSource::Url(_) => Some(NextText {
                expression: if optional { text } else { quote!(Some(#text)) },
                optional,
            }),
            PageSource::Last(_) => {
                let items = &self.items.expression;
                let last = if self.items.optional {
                    quote!(#items.and_then(|items| items.last()))
                } else {
                    quote!(#items.last())
                };
                let step = if optional { quote!(and_then) } else { quote!(map) };
                Some(NextText {
                    expression: quote!(#last.#step(|item| #text)),
                    optional: true,
                })
            }
            _ => None,
        }
    }

    /// Emits the function that returns the text of the next page. A page that promises another one without a cursor must not
    /// pass for the last: an empty cursor is an error of the list.
    fn next(&self, text: &NextText) -> TokenStream {
        let NextText { expression, optional } = text;
        let more = self
            .more
            .as_ref()
            .map(|(more, end)| (more.optional, &more.expression, end));
        let next = match more {
            Some((false, more, end)) => {
                let more = if *end { quote!(#more) } else { quote!(!#more) };
                let text = if *optional {
                    quote!(#expression.or(Some(String::new())))
                } else {
                    expression.clone()
                };
                quote!(if #more { return None; } #text)
            }
            Some((true, more, end)) => quote! {
                match #more {
                    Some(#end) => None,
                    Some(_) => #expression.or(Some(String::new())),
                    None => #expression.filter(|cursor| !cursor.is_empty()),
                }
            },
            None => quote!(#expression.filter(|cursor| !cursor.is_empty())),
        };
        quote!(fn next(page: &Self::Output) -> Option<String> { #next })
    }

    /// Emits the function that returns the progress of a list whose next page is not in the response, if it has any.
    fn progress(&self) -> TokenStream {
        let is_counted = matches!(self.next, PageSource::Offset { .. } | PageSource::Page { .. });
        if !is_counted && self.more.is_none() {
            return TokenStream::new();
        }
        let more = match &self.more {
            None => quote!(None),
            Some((
                Access {
                    optional, expression, ..
                },
                end,
            )) => match (optional, end) {
                (false, false) => quote!(Some(#expression)),
                (false, true) => quote!(Some(!#expression)),
                (true, false) => quote!(#expression.copied()),
                (true, true) => quote!(#expression.map(|done| !done)),
            },
        };
        let list = &self.items.expression;
        let items = match (is_counted, self.items.optional) {
            (false, _) => quote!(0),
            (true, false) => quote!(#list.len()),
            (true, true) => quote!(#list.map_or(0, Vec::len)),
        };
        let total = match self.place.as_ref().map(Access::text) {
            None => quote!(None),
            Some((text, true)) => text,
            Some((text, false)) => quote!(Some(#text)),
        };
        quote! {
            fn progress(page: &Self::Output) -> glue::Progress {
                glue::Progress { more: #more, items: #items, total: #total }
            }
        }
    }
}

/// Emits the item type of a paged operation.
pub(crate) fn item(context: &Context<'_>, id: ir::OperationId, operation: &ir::Operation) -> Option<ir::TypeId> {
    let pagination = operation.pagination.as_ref()?;
    let page = output(context, id, operation).model?;
    PageList::of(context, page, pagination).map(|list| list.item)
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
fn pages(context: &Context<'_>) -> PageTypes {
    let items = |operation: &ir::Operation| operation.pagination.as_ref().map(|pagination| pagination.items.clone());
    let mut pages = PageTypes::new();
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

impl Access {
    /// Returns the value as text, and whether that is an `Option`.
    fn text(&self) -> (TokenStream, bool) {
        let place = &self.expression;
        let text = if self.optional {
            quote!(#place.map(|cursor| glue::ToParam::param(cursor).into_owned()))
        } else {
            quote!(glue::ToParam::param(&#place).into_owned())
        };
        (text, self.optional)
    }
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
