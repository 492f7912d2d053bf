//! One of several types to an enum: the variant is told by a member, else by its shape, and never by trying.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

use super::super::context::{Context, ident};
use super::super::docs;
use super::enumeration::{Literals, text_of};
use super::{bridges, type_docs};
use crate::ir;

pub(super) fn definition(
    context: &Context<'_>,
    id: ir::TypeId,
    name: &str,
    shape: &ir::UnionShape,
) -> Vec<TokenStream> {
    let (ty, type_docs) = (ident(name), type_docs(context, id).tokens());
    let variants: Vec<_> = (0..shape.variants.len())
        .map(|index| ident(context.names.variant(id, index)))
        .collect();
    let types: Vec<TokenStream> = shape.variants.iter().map(|variant| context.ty(variant.ty)).collect();
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
    let read = match tag {
        Some(tag) => by_tag(tag, shape, &variants),
        None => by_shape(&variants),
    };
    let shapes = tag.is_none().then(|| {
        let shapes = shape.variants.iter().map(|variant| shape_of(context, variant.ty));
        quote!(impl #ty { const SHAPES: &'static [glue::Shape] = &[#(#shapes),*]; })
    });
    let shown = tag.map_or(quote!(None), |tag| quote!(Some(#tag)));
    let mut items = vec![quote! {
        #type_docs
        #[derive(Clone, PartialEq)]
        #[non_exhaustive]
        pub enum #ty {
            #(#members)*
            /// Something that this version of the contract does not name, as it arrived.
            Unknown(sdk_runtime::JsonValue),
        }
    }];
    items.extend(shapes);
    items.extend(conversions(context, &ty, shape, &variants, &types));
    items.push(quote! {
        impl glue::Json for #ty {
            #[inline]
            fn read(value: glue::Value<'_>) -> Self { #read }

            #[inline]
            fn write(&self, w: &mut glue::Writer) {
                match self {
                    #(Self::#variants(value) => glue::Json::write(value, w),)*
                    Self::Unknown(value) => w.unknown(#shown, value),
                }
            }
        }
    });
    items.push(bridges(name, true, true));
    items
}

fn variant_docs(context: &Context<'_>, shape: &ir::UnionShape, variant: &ir::Variant) -> docs::Docs {
    let mut docs = context.docs(&context.api.ty(variant.ty).text, || {
        "One of the possibilities.".to_owned()
    });
    if let (Some(discriminator), false) = (&shape.discriminator, variant.tags.is_empty()) {
        let tags = variant
            .tags
            .iter()
            .map(|tag| docs::code(tag))
            .collect::<Vec<_>>()
            .join(" or ");
        docs.paragraph([format!("Told by {} being {tags}.", docs::code(&discriminator.member))]);
    }
    docs
}

fn by_tag(tag: &str, shape: &ir::UnionShape, variants: &[proc_macro2::Ident]) -> TokenStream {
    let arms = shape
        .variants
        .iter()
        .zip(variants)
        .filter(|(variant, _)| !variant.tags.is_empty())
        .map(|(variant, name)| {
            let tags = &variant.tags;
            quote!(#(Some(#tags))|* => Self::#name(value.read()),)
        });
    quote! {
        match value.tag(#tag) {
            #(#arms)*
            _ => Self::Unknown(value.read()),
        }
    }
}

fn by_shape(variants: &[proc_macro2::Ident]) -> TokenStream {
    let arms = variants.iter().enumerate().map(|(index, name)| {
        let index = proc_macro2::Literal::usize_unsuffixed(index);
        quote!(Some(#index) => Self::#name(value.read()),)
    });
    quote! {
        match value.choose(Self::SHAPES) {
            #(#arms)*
            _ => Self::Unknown(value.read()),
        }
    }
}

/// `From` for every variant whose type no other variant has.
fn conversions(
    context: &Context<'_>,
    ty: &proc_macro2::Ident,
    shape: &ir::UnionShape,
    variants: &[proc_macro2::Ident],
    types: &[TokenStream],
) -> Vec<TokenStream> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for one in types {
        *seen.entry(one.to_string()).or_default() += 1;
    }
    let alone = |one: &TokenStream| seen.get(&one.to_string()) == Some(&1);
    let all = shape.variants.iter().zip(variants.iter().zip(types));
    all.filter(|(variant, (_, held))| context.is_nominal(variant.ty) && alone(held))
        .map(|(variant, (name, held))| {
            let value = if variant.boxed {
                quote!(Box::new(value))
            } else {
                quote!(value)
            };
            quote!(impl From<#held> for #ty { fn from(value: #held) -> Self { Self::#name(#value) } })
        })
        .collect()
}

/// What can be seen of a type without reading it.
fn shape_of(context: &Context<'_>, id: ir::TypeId) -> TokenStream {
    let mut seen = Seen::default();
    seen.look(context, id, 0);
    let kinds = seen.kinds.iter().map(|kind| ident(kind));
    let required = &seen.required;
    let constants = seen
        .constants
        .iter()
        .map(|(member, texts)| quote!((#member, &[#(#texts),*])));
    quote!(glue::Shape { kinds: #(glue::#kinds)|*, required: &[#(#required),*], constants: &[#(#constants),*] })
}

#[derive(Default)]
struct Seen {
    kinds: Vec<&'static str>,
    required: Vec<String>,
    constants: Vec<(String, Vec<String>)>,
}

impl Seen {
    fn kind(&mut self, kind: &'static str) {
        if !self.kinds.contains(&kind) {
            self.kinds.push(kind);
        }
    }

    fn look(&mut self, context: &Context<'_>, id: ir::TypeId, depth: usize) {
        const ALL: [&str; 6] = ["NULL", "BOOL", "NUMBER", "STRING", "ARRAY", "OBJECT"];
        match context.shape(id) {
            ir::Shape::Null => self.kind("NULL"),
            ir::Shape::Scalar(format, _) | ir::Shape::Newtype(format, _) => self.scalar(*format),
            ir::Shape::Array(_) | ir::Shape::Tuple(..) => self.kind("ARRAY"),
            ir::Shape::Map(_) => self.kind("OBJECT"),
            ir::Shape::Object(object) => self.object(context, object),
            ir::Shape::Enum(shape) => self.literals(shape),
            ir::Shape::Nullable(inner) if depth < 16 => {
                self.kind("NULL");
                self.look(context, *inner, depth + 1);
            }
            // A union inside a union: what any of its variants may be; members are told again when it is read.
            ir::Shape::Union(union) if depth < 16 => {
                for variant in &union.variants {
                    let mut inner = Self::default();
                    inner.look(context, variant.ty, depth + 1);
                    inner.kinds.into_iter().for_each(|kind| self.kind(kind));
                }
            }
            _ => ALL.into_iter().for_each(|kind| self.kind(kind)),
        }
    }

    fn scalar(&mut self, format: ir::ScalarFormat) {
        self.kind(match format {
            ir::ScalarFormat::Bool => "BOOL",
            ir::ScalarFormat::I32 | ir::ScalarFormat::I64 | ir::ScalarFormat::U64 | ir::ScalarFormat::Integer => {
                "INTEGER"
            }
            ir::ScalarFormat::Float | ir::ScalarFormat::Number => "NUMBER",
            _ => "STRING",
        });
        if format == ir::ScalarFormat::Decimal {
            self.kind("NUMBER");
        }
    }

    fn object(&mut self, context: &Context<'_>, object: &ir::ObjectShape) {
        self.kind("OBJECT");
        for member in &object.members {
            let there = matches!(member.presence, ir::Presence::Required | ir::Presence::RequiredNullable);
            if there && !member.read_only && !member.write_only && member.bound.is_none() {
                self.required.push(member.name.clone());
            }
            if let (Some(constant), ir::Shape::Enum(_) | ir::Shape::Scalar(..)) =
                (&member.constant, context.shape(member.ty))
            {
                self.constants.push((member.name.clone(), vec![text_of(constant)]));
            }
        }
    }

    fn literals(&mut self, shape: &ir::EnumShape) {
        match Literals::of(shape) {
            Literals::Text => self.kind("STRING"),
            Literals::Whole => self.kind("INTEGER"),
            Literals::Truth => self.kind("BOOL"),
            Literals::Mixed => ["NULL", "BOOL", "NUMBER", "STRING"]
                .into_iter()
                .for_each(|kind| self.kind(kind)),
        }
    }
}
