//! The request of an operation to a struct with its parameters and its body, and its successes to an enum, and how each is written.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use sdkwright_contract::ir::{self, ParameterLocation, PartContent, PayloadHash, StatusRange};

use super::super::context::Context;
use super::super::docs::{self, Docs};
use super::super::operation::answer::{good, variant};
use super::super::operation::arguments;
use super::super::tokens::{RustType, ident, number, option};
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
pub(super) fn request_definition(context: &Context<'_>, id: ir::OperationId, names: &ServedNames) -> Vec<TokenStream> {
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
fn about(context: &Context<'_>, operation: &ir::Operation, what: &str) -> TokenStream {
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
    let Some(described) = served::described_parameter(context, operation, parameter) else {
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

/// Emits the enum and the function that writes it. A response with a body that is not JSON may be a stream.
pub(super) fn response_definition(
    context: &Context<'_>,
    operation: &ir::Operation,
    names: &ServedNames,
) -> Vec<TokenStream> {
    let response = &names.response;
    let all = good(operation);
    let is_raw = all.iter().any(|success| is_raw(operation, success));
    let (variants, arms): (Vec<_>, Vec<_>) = all
        .into_iter()
        .map(|success| one_response(context, operation, success, is_raw))
        .unzip();
    let docs = about(context, operation, "response");
    let (derived, written, function, output) = if is_raw {
        (None, quote!(IntoOutgoing), quote!(into_outgoing), quote!(Outgoing))
    } else {
        let derived = quote!(#[derive(Clone)]);
        (Some(derived), quote!(IntoReply), quote!(into_reply), quote!(Reply))
    };
    vec![
        quote! {
            #docs
            #derived
            pub enum #response { #(#variants)* }
        },
        quote! {
            impl sdkwright_server::#written for #response {
                fn #function(self) -> Result<sdkwright_server::#output, sdkwright_server::Problem> {
                    match self { #(#arms)* }
                }
            }
        },
    ]
}

/// Returns the type of the JSON body of a response and its media type.
fn json<'r>(context: &Context<'_>, success: &'r ir::Response) -> Option<(RustType, &'r str)> {
    success.bodies.iter().find_map(|body| match body.content {
        PartContent::Json(id) => Some((context.ty(id), body.media_type.as_str())),
        _ => None,
    })
}

/// Returns `true` for a response with a body that is not JSON.
fn is_raw(operation: &ir::Operation, success: &ir::Response) -> bool {
    let is_json = |body: &ir::ResponseBody| matches!(body.content, PartContent::Json(_));
    operation.method != ir::Method::Head && !success.bodies.is_empty() && !success.bodies.iter().any(is_json)
}

/// Emits the variant of a status, and the arm that writes it. `may_stream`: another response of the operation has a body that is not JSON.
fn one_response(
    context: &Context<'_>,
    operation: &ir::Operation,
    success: &ir::Response,
    may_stream: bool,
) -> (TokenStream, TokenStream) {
    let name = variant(success.status);
    let (docs, code, is_open) = match success.status {
        StatusRange::Exactly(status) => (format!("Status {status}."), number(status), false),
        _ => ("A status of success.".to_owned(), quote!(code), true),
    };
    let docs = Docs::ours(docs).tokens();
    let is_raw = is_raw(operation, success);
    let (ty, written) = match json(context, success).filter(|_| operation.method != ir::Method::Head) {
        Some((ty, media)) => {
            // A range of media types has no value for `Content-Type`.
            let media = if media.contains('*') { "application/json" } else { media };
            (
                Some(quote!(#ty)),
                quote!(sdkwright_server::Reply::json(#code, #media, &body)),
            )
        }
        None if is_raw => {
            let declared = success.bodies.iter().map(|body| &body.media_type);
            let written = quote!(Ok(sdkwright_server::Outgoing::raw(#code, &[#(#declared),*], body)));
            (Some(quote!(sdkwright_server::RawReply)), written)
        }
        None => (None, quote!(Ok(sdkwright_server::Reply::new(#code)))),
    };
    let served = (may_stream && !is_raw).then(|| quote!(.map(sdkwright_server::Outgoing::from)));
    let headers: Vec<&ir::Header> = served::headers(context, success).collect();
    if headers.is_empty() && !is_open {
        return match ty {
            Some(ty) => (
                quote!(#docs #name(#ty),),
                quote!(Self::#name(body) => #written #served,),
            ),
            None => (quote!(#docs #name,), quote!(Self::#name => #written #served,)),
        };
    }
    let status = is_open.then(|| quote!(/** The status. */ status: sdkwright_server::axum::http::StatusCode,));
    let (taken_status, checked) = if is_open {
        let checked = quote!(let code = sdkwright_server::success(status)?;);
        (Some(quote!(status,)), Some(checked))
    } else {
        (None, None)
    };
    let body = ty.as_ref().map(|ty| quote!(/** The body. */ body: #ty,));
    let taken = ty.as_ref().map(|_| quote!(body,));
    let fields = headers.iter().map(|header| {
        let (field, ty) = (field(context, header), context.ty(header.ty));
        let docs = Docs::ours(format!("The header {}.", docs::code(&header.name))).tokens();
        let ty = if header.required { ty } else { ty.option() };
        quote!(#docs #field: #ty,)
    });
    let names = headers.iter().map(|header| field(context, header));
    let added = headers.iter().map(|header| {
        let (field, wire) = (field(context, header), &header.name);
        let value = if header.required {
            quote!(&#field)
        } else {
            quote!(#field)
        };
        let add = quote!(reply = reply.with_header(#wire, &glue::ToParam::param(#value)););
        if header.required {
            add
        } else {
            quote!(if let Some(#field) = &#field { #add })
        }
    });
    let with_headers = (!headers.is_empty()).then(|| {
        quote! {
            .map(|mut reply| {
                #(#added)*
                reply
            })
        }
    });
    let declared = quote!(#docs #name { #status #body #(#fields)* },);
    let arm = quote! {
        Self::#name { #taken_status #taken #(#names),* } => {
            #checked
            let reply = #written;
            reply #with_headers #served
        }
    };
    (declared, arm)
}

/// Returns the field of a header.
fn field(context: &Context<'_>, header: &ir::Header) -> Ident {
    let name = context.names.header(&header.name.to_ascii_lowercase());
    match name {
        "body" | "status" => format_ident!("{name}_header"),
        name => ident(name),
    }
}
