//! A JSON value of the contract as the Rust expression that makes it; a placeholder where there is none.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::super::context::{Context, ident};
use super::super::model::{self, Field, Taking, taking};
use super::super::multipart;
use crate::ir::{self, Presence, ScalarFormat};
use crate::source::Node;

/// Deeper than this, placeholders of unions and lists are the smallest there are.
const DEEP: usize = 8;

/// Makes expressions.
pub(super) struct Maker<'c, 'a> {
    context: &'c Context<'a>,
    /// A member whose value comes from elsewhere.
    instead: Option<(&'c str, TokenStream)>,
}

impl<'c, 'a> Maker<'c, 'a> {
    pub(super) fn new(context: &'c Context<'a>) -> Self {
        Self { context, instead: None }
    }

    /// The member of that name gets this expression.
    pub(super) fn with(context: &'c Context<'a>, member: &'c str, value: TokenStream) -> Self {
        Self {
            context,
            instead: Some((member, value)),
        }
    }

    /// An expression of exactly that type.
    pub(super) fn value(&self, id: ir::TypeId, node: Option<Node<'_>>) -> TokenStream {
        self.exact(id, node, 0)
    }

    /// An expression for something that is looked at: a reference, or a plain value.
    pub(super) fn borrowed(&self, id: ir::TypeId, node: Option<Node<'_>>) -> TokenStream {
        match self.context.shape(id) {
            ir::Shape::Scalar(ScalarFormat::Text | ScalarFormat::Binary, _) => Self::text(node),
            ir::Shape::Scalar(ScalarFormat::Bool | ScalarFormat::I32 | ScalarFormat::I64 | ScalarFormat::U64, _) => {
                self.exact(id, node, 0)
            }
            ir::Shape::Scalar(ScalarFormat::Float, _) => Self::float(node),
            ir::Shape::Newtype(ScalarFormat::Text, _) => {
                let (ty, text) = (self.context.ty(id), Self::text(node));
                quote!(&#ty::from(#text))
            }
            _ => {
                let value = self.exact(id, node, 0);
                quote!(&#value)
            }
        }
    }

    fn text(node: Option<Node<'_>>) -> TokenStream {
        let text = node
            .and_then(|node| node.text().map(str::to_owned))
            .filter(|text| !text.is_empty());
        let text = text.unwrap_or_else(|| "text".to_owned());
        quote!(#text)
    }

    /// An expression for something that is taken as `impl Into`.
    fn into(&self, id: ir::TypeId, node: Option<Node<'_>>, depth: usize) -> TokenStream {
        match self.context.shape(id) {
            ir::Shape::Scalar(ScalarFormat::Text, _)
            | ir::Shape::Newtype(ScalarFormat::Text | ScalarFormat::Binary, _) => Self::text(node),
            ir::Shape::Scalar(ScalarFormat::Float, _) => Self::float(node),
            ir::Shape::Newtype(format, _) => Self::scalar(*format, node),
            ir::Shape::Any => Self::any(node),
            _ => self.exact(id, node, depth),
        }
    }

    fn float(node: Option<Node<'_>>) -> TokenStream {
        let value = node
            .and_then(Node::as_number)
            .and_then(|text| text.parse::<f64>().ok())
            .filter(|value| value.is_finite())
            .unwrap_or(1.5);
        let value = Literal::f64_unsuffixed(value);
        quote!(#value)
    }

    fn any(node: Option<Node<'_>>) -> TokenStream {
        let text = node.and_then(|node| node.as_str().map(str::to_owned));
        text.map_or(
            quote!(sdk_runtime::JsonValue::Null),
            |text| quote!(sdk_runtime::JsonValue::from(#text)),
        )
    }

    fn exact(&self, id: ir::TypeId, node: Option<Node<'_>>, depth: usize) -> TokenStream {
        let node = node.filter(|node| !node.is_null());
        let id = self.context.resolve(id);
        let ty = self.context.ty(id);
        match &self.context.api.ty(id).shape {
            ir::Shape::Scalar(format, _) => match format {
                ScalarFormat::Text | ScalarFormat::Binary => {
                    let text = Self::text(node);
                    quote!(#text.to_owned())
                }
                format => Self::scalar(*format, node),
            },
            ir::Shape::Newtype(ScalarFormat::Text | ScalarFormat::Binary, _) => {
                let text = Self::text(node);
                quote!(#ty::from(#text))
            }
            ir::Shape::Newtype(format, _) => {
                let inner = Self::scalar(*format, node);
                quote!(#ty::from(#inner))
            }
            ir::Shape::Enum(shape) => self.literal(id, shape, node),
            ir::Shape::Object(shape) => self.object(id, shape, node, depth),
            ir::Shape::Union(shape) => self.union(id, shape, node, depth),
            ir::Shape::Array(array) => {
                let items: Vec<TokenStream> = match node {
                    Some(node) if depth < DEEP => node
                        .items()
                        .take(2)
                        .map(|item| self.exact(array.items, Some(item), depth + 1))
                        .collect(),
                    _ => Vec::new(),
                };
                if items.is_empty() {
                    quote!(Vec::new())
                } else {
                    quote!(vec![#(#items),*])
                }
            }
            ir::Shape::Map(values) => self.map(*values, node, depth),
            ir::Shape::Tuple(positions) => {
                let mut items = node.into_iter().flat_map(Node::items);
                let values = positions.iter().map(|id| self.exact(*id, items.next(), depth + 1));
                quote!((#(#values,)*))
            }
            ir::Shape::Nullable(_) if node.is_none() => quote!(None),
            ir::Shape::Nullable(inner) => {
                let value = self.exact(*inner, node, depth);
                quote!(Some(#value))
            }
            _ => Self::any(node),
        }
    }

    fn map(&self, values: ir::TypeId, node: Option<Node<'_>>, depth: usize) -> TokenStream {
        let entries: Vec<TokenStream> = node
            .filter(|_| depth < DEEP)
            .map(|node| {
                node.members()
                    .take(2)
                    .map(|member| {
                        let (key, value) = (member.key, self.exact(values, Some(member.value), depth + 1));
                        quote!((#key, #value))
                    })
                    .collect()
            })
            .unwrap_or_default();
        if entries.is_empty() {
            quote!(sdk_runtime::Map::new())
        } else {
            quote!(sdk_runtime::Map::from([#(#entries),*]))
        }
    }

    fn scalar(format: ScalarFormat, node: Option<Node<'_>>) -> TokenStream {
        let text = node.and_then(|node| node.text().map(str::to_owned)).unwrap_or_default();
        let number = node.and_then(Node::as_number);
        let plain = |fits: fn(&str) -> bool, other: &str| {
            if !text.is_empty() && fits(&text) {
                text.clone()
            } else {
                other.to_owned()
            }
        };
        match format {
            ScalarFormat::Bool => {
                let value = node.and_then(Node::as_bool).unwrap_or(true);
                quote!(#value)
            }
            ScalarFormat::I32 | ScalarFormat::I64 => {
                let max = if format == ScalarFormat::I32 {
                    i64::from(i32::MAX)
                } else {
                    i64::MAX
                };
                let value = number
                    .and_then(|text| text.parse::<i64>().ok())
                    .filter(|value| value.unsigned_abs() <= max.unsigned_abs());
                let value = Literal::i64_unsuffixed(value.unwrap_or(1));
                quote!(#value)
            }
            ScalarFormat::U64 => {
                let value = Literal::u64_unsuffixed(number.and_then(|text| text.parse().ok()).unwrap_or(1));
                quote!(#value)
            }
            ScalarFormat::Float => {
                let value = Self::float(node);
                quote!(sdk_runtime::Float::from(#value))
            }
            ScalarFormat::Integer | ScalarFormat::Number => {
                let text = number.unwrap_or_else(|| "1".to_owned());
                quote!(#text.parse()?)
            }
            ScalarFormat::Decimal => {
                let text = plain(|text| text.bytes().all(|b| b.is_ascii_digit() || b == b'.'), "1.00");
                quote!(#text.parse()?)
            }
            ScalarFormat::Timestamp => {
                let text = plain(|text| text.contains('T') && text.len() >= 20, "2026-01-31T12:00:00Z");
                quote!(#text.parse()?)
            }
            ScalarFormat::Date => {
                let text = plain(|text| text.len() == 10, "2026-01-31");
                quote!(#text.parse()?)
            }
            ScalarFormat::Base64 => quote!(sdk_runtime::Base64::new("bytes")),
            ScalarFormat::Text | ScalarFormat::Binary => Self::text(node),
        }
    }

    fn literal(&self, id: ir::TypeId, shape: &ir::EnumShape, node: Option<Node<'_>>) -> TokenStream {
        if model::is_truth(shape) {
            return Self::scalar(ScalarFormat::Bool, node);
        }
        if !model::is_open_enum(shape) {
            return Self::any(node);
        }
        let ty = self.context.ty(id);
        let text = node.and_then(Node::text);
        let known = shape
            .values
            .iter()
            .position(|value| Some(model::text_of(&value.value).as_str()) == text);
        let variant = ident(self.context.names.variant(id, known.unwrap_or(0)));
        quote!(#ty::#variant)
    }

    fn object(&self, id: ir::TypeId, shape: &ir::ObjectShape, node: Option<Node<'_>>, depth: usize) -> TokenStream {
        let ty = self.context.ty(id);
        let fields = model::fields(self.context, id, shape);
        let of = |field: &Field<'_>| {
            node.and_then(|node| node.get(&field.member.name))
                .filter(|node| !node.is_null())
        };
        if super::later(self.context, id).is_some() {
            let rest = fields
                .iter()
                .filter(|field| field.is_argument())
                .map(|field| self.given(field, of(field), depth));
            return quote!(#ty::of(body, #(#rest),*));
        }
        let (arguments, swappable) = model::constructor_arguments(&fields);
        let made = if swappable {
            let name = self.context.names.ty(id).unwrap_or_default();
            let required = model::required_name(self.context, name);
            let members = arguments.iter().map(|field| {
                let (name, value) = (&field.name, self.given_exact(field, of(field), depth));
                quote!(#name: #value)
            });
            quote!(#ty::new(crate::models::#required { #(#members),* }))
        } else {
            let values = arguments.iter().map(|field| self.given(field, of(field), depth));
            quote!(#ty::new(#(#values),*))
        };
        // The optional members of the outermost value, as the contract's example has them.
        let setters = fields
            .iter()
            .filter(|field| depth == 0 && field.is_setter() && of(field).is_some());
        setters.fold(made, |made, field| {
            let method = model::setter_name(field, &fields);
            let value = match taking(self.context, field.member.ty) {
                Taking::Into => self.into(field.member.ty, of(field), depth + 1),
                Taking::Value => self.exact(field.member.ty, of(field), depth + 1),
            };
            quote!(#made.#method(#value))
        })
    }

    fn given(&self, field: &Field<'_>, node: Option<Node<'_>>, depth: usize) -> TokenStream {
        if let Some((_, value)) = self.instead.as_ref().filter(|(member, _)| *member == field.member.name) {
            return value.clone();
        }
        match (taking(self.context, field.member.ty), field.presence) {
            (Taking::Into, Presence::Required) => self.into(field.member.ty, node, depth + 1),
            _ => self.given_exact(field, node, depth),
        }
    }

    fn given_exact(&self, field: &Field<'_>, node: Option<Node<'_>>, depth: usize) -> TokenStream {
        if let Some((_, value)) = self.instead.as_ref().filter(|(member, _)| *member == field.member.name) {
            return quote!(#value.into());
        }
        match (field.presence, node) {
            (Presence::RequiredNullable, None) => quote!(None),
            (Presence::RequiredNullable, _) => {
                let value = self.exact(field.member.ty, node, depth + 1);
                quote!(Some(#value))
            }
            _ => self.exact(field.member.ty, node, depth + 1),
        }
    }

    fn union(&self, id: ir::TypeId, shape: &ir::UnionShape, node: Option<Node<'_>>, depth: usize) -> TokenStream {
        let ty = self.context.ty(id);
        let tag = shape
            .discriminator
            .as_ref()
            .and_then(|tag| node?.get(&tag.member)?.text());
        let tagged = tag.and_then(|tag| {
            shape
                .variants
                .iter()
                .position(|variant| variant.tags.iter().any(|known| known == tag))
        });
        let index = tagged.unwrap_or(0);
        let Some(variant) = shape.variants.get(index).filter(|_| depth < DEEP) else {
            return quote!(#ty::Unknown(sdk_runtime::JsonValue::Null));
        };
        let name = ident(self.context.names.variant(id, index));
        // Without a tag nothing says that the example is of the first variant.
        let node = node.filter(|_| tagged.is_some());
        let value = self.exact(variant.ty, node, depth + 1);
        if variant.boxed {
            quote!(#ty::#name(Box::new(#value)))
        } else {
            quote!(#ty::#name(#value))
        }
    }

    /// The parts of a multipart body.
    pub(super) fn parts(&self, id: ir::TypeId, parts: &[ir::Part], node: Option<Node<'_>>) -> TokenStream {
        if !multipart::is_named(self.context, id, parts) {
            return quote!(glue::Multipart::new());
        }
        let ty = self.context.ty(id);
        let of = |part: &ir::Part| node.and_then(|node| node.get(&part.name));
        let file = |part: &ir::Part| {
            let name = format!("{}.bin", part.name);
            quote!(sdk_runtime::Upload::from_path(#name))
        };
        let one = |part: &ir::Part, exact: bool| {
            let value = match (&part.content, exact, taking(self.context, part.ty)) {
                (ir::PartContent::Binary, ..) => file(part),
                (_, false, Taking::Into) if !part.repeated => self.into(part.ty, of(part), 1),
                _ => self.exact(part.ty, of(part), 1),
            };
            if part.repeated { quote!(vec![#value]) } else { value }
        };
        let required: Vec<&ir::Part> = multipart::fields(self.context, id)
            .into_iter()
            .filter(|part| part.required)
            .collect();
        if let Some(name) = multipart::required_struct(self.context, id) {
            let members = required.iter().map(|part| {
                let (name, value) = (multipart::field_name(self.context, id, part), one(part, true));
                quote!(#name: #value)
            });
            return quote!(#ty::new(crate::models::#name { #(#members),* }));
        }
        let values = required.iter().map(|part| one(part, false));
        quote!(#ty::new(#(#values),*))
    }
}
