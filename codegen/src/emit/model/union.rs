//! A union of several types to an enum: the variant follows from a tag member, else from the shape. Where several
//! shapes fit, the runtime chooses the variant that describes the most of the value.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::super::bridges::{bridges, json};
use super::super::context::Context;
use super::super::docs;
use super::super::tokens::{RustType, array, boxed, ident, record};
use sdkwright_contract::ir;
use sdkwright_contract::source::number;

pub(super) fn definition(
    context: &Context<'_>,
    id: ir::TypeId,
    name: &str,
    shape: &ir::UnionShape,
) -> Vec<TokenStream> {
    let (ty, type_docs) = (ident(name), context.docs_of_type(id).tokens());
    let variants: Vec<_> = (0..shape.variants.len())
        .map(|index| ident(context.names.variant(id, index)))
        .collect();
    let types: Vec<RustType> = shape.variants.iter().map(|variant| context.ty(variant.ty)).collect();
    let members = shape
        .variants
        .iter()
        .zip(variants.iter().zip(&types))
        .map(|(variant, (name, ty))| {
            let held = if variant.boxed { quote!(Box<#ty>) } else { quote!(#ty) };
            let docs = variant_docs(context, shape, variant).tokens();
            quote!(#docs #name(#held),)
        });
    let tag = shape.discriminator.as_ref().map(|discriminator| &discriminator.member);
    let by_shape = tag
        .is_none_or(|tag| default(shape).is_some() || !always_tagged(context, shape, tag))
        .then(|| shapes(shape));
    let read = match (tag, &by_shape) {
        (Some(tag), shapes) => by_tag(tag, shape, &variants, shapes.is_some()),
        (None, _) => self::by_shape(shape, &variants),
    };
    let told_by_shape = by_shape
        .map(|shapes| quote!(impl #ty { const SHAPES: &'static [&'static [glue::Shape]] = &[#(&[#(#shapes),*]),*]; }));
    let shown = tag.map_or(quote!(None), |tag| quote!(Some(#tag)));
    let mut items = vec![quote! {
        #type_docs
        #[derive(Clone, PartialEq)]
        #[non_exhaustive]
        pub enum #ty {
            #(#members)*
            /// A value that this version of the contract does not declare, as received.
            Unknown(runtime::JsonValue),
        }
    }];
    items.extend(told_by_shape);
    if context.api.ty(id).directions.request {
        items.extend(conversions(context, &ty, shape, &variants, &types));
    }
    let sensitive = context.api.ty(id).sensitive;
    let values = shape.variants.iter().map(|variant| {
        if sensitive || context.is_shown_by_itself(variant.ty) {
            quote!(hidden)
        } else {
            quote!(value)
        }
    });
    let unknown = if sensitive {
        quote!(hidden(value))
    } else {
        quote!(unknown(#shown, value))
    };
    let write = quote! {
        match self {
            #(Self::#variants(value) => w.#values(value),)*
            Self::Unknown(value) => w.#unknown,
        }
    };
    items.push(json(&ty, &read, &write));
    items.push(bridges(context, id, name, true));
    items
}

fn variant_docs(context: &Context<'_>, shape: &ir::UnionShape, variant: &ir::Variant) -> docs::Docs {
    let mut docs = context.docs(&context.api.ty(variant.ty).text, String::new);
    if let (Some(discriminator), false) = (&shape.discriminator, variant.tags.is_empty()) {
        let tags = variant
            .tags
            .iter()
            .map(|tag| docs::code(tag))
            .collect::<Vec<_>>()
            .join(" or ");
        let others = if variant.is_default {
            ", is missing or has another value"
        } else {
            ""
        };
        docs.paragraph([format!(
            "Selected if {} is {tags}{others}.",
            docs::code(&discriminator.member)
        )]);
    }
    docs
}

/// Returns true if the contract requires the tag in every value of the union; inner unions are included.
fn always_tagged(context: &Context<'_>, shape: &ir::UnionShape, tag: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut open: Vec<ir::TypeId> = shape.variants.iter().map(|variant| variant.ty).collect();
    while let Some(id) = open.pop() {
        match context.shape(id) {
            ir::Shape::Object(object) => {
                let is_tag = |member: &ir::Member| {
                    let required = matches!(member.presence, ir::Presence::Required | ir::Presence::RequiredNullable);
                    required && member.name == tag
                };
                if !object.members.iter().any(is_tag) {
                    return false;
                }
            }
            ir::Shape::Union(inner) if seen.insert(id) => open.extend(inner.variants.iter().map(|variant| variant.ty)),
            ir::Shape::Union(_) => {}
            _ => return false,
        }
    }
    true
}

/// Emits the choice by tag, and by shape for values without one, if the contract allows them.
fn by_tag(tag: &str, shape: &ir::UnionShape, variants: &[proc_macro2::Ident], has_shapes: bool) -> TokenStream {
    let arms = shape.variants.iter().zip(variants).map(|(variant, name)| {
        let tags = &variant.tags;
        quote!(#(Some(#tags))|* => Self::#name(v.decode()),)
    });
    let has_default = default(shape).is_some();
    let untagged = has_shapes.then(|| {
        let read = by_shape(shape, variants);
        let others = if has_default { quote!(_) } else { quote!(None) };
        quote!(#others => #read,)
    });
    let unknown = (!has_default).then(|| quote!(_ => Self::Unknown(v.unknown()),));
    // A number has several spellings: `2.0` is `2`.
    let tags = shape.variants.iter().flat_map(|variant| &variant.tags);
    let numbers: Vec<&String> = tags.filter(|tag| number::normalized(tag).is_some()).collect();
    let found = match numbers.as_slice() {
        [] => quote!(v.tag(#tag)),
        numbers => quote!(v.tag_among(#tag, &[#(#numbers),*])),
    };
    quote! {
        match #found {
            #(#arms)*
            #untagged
            #unknown
        }
    }
}

/// Returns the variant of a value whose tag is missing or unknown.
fn default(shape: &ir::UnionShape) -> Option<usize> {
    shape.variants.iter().position(|variant| variant.is_default)
}

/// Returns the variants that a value can have by its shape, in the order of their test.
fn tested(shape: &ir::UnionShape) -> Vec<usize> {
    default(shape).map_or_else(|| shape.order.clone(), |only| vec![only])
}

/// Emits the choice by shape. The places of the variants are those of their shapes.
fn by_shape(shape: &ir::UnionShape, variants: &[proc_macro2::Ident]) -> TokenStream {
    let arms = tested(shape).into_iter().enumerate().filter_map(|(place, index)| {
        let (place, name) = (proc_macro2::Literal::usize_unsuffixed(place), variants.get(index)?);
        Some(quote!(#place => Self::#name(v.decode()),))
    });
    quote! {
        v.one_of(Self::SHAPES, |v, place| match place {
            #(#arms)*
            _ => Self::Unknown(v.decode()),
        })
    }
}

/// Emits the shapes of each variant, in the order of their test.
fn shapes(shape: &ir::UnionShape) -> Vec<Vec<TokenStream>> {
    let ordered = tested(shape);
    let ordered = ordered.iter().filter_map(|index| shape.variants.get(*index));
    ordered.map(|variant| shapes_of(&variant.probes)).collect()
}

fn shapes_of(probes: &[ir::Probe]) -> Vec<TokenStream> {
    let (plain, told): (Vec<&ir::Probe>, Vec<&ir::Probe>) = probes
        .iter()
        .partition(|probe| probe.required.is_empty() && probe.constants.is_empty());
    let mut shapes = Vec::new();
    if !plain.is_empty() {
        let kinds: BTreeSet<&str> = plain.iter().flat_map(|probe| kinds(probe.kind)).collect();
        let kinds = kinds.into_iter().map(ident);
        shapes.push(quote!(glue::Shape { kinds: #(glue::#kinds)|*, required: &[], constants: &[] }));
    }
    shapes.extend(told.into_iter().map(|probe| {
        let kinds = kinds(probe.kind).map(ident);
        let constants = probe.constants.iter().map(|(member, values)| {
            let texts = array(values.iter().map(ir::Scalar::text));
            quote!((#member, #texts))
        });
        record!(glue::Shape {
            kinds: quote!(#(glue::#kinds)|*),
            required: array(&probe.required),
            constants: array(constants),
        })
    }));
    shapes
}

/// Returns the runtime's names of a JSON kind; `None`: all of them.
fn kinds(kind: Option<ir::JsonKind>) -> impl Iterator<Item = &'static str> {
    let named = kind.map(|kind| format!("{kind:?}").to_uppercase());
    let all = ["NULL", "BOOL", "NUMBER", "STRING", "ARRAY", "OBJECT"].into_iter();
    all.filter(move |one| named.as_ref().is_none_or(|named| named == one))
}

/// Emits `From` for every variant with a nominal type that no other variant has.
fn conversions(
    context: &Context<'_>,
    ty: &proc_macro2::Ident,
    shape: &ir::UnionShape,
    variants: &[proc_macro2::Ident],
    types: &[RustType],
) -> Vec<TokenStream> {
    let all = shape.variants.iter().zip(variants.iter().zip(types));
    let is_alone = |variant: &ir::Variant| {
        let ty = context.resolve(variant.ty);
        let same = shape.variants.iter().filter(|other| context.resolve(other.ty) == ty);
        same.count() == 1
    };
    all.filter(|(variant, _)| context.is_nominal(variant.ty) && is_alone(variant))
        .map(|(variant, (name, held))| {
            let value = boxed(variant.boxed, quote!(value));
            quote!(impl From<#held> for #ty { fn from(value: #held) -> Self { Self::#name(#value) } })
        })
        .collect()
}
