//! Multipart bodies: a struct whose files are uploads, and its conversion to parts.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::bridges::{DebugForm, is_scalar, param, redacting_debug, style};
use super::context::Context;
use super::docs::{self, Docs};
use super::positions::{PassingMode, Position, Positions, takes_into};
use super::tokens::{RustType, field_value, ident, prefixed};
use super::usage::encodings;
use sdkwright_contract::ir::{self, PartContent};

/// Returns the name of the struct of a type that is sent as parts: its own name, or a derived one if the type is also
/// JSON.
pub(crate) fn name(context: &Context<'_>, id: ir::TypeId) -> Option<String> {
    context.parts(id)?;
    if context.is_form_only(id) {
        return Some(context.names.ty(id)?.to_owned());
    }
    let name = context.names.ty(context.resolve(id))?;
    Some(context.free_name(format!("{name}Parts"), "Parts"))
}

/// Returns the private method that makes the parts with an operation's encoding.
pub(crate) fn method(context: &Context<'_>, id: ir::TypeId, parts: &[ir::Part]) -> Ident {
    let ways = context.parts(id).unwrap_or_default();
    nth(ways
        .iter()
        .position(|known| encodings(known) == encodings(parts))
        .unwrap_or(0))
}

fn nth(way: usize) -> Ident {
    match way {
        0 => ident("parts"),
        others => ident(&format!("parts_{}", others + 1)),
    }
}

/// Emits the type of the body: the struct of parts, or plain parts if the contract names none.
pub(crate) fn ty(context: &Context<'_>, id: ir::TypeId) -> RustType {
    name(context, id).map_or(RustType::Glue("Multipart"), RustType::Model)
}

/// Returns true if the body has its own struct.
pub(crate) fn is_named(context: &Context<'_>, id: ir::TypeId) -> bool {
    name(context, id).is_some()
}

/// Returns the parts that became fields, in order.
pub(crate) fn fields<'a>(context: &Context<'a>, id: ir::TypeId) -> Vec<&'a ir::Part> {
    let fields = all(context, id).into_iter().map(|field| field.part);
    fields.filter(|part| !part.further).collect()
}

/// Returns the type of the field for further parts.
pub(crate) fn further_ty(context: &Context<'_>, id: ir::TypeId) -> Option<RustType> {
    let fields = all(context, id);
    fields.iter().find(|field| field.part.further).map(PartField::ty)
}

/// Returns the field of a part.
pub(crate) fn field_name(context: &Context<'_>, id: ir::TypeId, part: &ir::Part) -> Ident {
    let found = all(context, id).into_iter().find(|field| field.part.name == part.name);
    found.map_or_else(|| ident(&part.name), |field| field.name)
}

/// Returns the struct of required parts, if two of them could be swapped.
pub(crate) fn required_struct(context: &Context<'_>, id: ir::TypeId) -> Option<Ident> {
    let name = name(context, id)?;
    let swappable = positions(context, &all(context, id)).are_swappable();
    swappable.then(|| ident(&context.free_name(format!("{name}Required"), "Parts")))
}

/// Returns the form in which the constructor takes a positional part.
pub(crate) fn taken(context: &Context<'_>, id: ir::TypeId, part: &ir::Part) -> PassingMode {
    let fields = all(context, id);
    let found = fields.iter().find(|field| field.part.name == part.name);
    found.map_or(PassingMode::Plain, |field| {
        positions(context, &fields).mode(&field.position(context))
    })
}

/// Returns the arguments of the constructor.
fn positions(context: &Context<'_>, fields: &[PartField<'_>]) -> Positions {
    let required = fields.iter().filter(|field| field.part.required);
    Positions(required.map(|field| field.position(context)).collect())
}

fn all<'a>(context: &Context<'a>, id: ir::TypeId) -> Vec<PartField<'a>> {
    let id = context.resolve(id);
    let (ir::Shape::Object(object), Some(ways)) = (&context.api.ty(id).shape, context.parts(id)) else {
        return Vec::new();
    };
    let places = 0..ways.first().map_or(0, |parts| parts.len());
    places
        .filter_map(|at| {
            let parts: Vec<&ir::Part> = ways.iter().filter_map(|parts| parts.get(at)).collect();
            match parts.first()? {
                part if part.further => further(context, id, object, part),
                _ => field(context, id, object, &parts),
            }
        })
        .collect()
}

/// A part that became a field.
struct PartField<'a> {
    /// The part in one of its encodings: preferably as a file, which can hold any value, then one that repeats it, since a list can also
    /// be sent whole, then one with the type of the member.
    part: &'a ir::Part,
    name: Ident,
    docs: Docs,
    value: RustType,
    file: bool,
    sensitive: bool,
}

impl PartField<'_> {
    fn ty(&self) -> RustType {
        let value = self.value.clone();
        match (self.part.repeated, self.part.required) {
            (true, _) if self.part.further => RustType::Runtime("Map", vec![value.list()]),
            (false, _) if self.part.further => RustType::Runtime("Map", vec![value]),
            (true, _) => value.list(),
            (false, true) => value,
            (false, false) => value.option(),
        }
    }
}

impl PartField<'_> {
    fn position(&self, context: &Context<'_>) -> Position {
        let ty = self.ty();
        if self.file {
            return Position::typed(ty);
        }
        Position::new(context, self.part.ty, ty, !self.part.repeated)
    }
}

/// Emits the struct of a multipart body.
pub(crate) fn definition(context: &Context<'_>, id: ir::TypeId, name: &str) -> Vec<TokenStream> {
    let fields = all(context, id);
    let ty = ident(name);
    let docs = context.docs_of_type(id).tokens();
    let members = fields.iter().map(|field| {
        let (docs, name, ty) = (field.docs.tokens(), &field.name, field.ty());
        quote!(#docs pub #name: #ty,)
    });
    let arguments: Vec<&PartField<'_>> = fields.iter().filter(|field| field.part.required).collect();
    let required = required_struct(context, id);
    let hidden = context.api.ty(context.resolve(id)).sensitive;
    let sensitive = |field: &PartField<'_>| hidden || field.sensitive || context.is_sensitive(field.part.ty);
    let shown = fields.iter().map(|field| match sensitive(field) {
        true => (&field.name, DebugForm::Redacted),
        // A map shows itself only if its values are JSON.
        false if field.part.further && field.file => (&field.name, DebugForm::Pairs),
        false => (&field.name, DebugForm::Whole),
    });
    let (derived, debug) = redacting_debug(name, &shown.collect::<Vec<_>>());
    let mut items = vec![quote! {
        #docs
        #[derive(#derived Clone)]
        #[non_exhaustive]
        pub struct #ty { #(#members)* }
    }];
    items.push(debug);
    let mut methods = vec![constructor(context, &fields, &arguments, required.as_ref())];
    if let Some(required) = required {
        let members = arguments.iter().map(|field| {
            let (docs, name, ty) = (field.docs.comment(), &field.name, field.ty());
            quote!(#docs pub #name: #ty,)
        });
        let docs = Docs::ours(format!(
            "The required parts of [`{name}`] as named fields, since arguments of one type could be swapped."
        ))
        .tokens();
        items.push(quote!(#docs pub struct #required { #(#members)* }));
    } else if arguments.is_empty() {
        items.push(quote!(impl Default for #ty { fn default() -> Self { Self::new() } }));
    }
    methods.extend(
        fields
            .iter()
            .filter(|field| !field.part.required)
            .map(|field| setter(context, field)),
    );
    let ways = context.parts(id).unwrap_or_default().iter().enumerate();
    methods.extend(ways.map(|(at, way)| parts(context, id, &fields, way, &nth(at))));
    items.push(quote!(impl #ty { #(#methods)* }));
    items
}

/// Returns the field of a part, which the encodings of the body declare one by one; `None` if no member has its name.
fn field<'a>(
    context: &Context<'_>,
    id: ir::TypeId,
    object: &ir::ObjectShape,
    encodings: &[&'a ir::Part],
) -> Option<PartField<'a>> {
    let name = &encodings.first()?.name;
    let index = object.members.iter().position(|member| member.name == *name)?;
    let member = object.members.get(index)?;
    let is_file = |part: &ir::Part| part.content == PartContent::Binary;
    let preference = |part: &&&ir::Part| (is_file(part), part.repeated, part.ty == member.ty);
    let part = *encodings.iter().rev().max_by_key(preference)?;
    let file = is_file(part);
    let mut docs = context.docs(&member.text, || match part.position {
        Some(_) if part.repeated => "The parts after these, in order.".to_owned(),
        Some(at) => format!("Part {} of the body.", at + 1),
        None => format!("The part {}.", docs::code(&part.name)),
    });
    let kinds: BTreeSet<&String> = encodings.iter().filter_map(|part| part.content_type.as_ref()).collect();
    let kinds: Vec<String> = kinds.into_iter().map(|kind| docs::code(kind)).collect();
    docs.paragraph((!kinds.is_empty()).then(|| format!("Content type: {}.", kinds.join(" or "))));
    let mut headers: Vec<String> = Vec::new();
    for name in encodings
        .iter()
        .flat_map(|part| &part.headers)
        .map(|name| docs::code(name))
    {
        if !headers.contains(&name) {
            headers.push(name);
        }
    }
    docs.paragraph(
        (file && !headers.is_empty()).then(|| format!("Headers, by `Upload::header`: {}.", headers.join(", "))),
    );
    Some(PartField {
        part,
        name: ident(context.names.member(id, index)),
        docs,
        value: value(context, part, file),
        file,
        sensitive: encodings.iter().any(|part| part.sensitive),
    })
}

/// Returns the field for the parts that the contract does not declare by name.
fn further<'a>(
    context: &Context<'_>,
    id: ir::TypeId,
    object: &ir::ObjectShape,
    part: &'a ir::Part,
) -> Option<PartField<'a>> {
    // Values of any type are not described.
    let ir::Additional::Typed(_) = object.additional else {
        return None;
    };
    let file = matches!(part.content, PartContent::Binary);
    Some(PartField {
        part,
        name: ident(context.names.additional(id, object)),
        docs: Docs::ours("Parts that the contract does not declare by name, of the type that it declares for them. They are sent after the others, in this order.".to_owned()),
        value: value(context, part, file),
        file,
        sensitive: part.sensitive,
    })
}

fn value(context: &Context<'_>, part: &ir::Part, file: bool) -> RustType {
    match part.content {
        _ if file => RustType::runtime("Upload"),
        PartContent::Multipart(id, _) => ty(context, id),
        _ => context.ty(part.ty),
    }
}

fn constructor(
    context: &Context<'_>,
    fields: &[PartField<'_>],
    arguments: &[&PartField<'_>],
    required: Option<&Ident>,
) -> TokenStream {
    let positions = positions(context, fields);
    let mode = |field: &PartField<'_>| positions.mode(&field.position(context));
    let values = fields.iter().map(|field| {
        let name = &field.name;
        match (field.part.required, field.part.repeated) {
            _ if field.part.further => quote!(#name: runtime::Map::new(),),
            (false, true) => quote!(#name: Vec::new(),),
            (false, false) => quote!(#name: None,),
            (true, _) if required.is_some() => quote!(#name: required.#name,),
            (true, _) => field_value(name, &mode(field).value(name)),
        }
    });
    let parameters: Vec<TokenStream> = match required {
        Some(required) => vec![quote!(required: #required)],
        None => arguments
            .iter()
            .map(|field| mode(field).declared(&field.name, &field.ty()))
            .collect(),
    };
    quote! {
        /// With every required part.
        pub fn new(#(#parameters),*) -> Self { Self { #(#values)* } }
    }
}

fn setter(context: &Context<'_>, field: &PartField<'_>) -> TokenStream {
    let (name, value) = (&field.name, &field.value);
    let method = prefixed("with_", &name.to_string());
    let mut docs = Docs::ours(format!("Sets [`{name}`](Self::{name})."));
    let docs = docs.deprecated(field.docs.attribute()).tokens();
    let into = takes_into(context, field.part.ty);
    if field.part.further {
        let ty = field.ty();
        return quote! {
            #docs
            /// A name that the contract declares makes the request fail before it is sent.
            pub fn #method(mut self, #name: #ty) -> Self { self.#name = #name; self }
        };
    }
    match (field.part.repeated, into) {
        (true, _) => quote!(#docs pub fn #method(mut self, #name: Vec<#value>) -> Self { self.#name = #name; self }),
        (false, true) => {
            quote!(#docs pub fn #method(mut self, #name: impl Into<#value>) -> Self { self.#name = Some(#name.into()); self })
        }
        (false, false) => {
            quote!(#docs pub fn #method(mut self, #name: #value) -> Self { self.#name = Some(#name); self })
        }
    }
}

/// Emits the parts in contract order, in which they are sent.
fn parts(
    context: &Context<'_>,
    id: ir::TypeId,
    fields: &[PartField<'_>],
    way: &[ir::Part],
    method: &Ident,
) -> TokenStream {
    let known: Vec<&str> = match context.shape(id) {
        ir::Shape::Object(object) => object.members.iter().map(|member| member.name.as_str()).collect(),
        _ => Vec::new(),
    };
    let mut chain = if way.iter().any(|part| part.position.is_some()) {
        quote!(glue::Multipart::by_position())
    } else {
        quote!(glue::Multipart::new())
    };
    let mut statements = TokenStream::new();
    for field in fields {
        let is_same = |part: &&ir::Part| (part.further, &part.name) == (field.part.further, &field.part.name);
        let Some(part) = way.iter().find(is_same) else {
            continue;
        };
        let name = &field.name;
        if part.further {
            let add = added(context, field.part, part, &quote!(value));
            let checked = quote!(parts = parts.further(&[#(#known),*], name));
            statements.extend(if part.repeated {
                quote! {
                    for (name, values) in self.#name.iter() {
                        #checked;
                        for value in values { parts = parts #add; }
                    }
                }
            } else {
                quote!(for (name, value) in self.#name.iter() { #checked #add; })
            });
            continue;
        }
        let always = part.required && !field.part.repeated;
        let value = match part.content {
            PartContent::Multipart(..) if always => quote!(self.#name),
            _ if always => quote!(&self.#name),
            _ => quote!(value),
        };
        let add = added(context, field.part, part, &value);
        let may_lack = |other: &ir::Part| !other.repeated && !other.required && other.position < part.position;
        let position = part.position.filter(|_| way.iter().any(may_lack)).map(|at| {
            let (at, name) = (Literal::usize_unsuffixed(at), &part.name);
            quote!(.after(#at, #name))
        });
        let add = quote!(#position #add);
        if always && statements.is_empty() {
            chain = quote!(#chain #add);
            continue;
        }
        statements.extend(match (field.part.repeated, part.repeated, part.required) {
            (true, true, _) => quote!(for value in &self.#name { parts = parts #add; }),
            (true, false, _) => quote!(
                let value = &self.#name;
                if !value.is_empty() { parts = parts #add; }
            ),
            (false, _, true) => quote!(parts = parts #add;),
            (false, _, false) => quote!(if let Some(value) = &self.#name { parts = parts #add; }),
        });
    }
    let body = if statements.is_empty() {
        chain
    } else {
        quote!(let mut parts = #chain; #statements parts)
    };
    let unused = context.is_always_there(id).then(|| quote!(#[allow(dead_code)]));
    quote!(#unused pub(crate) fn #method(&self) -> glue::Multipart { #body })
}

/// Emits the call that adds a value of the field's part, as this encoding sends it.
fn added(context: &Context<'_>, field: &ir::Part, part: &ir::Part, value: &TokenStream) -> TokenStream {
    let wire = &part.name;
    let wire = if part.further {
        quote!(name.to_owned())
    } else {
        quote!(#wire)
    };
    let kind = part.content_type.as_ref();
    if let PartContent::Multipart(id, parts) = &part.content {
        let media = kind.and_then(|kinds| ir::concrete(kinds)).unwrap_or("multipart/mixed");
        let method = method(context, *id, parts);
        return quote!(.parts(#wire, #value.#method(), #media));
    }
    if field.content == PartContent::Binary {
        let kind = kind.map_or(quote!(None), |kind| quote!(Some(#kind)));
        return quote!(.file(#wire, #value, #kind));
    }
    let ty = if part.repeated == field.repeated {
        field.ty
    } else {
        part.ty
    };
    let scalar = is_scalar(context, ty);
    if let Some((style, explode)) = part.style {
        let (style, value) = (self::style(style), value.clone());
        let value = if scalar {
            quote!(glue::Param::one(#value))
        } else {
            param(context, ty, &value)
        };
        return quote!(.styled(#wire, &#value, #style, #explode));
    }
    let is_structured = matches!(
        context.shape(ty),
        ir::Shape::Object(_) | ir::Shape::Array(_) | ir::Shape::Map(..)
    );
    let is_json = matches!(part.content, PartContent::Json(_)) && (is_structured || part.content_type.is_some());
    let add = match &part.content {
        _ if is_json => quote!(.json(#wire, #value)),
        PartContent::Text if scalar => quote!(.text(#wire, #value)),
        _ => quote!(.value(#wire, #value)),
    };
    let kind = kind
        .and_then(|kinds| ir::concrete(kinds))
        .filter(|kind| !is_json || !kind.eq_ignore_ascii_case("application/json"));
    let kind = kind.map(|kind| quote!(.content_type(#kind)));
    quote!(#add #kind)
}
