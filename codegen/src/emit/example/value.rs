//! A JSON value of the contract to the Rust expression that constructs it.
//!
//! The value is complete (see `sample`): this module invents nothing.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::super::context::Context;
use super::super::members::{RequiredMembers, RustField, fields, required_members, required_name, setter_name};
use super::super::multipart;
use super::super::positions::{PassingMode, takes_into};
use super::super::tokens::{boxed, ident};
use crate::sample::{SampleBudget, SampleForm, SampleValue, Sampler};
use sdkwright_contract::ir::{self, ScalarFormat};

/// Builds expressions.
pub(super) struct Maker<'c, 'a> {
    context: &'c Context<'a>,
    budget: &'c SampleBudget,
    /// A member whose expression is given by the caller.
    instead: Option<(&'c str, TokenStream)>,
}

impl<'c, 'a> Maker<'c, 'a> {
    pub(super) fn new(context: &'c Context<'a>, budget: &'c SampleBudget) -> Self {
        Self {
            context,
            budget,
            instead: None,
        }
    }

    /// Returns a maker that uses this expression for the member of that name.
    pub(super) fn with(self, member: &'c str, value: TokenStream) -> Self {
        Self {
            instead: Some((member, value)),
            ..self
        }
    }

    fn sampler(&self, notation: SampleForm) -> Sampler<'_> {
        Sampler::new(self.context.api, notation, self.budget)
    }

    /// Emits an expression for a borrowed value: a reference, or a plain `Copy` value.
    pub(super) fn borrowed(&self, id: ir::TypeId, value: &SampleValue) -> TokenStream {
        match self.context.shape(id) {
            ir::Shape::Scalar(ScalarFormat::Text | ScalarFormat::Binary, _) => text(value),
            ir::Shape::Scalar(ScalarFormat::Bool | ScalarFormat::I32 | ScalarFormat::I64 | ScalarFormat::U64, _) => {
                self.value(id, value)
            }
            ir::Shape::Scalar(ScalarFormat::Float, _) => float(value),
            shape if shape.is_id() => {
                let (ty, text) = (self.context.ty(id), text(value));
                quote!(&#ty::from(#text))
            }
            ir::Shape::Array(_) => match value.items().map(|item| self.item(id, item)).collect::<Vec<_>>() {
                items if items.is_empty() => quote!(&[]),
                items => quote!(&[#(#items),*]),
            },
            _ => {
                let value = self.value(id, value);
                quote!(&#value)
            }
        }
    }

    /// Emits an item of a list type.
    fn item(&self, list: ir::TypeId, item: &SampleValue) -> TokenStream {
        match self.context.shape(list) {
            ir::Shape::Array(array) => self.value(array.items, item),
            _ => any(item),
        }
    }

    /// Emits an expression for an `impl Into` parameter.
    fn into(&self, id: ir::TypeId, value: &SampleValue) -> TokenStream {
        match self.context.shape(id) {
            ir::Shape::Scalar(ScalarFormat::Text, _)
            | ir::Shape::Newtype(ScalarFormat::Text | ScalarFormat::Binary, _) => text(value),
            ir::Shape::Scalar(ScalarFormat::Float, _) => float(value),
            ir::Shape::Newtype(format, _) => scalar(*format, value),
            _ => self.value(id, value),
        }
    }

    /// Emits an expression of exactly that type; an incomplete one if the budget is spent.
    pub(super) fn value(&self, id: ir::TypeId, value: &SampleValue) -> TokenStream {
        if self.budget.is_spent() {
            return TokenStream::new();
        }
        let id = self.context.resolve(id);
        let ty = self.context.ty(id);
        match &self.context.api.ty(id).shape {
            ir::Shape::Scalar(ScalarFormat::Text | ScalarFormat::Binary, _) => {
                let text = text(value);
                quote!(#text.to_owned())
            }
            ir::Shape::Scalar(format, _) => scalar(*format, value),
            ir::Shape::Newtype(ScalarFormat::Text | ScalarFormat::Binary, _) => {
                let text = text(value);
                quote!(#ty::from(#text))
            }
            ir::Shape::Newtype(format, _) => {
                let inner = scalar(*format, value);
                quote!(#ty::from(#inner))
            }
            ir::Shape::Enum(shape) => self.literal(id, shape, value),
            ir::Shape::Object(shape) => self.object(id, shape, value),
            ir::Shape::Union(shape) => self.union(id, shape, value),
            ir::Shape::Array(_) => match value.items().map(|item| self.item(id, item)).collect::<Vec<_>>() {
                items if items.is_empty() => quote!(Vec::new()),
                items => quote!(vec![#(#items),*]),
            },
            ir::Shape::Map(values, _) => {
                let entries: Vec<TokenStream> = value
                    .members()
                    .map(|(key, value)| {
                        let value = self.value(*values, value);
                        quote!((#key, #value))
                    })
                    .collect();
                if entries.is_empty() {
                    quote!(runtime::Map::new())
                } else {
                    quote!(runtime::Map::from([#(#entries),*]))
                }
            }
            ir::Shape::Tuple(positions) => {
                let values = positions
                    .iter()
                    .zip(value.items())
                    .map(|(id, item)| self.value(*id, item));
                quote!((#(#values,)*))
            }
            ir::Shape::Nullable(_) if *value == SampleValue::Null => quote!(None),
            ir::Shape::Nullable(inner) => {
                let value = self.value(*inner, value);
                quote!(Some(#value))
            }
            _ => any(value),
        }
    }

    fn literal(&self, id: ir::TypeId, shape: &ir::EnumShape, value: &SampleValue) -> TokenStream {
        if shape.literals() == ir::Literals::Truth {
            return scalar(ScalarFormat::Bool, value);
        }
        if !shape.is_open() {
            return any(value);
        }
        let ty = self.context.ty(id);
        let known = shape
            .values
            .iter()
            .position(|known| SampleValue::new(&known.value) == *value);
        let variant = ident(self.context.names.variant(id, known.unwrap_or(0)));
        quote!(#ty::#variant)
    }

    fn object(&self, id: ir::TypeId, shape: &ir::ObjectShape, value: &SampleValue) -> TokenStream {
        let ty = self.context.ty(id);
        let fields = fields(self.context, id, shape);
        let asked = required_members(self.context, &fields);
        let given = if asked.are_named() {
            let name = self.context.names.ty(id).unwrap_or_default();
            let required = required_name(self.context, name);
            let members = asked.fields.iter().map(|field| {
                let (name, value) = (&field.name, self.given_exact(field, value));
                quote!(#name: #value)
            });
            vec![quote!(crate::models::#required { #(#members),* })]
        } else {
            asked
                .fields
                .iter()
                .map(|field| self.given(&asked, field, value))
                .collect()
        };
        if later(self.context, id).is_some() {
            return quote!(#ty::from_authorized(body, #(#given),*));
        }
        let made = quote!(#ty::new(#(#given),*));
        let setters = fields.iter().filter(|field| field.is_setter()).filter_map(|field| {
            Some((
                field,
                value
                    .get(&field.member.name)
                    .filter(|value| **value != SampleValue::Null)?,
            ))
        });
        setters.fold(made, |made, (field, value)| {
            let method = setter_name(field, &fields);
            let value = if takes_into(self.context, field.member.ty) {
                self.into(field.member.ty, value)
            } else {
                self.value(field.member.ty, value)
            };
            quote!(#made.#method(#value))
        })
    }

    /// Emits the value of a member, as a constructor takes it.
    fn given(&self, asked: &RequiredMembers<'_, '_>, field: &RustField<'_>, object: &SampleValue) -> TokenStream {
        let way = asked.mode(self.context, field);
        if let Some((_, value)) = self.instead.as_ref().filter(|(member, _)| *member == field.member.name) {
            let ty = &field.value;
            return match way {
                PassingMode::Typed => quote!(#ty::from(#value)),
                PassingMode::Into | PassingMode::Plain => value.clone(),
            };
        }
        match way {
            PassingMode::Into => self.into(field.member.ty, self.of(field, object).as_ref()),
            PassingMode::Typed | PassingMode::Plain => self.given_exact(field, object),
        }
    }

    fn given_exact(&self, field: &RustField<'_>, object: &SampleValue) -> TokenStream {
        if let Some((_, value)) = self.instead.as_ref().filter(|(member, _)| *member == field.member.name) {
            return quote!(#value.into());
        }
        let value = self.of(field, object);
        match (field.argument_is_nullable(), value.as_ref()) {
            (true, SampleValue::Null) => quote!(None),
            (true, value) => {
                let value = self.value(field.member.ty, value);
                quote!(Some(#value))
            }
            (false, value) => self.value(field.member.ty, value),
        }
    }

    /// Returns the member's value in the object. If it is missing, the object is of another type: then the smallest
    /// value.
    fn of<'v>(&self, field: &RustField<'_>, object: &'v SampleValue) -> std::borrow::Cow<'v, SampleValue> {
        object.get(&field.member.name).map_or_else(
            || std::borrow::Cow::Owned(self.sampler(SampleForm::Json).value(field.member.ty, None)),
            std::borrow::Cow::Borrowed,
        )
    }

    fn union(&self, id: ir::TypeId, shape: &ir::UnionShape, value: &SampleValue) -> TokenStream {
        let ty = self.context.ty(id);
        let index = self.sampler(SampleForm::Json).variant(shape, value);
        let Some((index, variant)) = index.and_then(|index| Some((index, shape.variants.get(index)?))) else {
            let value = any(value);
            return quote!(#ty::Unknown(#value));
        };
        let name = ident(self.context.names.variant(id, index));
        let value = boxed(variant.boxed, self.value(variant.ty, value));
        quote!(#ty::#name(#value))
    }

    /// Emits the parts of a multipart body.
    pub(super) fn parts(&self, id: ir::TypeId, value: &SampleValue) -> TokenStream {
        if !multipart::is_named(self.context, id) {
            return quote!(glue::Multipart::new());
        }
        let ty = multipart::ty(self.context, id);
        let sampler = self.sampler(SampleForm::Text);
        let file = |part: &ir::Part| {
            let name = format!("{}.bin", part.name);
            let media = part.content_type.as_deref().and_then(media);
            let media = media.map(|media| quote!(.content_type(#media)));
            quote!(runtime::Upload::from_path(#name)#media)
        };
        let one = |part: &ir::Part, exact: bool| {
            // One instance of a repeatable part is enough.
            let given = value.get(&part.name).map(|given| match given {
                SampleValue::List(items) if part.repeated => items.first().unwrap_or(&SampleValue::Null),
                other => other,
            });
            let value = sampler.value(part.ty, given);
            let value = match (&part.content, multipart::taken(self.context, id, part)) {
                (ir::PartContent::Binary, _) => file(part),
                (ir::PartContent::Multipart(inner, _), _) => self.parts(*inner, &value),
                (_, PassingMode::Into) if !exact => self.into(part.ty, &value),
                _ => self.value(part.ty, &value),
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

/// Returns a media type that a range or list contains; `None` for one that the contract decides.
pub(super) fn media(stated: &str) -> Option<&str> {
    let is_open = stated.contains(['*', ',']);
    let of_range = match ir::essence(stated) {
        "image/*" => "image/png",
        "audio/*" => "audio/mpeg",
        "video/*" => "video/mp4",
        "font/*" => "font/woff2",
        "text/*" => "text/plain",
        _ => "application/octet-stream",
    };
    is_open.then(|| ir::concrete(stated).unwrap_or(of_range))
}

/// Returns the marker of the operation whose evidence a later body repeats.
pub(super) fn later(context: &Context<'_>, id: ir::TypeId) -> Option<TokenStream> {
    let ir::Shape::Object(object) = context.shape(id) else {
        return None;
    };
    let created_by = object.members.iter().find_map(|member| match &member.payload_hash {
        Some(ir::PayloadHash::Of(operation)) => Some(operation),
        _ => None,
    })?;
    let (creating, _) = context
        .api
        .operations()
        .find(|(_, operation)| operation.id == *created_by)?;
    let (group, marker) = (
        context.names.group_of(creating)?,
        ident(&context.names.operation(creating).marker),
    );
    let module = ident(&group.module);
    Some(quote!(crate::operations::#module::#marker))
}

fn text(value: &SampleValue) -> TokenStream {
    let text = value.text().unwrap_or_default();
    quote!(#text)
}

fn float(value: &SampleValue) -> TokenStream {
    let value = value.text().and_then(|text| text.parse::<f64>().ok());
    let value = Literal::f64_unsuffixed(value.filter(|value| value.is_finite()).unwrap_or(1.5));
    quote!(#value)
}

/// Emits any JSON value.
fn any(value: &SampleValue) -> TokenStream {
    match value {
        SampleValue::Null => quote!(runtime::JsonValue::Null),
        SampleValue::Bool(value) => quote!(runtime::JsonValue::from(#value)),
        SampleValue::Text(text) => quote!(runtime::JsonValue::from(#text)),
        SampleValue::Number(_) | SampleValue::List(_) | SampleValue::Object(_) => {
            let text = value.print();
            quote!(#text.parse::<runtime::JsonValue>()?)
        }
    }
}

fn scalar(format: ScalarFormat, value: &SampleValue) -> TokenStream {
    let text = value.text().unwrap_or_default();
    match format {
        ScalarFormat::Bool => {
            let value = value.as_bool().unwrap_or(true);
            quote!(#value)
        }
        ScalarFormat::I32 | ScalarFormat::I64 => {
            let value = Literal::i64_unsuffixed(text.parse().unwrap_or(1));
            quote!(#value)
        }
        ScalarFormat::U64 => {
            let value = Literal::u64_unsuffixed(text.parse().unwrap_or(1));
            quote!(#value)
        }
        ScalarFormat::Float => {
            let value = float(value);
            quote!(runtime::Float::from(#value))
        }
        ScalarFormat::Integer
        | ScalarFormat::Number
        | ScalarFormat::Decimal
        | ScalarFormat::Timestamp
        | ScalarFormat::Date => quote!(#text.parse()?),
        ScalarFormat::Base64 => quote!(runtime::Base64::new("bytes")),
        ScalarFormat::Text | ScalarFormat::Binary => quote!(#text),
    }
}
