//! The request of an operation to a struct with its parameters and its body.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use sdkwright_contract::ir::{self, ParameterLocation, PartContent, PayloadHash};

use super::super::context::Context;
use super::super::docs::{self, Docs};
use super::super::operation::arguments;
use super::super::tokens::{ident, option};
use super::forms;
use super::served::{self, ServedNames};

/// Fields of a request, and how each is read.
#[derive(Default)]
struct RequestFields {
    names: Vec<Ident>,
    declared: Vec<TokenStream>,
    read: Vec<TokenStream>,
}

impl RequestFields {
    /// Returns a name that no parameter has.
    fn free(&self, name: &str) -> Ident {
        let name = ident(name);
        if self.names.contains(&name) {
            format_ident!("request_{name}")
        } else {
            name
        }
    }
}

/// Emits the struct and the function that reads it.
pub(super) fn definition(context: &Context<'_>, id: ir::OperationId, names: &ServedNames) -> Vec<TokenStream> {
    let operation = context.api.operation(id);
    let mut fields = RequestFields::default();
    for (index, parameter) in operation.parameters.iter().enumerate() {
        let name = ident(context.names.parameter(id, index));
        add_parameter(context, operation, parameter, name, &mut fields);
    }
    let prepared = add_body(context, id, &mut fields);
    let RequestFields { declared, read, .. } = fields;
    let request = &names.request;
    let docs = about(context, operation, "request");
    let input = if prepared.is_none() && read.is_empty() {
        "_input"
    } else {
        "input"
    };
    let input = ident(input);
    vec![
        quote! {
            #docs
            #[derive(Clone)]
            pub struct #request { #(#declared)* }
        },
        quote! {
            impl #request {
                fn from_input(#input: &sdkwright_server::RequestInput) -> Result<Self, sdkwright_server::Problem> {
                    #prepared
                    Ok(Self { #(#read)* })
                }
            }
        },
    ]
}

/// Returns the documentation of a type of an operation.
pub(super) fn about(context: &Context<'_>, operation: &ir::Operation, what: &str) -> TokenStream {
    let id = docs::code(&operation.id);
    let documented = context
        .about
        .documented
        .then(|| Docs::ours(format!("The {what} of {id}.")).tokens());
    quote!(#documented)
}

fn add_parameter(
    context: &Context<'_>,
    operation: &ir::Operation,
    parameter: &ir::Parameter,
    name: Ident,
    fields: &mut RequestFields,
) {
    let Some(described) = forms::described(context, operation, parameter) else {
        return;
    };
    let is_required = parameter.required || parameter.location == ParameterLocation::Path;
    let (docs, ty) = (
        arguments::docs_of(context, parameter).tokens(),
        context.ty(parameter.ty),
    );
    let (ty, read) = if is_required {
        (ty, "required")
    } else {
        (ty.option(), "optional")
    };
    let read = ident(read);
    fields.declared.push(quote!(#docs pub #name: #ty,));
    fields.read.push(quote! {
        #name: input.#read(&#described)?,
    });
    fields.names.push(name);
}

/// Adds the body; returns the statement that reads a body with an approval, or checks that there is none.
fn add_body(context: &Context<'_>, id: ir::OperationId, fields: &mut RequestFields) -> Option<TokenStream> {
    let operation = context.api.operation(id);
    if operation.forms().next().is_none() {
        return Some(quote!(input.no_body()?;));
    }
    let is_required = operation.body.as_ref()?.required;
    let body = fields.free("body");
    let json = operation.forms().find_map(|form| match form.content {
        PartContent::Json(ty) => Some((ty, &form.media_type)),
        _ => None,
    });
    let Some((ty, media)) = json.filter(|_| served::is_json(operation)) else {
        let media = operation.forms().map(|form| &form.media_type);
        let types = docs::listed(operation.forms().map(|form| docs::code(&form.media_type)));
        let docs = Docs::ours(format!("The body: {types}.")).tokens();
        fields
            .declared
            .push(quote!(#docs pub #body: sdkwright_server::RawBody,));
        fields
            .read
            .push(quote!(#body: input.raw_body(#is_required, &[#(#media),*])?,));
        return None;
    };
    if let Some((payload, member)) = context.api.approval(operation) {
        let code = match &member.payload_hash {
            Some(PayloadHash::Approves { problem, .. }) => problem.as_deref(),
            _ => None,
        };
        let (code, evidence) = (option(code), fields.free("evidence"));
        let (payload, ty) = (context.ty(payload), context.ty(member.ty));
        fields.declared.push(quote! {
            /// The body, without its approval.
            pub #body: #payload,
            /// The approval. It has the hash of this request.
            pub #evidence: #ty,
        });
        fields.read.push(quote!(#body, #evidence,));
        let group = ident(&context.names.group_of(id)?.module);
        let marker = ident(&context.names.operation(id).marker);
        return Some(quote! {
            let (#body, #evidence) = input.approved::<crate::operations::#group::#marker>(#media, #code)?;
        });
    }
    let ty = context.ty(ty);
    let (ty, read) = if is_required {
        (ty, "body")
    } else {
        (ty.option(), "optional_body")
    };
    let read = ident(read);
    fields.declared.push(quote!(/** The body. */ pub #body: #ty,));
    fields.read.push(quote!(#body: input.#read(#media)?,));
    None
}
