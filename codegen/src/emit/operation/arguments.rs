//! Parameters to arguments: required ones are arguments, optional ones are methods of the call.

use std::collections::HashMap;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use sdkwright_contract::ir;
use sdkwright_contract::ir::{ParameterLocation, ParameterStyle};

use super::super::bridges::{is_scalar, param, style};
use super::super::context::Context;
use super::super::docs::Docs;
use super::super::positions::{Position, Positions, takes_into};
use super::super::tokens::{RustType, ident};
use super::super::{docs, sentences};
use super::{body, recorded};
use crate::emit::members::{limits, limits_of_argument};

/// A generated method that sends an operation.
#[derive(Clone)]
pub(crate) struct GeneratedMethod<'a> {
    pub(crate) name: String,
    pub(crate) form: Option<&'a ir::BodyForm>,
    pub(crate) intent: Option<ir::KeyIntent>,
    /// Lookup method of an operation with effects.
    pub(crate) looks_up: bool,
}

/// One required parameter.
pub(crate) struct Argument<'a> {
    pub(crate) parameter: &'a ir::Parameter,
    pub(crate) name: Ident,
    /// Type of the argument.
    pub(crate) ty: RustType,
}

/// Returns the required parameters: path parameters in the order of the path, then the others in contract order.
/// `drafted`: without those that a draft holds.
pub(crate) fn arguments<'a>(context: &Context<'a>, id: ir::OperationId) -> Vec<Argument<'a>> {
    let mut all = required(context, id);
    if context.api.approval(context.api.operation(id)).is_some() {
        all.retain(|argument| !is_path(argument.parameter));
    }
    all
}

/// Returns the parameters of a draft: those of the path.
pub(crate) fn drafted<'a>(context: &Context<'a>, id: ir::OperationId) -> Vec<Argument<'a>> {
    let mut all = required(context, id);
    all.retain(|argument| is_path(argument.parameter));
    all
}

fn is_path(parameter: &ir::Parameter) -> bool {
    parameter.location == ParameterLocation::Path
}

/// Returns the parameters in the path, in its order, and then the other required ones.
fn required<'a>(context: &Context<'a>, id: ir::OperationId) -> Vec<Argument<'a>> {
    let operation = context.api.operation(id);
    let order = |parameter: &ir::Parameter| {
        let named = |piece: &ir::PathPiece| matches!(piece, ir::PathPiece::Parameter(name) if *name == parameter.name);
        let place = operation.pieces.iter().position(named);
        place.filter(|_| is_path(parameter)).unwrap_or(usize::MAX)
    };
    let mut wanted: Vec<(usize, &ir::Parameter)> = operation.parameters.iter().enumerate().collect();
    wanted.retain(|(_, parameter)| is_path(parameter) || parameter.required);
    wanted.sort_by_key(|(_, parameter)| (!is_path(parameter), order(parameter)));
    let argument = |(index, parameter): (usize, &'a ir::Parameter)| Argument {
        parameter,
        name: ident(context.names.parameter(id, index)),
        ty: by_reference(context, parameter.ty, false),
    };
    wanted.into_iter().map(argument).collect()
}

/// Returns the forms of a body that is passed beside the parameters; empty if a draft takes it.
pub(crate) fn forms<'a>(context: &Context<'_>, operation: &'a ir::Operation) -> &'a [ir::BodyForm] {
    let body = operation.body.as_ref().filter(|body| body.required);
    let drafted = context.api.approval(operation).is_some();
    body.filter(|_| !drafted).map_or(&[], |body| &body.forms)
}

/// Returns true if the parameters must be named, because two of them, or one and the body, could be swapped.
pub(crate) fn are_swappable(context: &Context<'_>, all: &[Argument<'_>], forms: &[ir::BodyForm]) -> bool {
    let parameter = |one: &Argument<'_>| Position::new(context, one.parameter.ty, one.ty.clone(), true);
    let parameters: Vec<Position> = all.iter().map(parameter).collect();
    let with = |form: &ir::BodyForm| {
        Positions(
            parameters
                .iter()
                .cloned()
                .chain([body::position(context, form)])
                .collect(),
        )
    };
    Positions(parameters.clone()).are_swappable() || forms.iter().any(|form| with(form).are_swappable())
}

/// Emits the declaration of the arguments and their use in the request; in the struct of that name, if there is one.
pub(crate) fn taken(
    context: &Context<'_>,
    all: &[Argument<'_>],
    required: Option<Ident>,
) -> (Vec<TokenStream>, Vec<TokenStream>) {
    let value = |argument: &Argument<'_>| {
        let name = &argument.name;
        if required.is_some() {
            quote!(required.#name)
        } else {
            quote!(#name)
        }
    };
    let applied = all
        .iter()
        .map(|argument| apply(context, argument.parameter, &value(argument)));
    let applied = applied.collect();
    let Some(required) = required else {
        let declared = all.iter().map(|argument| {
            let (name, ty) = (&argument.name, &argument.ty);
            quote!(#name: #ty)
        });
        return (declared.collect(), applied);
    };
    let borrows = all.iter().any(|argument| argument.ty.is_reference());
    let generics = borrows.then(|| quote!(<'_>));
    (vec![quote!(required: #required #generics)], applied)
}

/// Returns the type of an argument that is borrowed; `named`: with the lifetime `'a`.
pub(crate) fn by_reference(context: &Context<'_>, id: ir::TypeId, named: bool) -> RustType {
    match context.shape(id) {
        ir::Shape::Scalar(..) | ir::Shape::Array(_) => context.structure(context.resolve(id)).borrowed(named),
        _ => context.ty(id).referenced(named),
    }
}

/// Emits the call that passes a parameter to the request. `value` is declared by [`by_reference`].
fn apply(context: &Context<'_>, parameter: &ir::Parameter, value: &TokenStream) -> TokenStream {
    let (name, explode, reserved) = (&parameter.name, parameter.explode, parameter.allow_reserved);
    let json = parameter.style == ParameterStyle::Json;
    let style = style(if json { ParameterStyle::Form } else { parameter.style });
    let whole = parameter.location == ParameterLocation::Querystring;
    if !json && !whole && is_scalar(context, parameter.ty) {
        let value = borrowed(context, parameter.ty, value);
        let plain = is_plain(parameter);
        return match parameter.location {
            ParameterLocation::Path if plain => quote!(.path(#name, #value)),
            ParameterLocation::Path => {
                quote!(.path_as(#name, &glue::Param::one(#value), #style, #explode, #reserved))
            }
            ParameterLocation::Query if plain => quote!(.query(#name, #value)),
            ParameterLocation::Query => {
                quote!(.query_as(#name, &glue::Param::one(#value), #style, #explode, #reserved))
            }
            ParameterLocation::Header => quote!(.header_param(#name, #value)),
            ParameterLocation::Cookie if parameter.style == ParameterStyle::Cookie => {
                quote!(.cookie_unescaped(#name, &glue::Param::one(#value), #explode))
            }
            _ => quote!(.cookie(#name, #value)),
        };
    }
    let value = if json {
        as_json(context, parameter.ty, value)
    } else {
        param(context, parameter.ty, value)
    };
    match parameter.location {
        ParameterLocation::Path => quote!(.path_as(#name, &#value, #style, #explode, #reserved)),
        ParameterLocation::Query => quote!(.query_as(#name, &#value, #style, #explode, #reserved)),
        ParameterLocation::Querystring => {
            let fields = body::styles(&parameter.fields);
            quote!(.query_whole(#name, &#value, #fields))
        }
        ParameterLocation::Header => quote!(.header_as(#name, &#value, #explode)),
        ParameterLocation::Cookie if parameter.style == ParameterStyle::Cookie => {
            quote!(.cookie_unescaped(#name, &#value, #explode))
        }
        ParameterLocation::Cookie => quote!(.cookie_as(#name, &#value, #explode)),
    }
}

/// Emits the reference to a value that an argument holds.
fn borrowed(context: &Context<'_>, id: ir::TypeId, value: &TokenStream) -> TokenStream {
    if is_copy(context, id) {
        quote!(&#value)
    } else {
        value.clone()
    }
}

fn is_plain(parameter: &ir::Parameter) -> bool {
    matches!(parameter.style, ParameterStyle::Simple | ParameterStyle::Form) && !parameter.allow_reserved
}

/// Returns true for a query parameter whose value is one text in the usual style: most optional parameters are.
pub(crate) fn is_plain_query(context: &Context<'_>, parameter: &ir::Parameter) -> bool {
    parameter.location == ParameterLocation::Query && is_plain(parameter) && is_scalar(context, parameter.ty)
}

/// Emits a value as JSON text.
fn as_json(context: &Context<'_>, id: ir::TypeId, value: &TokenStream) -> TokenStream {
    match context.shape(id) {
        ir::Shape::Array(_) => quote!(glue::Param::json(&#value.to_vec())),
        ir::Shape::Scalar(ir::ScalarFormat::Text, _) => quote!(glue::Param::json(&#value.to_owned())),
        _ if is_copy(context, id) => quote!(glue::Param::json(&#value)),
        _ => quote!(glue::Param::json(#value)),
    }
}

fn is_copy(context: &Context<'_>, id: ir::TypeId) -> bool {
    use ir::ScalarFormat::{Bool, Float, I32, I64, U64};
    matches!(context.shape(id), ir::Shape::Scalar(Bool | I32 | I64 | U64 | Float, _))
}

/// Emits the structs of required parameters, if two of them could be swapped. For equal parameters of an operation in
/// the same file, emits an alias.
pub(crate) fn required_structs(
    context: &Context<'_>,
    id: ir::OperationId,
    known: &mut HashMap<String, Ident>,
) -> Vec<TokenStream> {
    let (names, operation) = (context.names.operation(id), context.api.operation(id));
    let approves = context.api.approval(operation).is_some();
    let all = arguments(context, id);
    let mut structs = Vec::new();
    if are_swappable(context, &all, forms(context, operation)) {
        structs.push(named(context, &names.required, &all, known));
    }
    let drafted = drafted(context, id);
    if approves && are_swappable(context, &drafted, &[]) {
        structs.push(named(context, &names.draft_required, &drafted, known));
    }
    structs
}

fn named(context: &Context<'_>, name: &str, all: &[Argument<'_>], known: &mut HashMap<String, Ident>) -> TokenStream {
    let name = ident(name);
    let mut borrows = false;
    let members: Vec<TokenStream> = all
        .iter()
        .map(|argument| {
            let (docs, name) = (docs_of(context, argument.parameter).comment(), &argument.name);
            let ty = by_reference(context, argument.parameter.ty, true);
            borrows |= ty.is_reference();
            quote!(#docs pub #name: #ty,)
        })
        .collect();
    let generics = borrows.then(|| quote!(<'a>));
    let docs =
        Docs::ours("The required parameters as named fields, since arguments of one type could be swapped.").tokens();
    let look = members.iter().map(ToString::to_string).collect();
    if let Some(same) = known.get(&look) {
        return quote!(#docs pub type #name #generics = #same #generics;);
    }
    known.insert(look, name.clone());
    quote! {
        #docs
        pub struct #name #generics { #(#members)* }
    }
}

/// Returns the documentation of a parameter.
pub(crate) fn docs_of(context: &Context<'_>, parameter: &ir::Parameter) -> Docs {
    // Structs of parameters are one if their documentation is the same, too.
    let mut docs = context.written(
        ir::AssumptionKind::Parameter,
        &parameter.text,
        &parameter.name,
        String::new,
    );
    docs.paragraph(default(parameter));
    docs.paragraph(limits(context, parameter.ty));
    docs
}

/// Returns the contract's text on a parameter and its limits, in one line.
pub(crate) fn said(context: &Context<'_>, parameter: &ir::Parameter) -> String {
    let text = parameter.text.description.as_ref().or(parameter.text.title.as_ref());
    let limits = limits_of_argument(context, parameter.ty);
    let ours: Vec<String> = default(parameter).into_iter().chain(limits).collect();
    let form = if ours.is_empty() {
        docs::inline
    } else {
        sentences::followed
    };
    let text = text.map(|text| form(text)).filter(|text| !text.is_empty());
    let all: Vec<String> = text.into_iter().chain(ours).collect();
    all.join(" ")
}

/// Returns what the server takes in place of the parameter, as the contract says.
fn default(parameter: &ir::Parameter) -> Option<String> {
    let default = parameter.default.as_ref().filter(|_| !parameter.required);
    default.map(|default| format!("Default: {}.", docs::code(default)))
}

/// Lists the methods of the call that set optional values, for the documentation of an operation.
pub(crate) fn options(context: &Context<'_>, id: ir::OperationId, operation: &ir::Operation) -> Option<String> {
    let names = context.names.operation(id);
    let parameters = operation.parameters.iter().enumerate();
    let parameters = parameters.filter(|(_, parameter)| !parameter.required);
    let mut methods: Vec<String> = parameters
        .map(|(index, _)| context.names.parameter(id, index).to_owned())
        .collect();
    if context.api.approval(operation).is_none() {
        methods.extend(body::chained_names(context, id, operation));
    }
    let set = docs::listed(
        methods
            .iter()
            .map(|name| format!("`{}`", name.trim_start_matches("r#"))),
    );
    let call = format!("[`Call`](crate::client::Call#impl-Call%3C{}%3E)", names.marker);
    (!methods.is_empty()).then(|| format!("Optional, set by methods of the {call}: {set}."))
}

/// Emits the method of the call that sets an optional value. It takes the value as the setter of a member does.
fn setter(context: &Context<'_>, parameter: &ir::Parameter, name: &Ident) -> TokenStream {
    let (docs, ty) = (docs_of(context, parameter).tokens(), context.ty(parameter.ty));
    let is_into = takes_into(context, parameter.ty);
    let (taken, inline) = if is_into {
        (quote!(impl Into<#ty>), None)
    } else {
        (quote!(#ty), Some(quote!(#[inline])))
    };
    let body = if is_plain_query(context, parameter) {
        let known = &parameter.name;
        let value = if is_into { quote!(#name.into()) } else { quote!(#name) };
        quote!(self.set_query(#known, #value))
    } else {
        let converted = is_into.then(|| quote!(let #name: #ty = #name.into();));
        let applied = apply(context, parameter, &owned(context, parameter, name));
        quote!(#converted Self { request: self.request #applied, ..self })
    };
    quote! {
        #docs
        #inline
        pub fn #name(self, #name: #taken) -> Self { #body }
    }
}

/// Emits an owned value in the form that [`apply`] takes.
fn owned(context: &Context<'_>, parameter: &ir::Parameter, name: &Ident) -> TokenStream {
    let is_json = parameter.style == ParameterStyle::Json;
    let is_direct = match context.shape(parameter.ty) {
        ir::Shape::Array(array) => is_json || !is_scalar(context, array.items),
        ir::Shape::Nullable(inner) => !is_json && is_scalar(context, *inner),
        ir::Shape::Map(values, _) => !is_json && is_scalar(context, *values),
        ir::Shape::Scalar(ir::ScalarFormat::Text, _) => is_json,
        _ => is_copy(context, parameter.ty),
    };
    if is_direct { quote!(#name) } else { quote!(&#name) }
}

/// Emits the methods of the call that set optional values.
pub(crate) fn optional(context: &Context<'_>, id: ir::OperationId, operation: &ir::Operation) -> Option<TokenStream> {
    let marker = ident(&context.names.operation(id).marker);
    let mut methods: Vec<TokenStream> = Vec::new();
    for (index, parameter) in operation
        .parameters
        .iter()
        .enumerate()
        .filter(|(_, parameter)| !parameter.required)
    {
        methods.push(setter(context, parameter, &ident(context.names.parameter(id, index))));
    }
    if context.api.approval(operation).is_none() {
        methods.extend(body::chained(context, id, operation));
    }
    if methods.is_empty() {
        return None;
    }
    let looked_up = recorded::is_looked_up(context, id, operation)
        .then(|| quote!(impl crate::client::Call<glue::Lookup<#marker>> { #(#methods)* }));
    Some(quote! {
        impl crate::client::Call<#marker> { #(#methods)* }
        #looked_up
    })
}

/// Returns the key type of an intent, and the request method that takes it.
pub(crate) fn key(intent: ir::KeyIntent) -> (TokenStream, Ident) {
    match intent {
        ir::KeyIntent::Effect => (quote!(runtime::IdempotencyKey), ident("key")),
        ir::KeyIntent::Refresh => (quote!(runtime::RefreshKey), ident("refresh_key")),
    }
}
