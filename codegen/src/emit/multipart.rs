//! Bodies of several parts: a struct whose files are uploads, and the parts it becomes.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::context::{Context, ident, prefixed};
use super::docs::{self, Docs};
use super::gates;
use super::model::{Taking, redacting_debug, taking, type_docs};
use crate::ir::{self, PartContent};

/// The struct of a type that is sent as parts: its own name, or one beside it where the type is JSON elsewhere.
pub(crate) fn name(context: &Context<'_>, id: ir::TypeId) -> Option<String> {
    context.parts(id)?;
    let name = context.names.ty(id)?;
    Some(if context.is_form_only(id) {
        name.to_owned()
    } else {
        context.free_name(format!("{name}Parts"), "Parts")
    })
}

/// The types that are sent as parts, with their parts, and those of them that are JSON elsewhere.
pub(crate) fn forms(api: &ir::Api) -> (HashMap<ir::TypeId, &[ir::Part]>, HashSet<ir::TypeId>) {
    let mut forms = HashMap::new();
    for form in api
        .operations
        .iter()
        .filter_map(|operation| operation.body.as_ref())
        .flat_map(|body| &body.forms)
    {
        if let PartContent::Multipart(ty, parts) = &form.content
            && !parts.is_empty()
        {
            forms.entry(*ty).or_insert(parts.as_slice());
        }
    }
    let json = if forms.is_empty() {
        HashSet::new()
    } else {
        json_types(api)
    };
    (forms, json)
}

/// Everything that is read or written as JSON somewhere.
fn json_types(api: &ir::Api) -> HashSet<ir::TypeId> {
    let mut roots = Vec::new();
    for (_, operation) in api.operations() {
        roots.extend(operation.parameters.iter().map(|parameter| parameter.ty));
        let headers = operation.answers.iter().flat_map(|answer| &answer.headers);
        roots.extend(headers.map(|header| header.ty));
        let forms = operation
            .body
            .iter()
            .flat_map(|body| &body.forms)
            .map(|form| &form.content);
        let answers = operation
            .answers
            .iter()
            .flat_map(|answer| &answer.bodies)
            .map(|body| &body.content);
        for content in forms.chain(answers) {
            match content {
                PartContent::Multipart(_, parts) => roots.extend(parts.iter().map(|part| part.ty)),
                other => roots.extend(gates::of_content(other)),
            }
        }
    }
    if let Some(webhooks) = &api.webhooks {
        roots.extend(
            webhooks
                .events
                .iter()
                .map(|event| event.ty)
                .chain([webhooks.envelope.schema]),
        );
    }
    gates::closure(api, roots)
}

/// How the body is said: the struct of parts, or plain parts where the contract names none.
pub(crate) fn ty(context: &Context<'_>, id: ir::TypeId, parts: &[ir::Part]) -> TokenStream {
    let Some(name) = name(context, id).filter(|_| !parts.is_empty()) else {
        return quote!(glue::Multipart);
    };
    let name = ident(&name);
    quote!(crate::models::#name)
}

/// Does the body have a struct of its own?
pub(crate) fn is_named(context: &Context<'_>, id: ir::TypeId, parts: &[ir::Part]) -> bool {
    name(context, id).is_some() && !parts.is_empty()
}

/// The parts that became fields, in order.
pub(crate) fn fields<'a>(context: &Context<'a>, id: ir::TypeId) -> Vec<&'a ir::Part> {
    all(context, id).into_iter().map(|field| field.part).collect()
}

/// The field of a part.
pub(crate) fn field_name(context: &Context<'_>, id: ir::TypeId, part: &ir::Part) -> Ident {
    let found = all(context, id).into_iter().find(|field| field.part.name == part.name);
    found.map_or_else(|| ident(&part.name), |field| field.name)
}

/// The struct of required parts, where two of them could be swapped.
pub(crate) fn required_struct(context: &Context<'_>, id: ir::TypeId) -> Option<Ident> {
    let fields = all(context, id);
    let mut types: Vec<String> = fields
        .iter()
        .filter(|field| field.part.required)
        .map(|field| field.ty().to_string())
        .collect();
    types.sort();
    let name = name(context, id)?;
    let swappable = types.windows(2).any(|pair| pair[0] == pair[1]);
    swappable.then(|| ident(&context.free_name(format!("{name}Required"), "Parts")))
}

fn all<'a>(context: &Context<'a>, id: ir::TypeId) -> Vec<Field<'a>> {
    let (ir::Shape::Object(object), Some(parts)) = (&context.api.ty(id).shape, context.parts(id)) else {
        return Vec::new();
    };
    parts
        .iter()
        .filter_map(|part| field(context, id, object, part))
        .collect()
}

/// A part that became a field.
struct Field<'a> {
    part: &'a ir::Part,
    name: Ident,
    docs: Docs,
    value: TokenStream,
    file: bool,
}

impl Field<'_> {
    fn ty(&self) -> TokenStream {
        let value = &self.value;
        match (self.part.repeated, self.part.required) {
            (true, _) => quote!(Vec<#value>),
            (false, true) => quote!(#value),
            (false, false) => quote!(Option<#value>),
        }
    }
}

/// The struct of a body of several parts.
pub(crate) fn definition(context: &Context<'_>, id: ir::TypeId, name: &str) -> Vec<TokenStream> {
    let fields = all(context, id);
    let ty = ident(name);
    let docs = type_docs(context, id).tokens();
    let members = fields.iter().map(|field| {
        let (docs, name, ty) = (field.docs.tokens(), &field.name, field.ty());
        quote!(#docs pub #name: #ty,)
    });
    let arguments: Vec<&Field<'_>> = fields.iter().filter(|field| field.part.required).collect();
    let required = required_struct(context, id);
    let sensitive = |field: &Field<'_>| field.part.sensitive || (!field.file && context.is_sensitive(field.part.ty));
    let shown: Vec<(&Ident, bool)> = fields.iter().map(|field| (&field.name, sensitive(field))).collect();
    let (derived, debug) = redacting_debug(name, None, &shown);
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
            let (docs, name, ty) = (field.docs.tokens(), &field.name, field.ty());
            quote!(#docs pub #name: #ty,)
        });
        let docs = Docs::ours(format!(
            "The required parts of [`{name}`], by name because some are of one type."
        ))
        .tokens();
        let shown: Vec<(&Ident, bool)> = arguments.iter().map(|field| (&field.name, sensitive(field))).collect();
        let (derived, debug) = redacting_debug(&required.to_string(), None, &shown);
        items.push(quote!(#docs #[derive(#derived Clone)] pub struct #required { #(#members)* } #debug));
    } else if arguments.is_empty() {
        items.push(quote!(impl Default for #ty { fn default() -> Self { Self::new() } }));
    }
    methods.extend(
        fields
            .iter()
            .filter(|field| !field.part.required)
            .map(|field| setter(context, field)),
    );
    methods.push(parts(context, &fields, context.is_always_there(id)));
    items.push(quote!(impl #ty { #(#methods)* }));
    items
}

fn field<'a>(context: &Context<'_>, id: ir::TypeId, object: &ir::ObjectShape, part: &'a ir::Part) -> Option<Field<'a>> {
    let index = object.members.iter().position(|member| member.name == part.name)?;
    let member = object.members.get(index)?;
    let file = matches!(part.content, PartContent::Binary);
    let mut docs = context.docs(&member.text, || format!("The part {}.", docs::code(&part.name)));
    docs.paragraph(
        part.content_type
            .as_ref()
            .map(|kind| format!("Content type: {}.", docs::code(kind))),
    );
    let headers: Vec<String> = part.headers.iter().map(|name| docs::code(name)).collect();
    docs.paragraph(
        (file && !headers.is_empty()).then(|| format!("Headers, by `Upload::header`: {}.", headers.join(", "))),
    );
    let value = if file {
        quote!(sdk_runtime::Upload)
    } else {
        context.ty(part.ty)
    };
    Some(Field {
        part,
        name: ident(context.names.member(id, index)),
        docs,
        value,
        file,
    })
}

fn constructor(
    context: &Context<'_>,
    fields: &[Field<'_>],
    arguments: &[&Field<'_>],
    required: Option<&Ident>,
) -> TokenStream {
    let is_into = |field: &Field<'_>| {
        !field.file && !field.part.repeated && matches!(taking(context, field.part.ty), Taking::Into)
    };
    let values = fields.iter().map(|field| {
        let name = &field.name;
        match (field.part.required, field.part.repeated) {
            (false, true) => quote!(#name: Vec::new(),),
            (false, false) => quote!(#name: None,),
            (true, _) if required.is_some() => quote!(#name: required.#name,),
            (true, _) if is_into(field) => quote!(#name: #name.into(),),
            (true, _) => quote!(#name,),
        }
    });
    let parameters: Vec<TokenStream> = match required {
        Some(required) => vec![quote!(required: #required)],
        None => arguments
            .iter()
            .map(|field| {
                let (name, ty) = (&field.name, field.ty());
                if is_into(field) {
                    quote!(#name: impl Into<#ty>)
                } else {
                    quote!(#name: #ty)
                }
            })
            .collect(),
    };
    quote! {
        /// With every required part.
        pub fn new(#(#parameters),*) -> Self { Self { #(#values)* } }
    }
}

fn setter(context: &Context<'_>, field: &Field<'_>) -> TokenStream {
    let (name, value) = (&field.name, &field.value);
    let method = prefixed("with_", &name.to_string());
    let docs = Docs::ours(format!("Sets [`{name}`](Self::{name}).")).tokens();
    let into = !field.file && matches!(taking(context, field.part.ty), Taking::Into);
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

/// The parts in contract order, which is the order in which they are sent.
fn parts(context: &Context<'_>, fields: &[Field<'_>], unused: bool) -> TokenStream {
    let mut chain = quote!(glue::Multipart::new());
    let mut statements = TokenStream::new();
    for field in fields {
        let (name, wire) = (&field.name, &field.part.name);
        let always = field.part.required && !field.part.repeated;
        let value = if always { quote!(&self.#name) } else { quote!(value) };
        let add = added(context, field, wire, &value);
        if always && statements.is_empty() {
            chain = quote!(#chain #add);
            continue;
        }
        statements.extend(match (field.part.repeated, field.part.required) {
            (true, _) => quote!(for value in &self.#name { parts = parts #add; }),
            (false, true) => quote!(parts = parts #add;),
            (false, false) => quote!(if let Some(value) = &self.#name { parts = parts #add; }),
        });
    }
    let body = if statements.is_empty() {
        chain
    } else {
        quote!(let mut parts = #chain; #statements parts)
    };
    let unused = unused.then(|| quote!(#[allow(dead_code)]));
    quote!(#unused pub(crate) fn parts(&self) -> glue::Multipart { #body })
}

fn added(context: &Context<'_>, field: &Field<'_>, wire: &str, value: &TokenStream) -> TokenStream {
    let scalar = super::operation::is_scalar(context, field.part.ty);
    if let Some((style, explode)) = field.part.style {
        let (style, value) = (super::operation::style(style), value.clone());
        let value = if scalar {
            quote!(glue::Param::one(#value))
        } else {
            super::operation::param(context, field.part.ty, &value)
        };
        return quote!(.styled(#wire, &#value, #style, #explode));
    }
    match (field.file, &field.part.content) {
        (true, _) => {
            let kind = field
                .part
                .content_type
                .as_ref()
                .filter(|kind| !kind.contains([',', '*']));
            let kind = kind.map_or(quote!(None), |kind| quote!(Some(#kind)));
            quote!(.file(#wire, #value, #kind))
        }
        (false, PartContent::Text) if scalar => quote!(.text(#wire, #value)),
        _ => quote!(.json(#wire, #value)),
    }
}
