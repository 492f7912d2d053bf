//! The successes of an operation to an enum, and how each is written.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use sdkwright_contract::ir::{self, PartContent, StatusRange};

use super::super::context::Context;
use super::super::docs::{self, Docs};
use super::super::operation::answer::{good, variant};
use super::super::tokens::{ident, number};
use super::request::about;
use super::served::{self, ServedNames};

/// Emits the enum and the function that writes it.
pub(super) fn definition(context: &Context<'_>, operation: &ir::Operation, names: &ServedNames) -> Vec<TokenStream> {
    let response = &names.response;
    let (mut variants, mut arms) = (Vec::new(), Vec::new());
    for success in good(operation) {
        let StatusRange::Exactly(status) = success.status else {
            continue;
        };
        let (declared, arm) = one(context, operation, success, status);
        variants.push(declared);
        arms.push(arm);
    }
    let docs = about(context, operation, "response");
    vec![
        quote! {
            #docs
            #[derive(Clone)]
            pub enum #response { #(#variants)* }
        },
        quote! {
            impl sdkwright_server::IntoReply for #response {
                fn into_reply(self) -> Result<sdkwright_server::Reply, sdkwright_server::Problem> {
                    match self { #(#arms)* }
                }
            }
        },
    ]
}

/// Emits the variant of a status, and the arm that writes it.
fn one(
    context: &Context<'_>,
    operation: &ir::Operation,
    success: &ir::Response,
    status: u16,
) -> (TokenStream, TokenStream) {
    let name = variant(success.status);
    let docs = Docs::ours(format!("Status {status}.")).tokens();
    let code = number(status);
    let json = success.bodies.iter().find_map(|body| match body.content {
        PartContent::Json(id) => Some((context.ty(id), body.media_type.as_str())),
        _ => None,
    });
    let json = json.filter(|_| operation.method != ir::Method::Head);
    let written = if let Some((_, media)) = &json {
        // A range of media types has no value for `Content-Type`.
        let media = if media.contains('*') { "application/json" } else { media };
        quote!(sdkwright_server::Reply::json(#code, #media, &body))
    } else {
        quote!(Ok(sdkwright_server::Reply::new(#code)))
    };
    let headers: Vec<&ir::Header> = served::headers(context, success).collect();
    if headers.is_empty() {
        return match json {
            Some((ty, _)) => (quote!(#docs #name(#ty),), quote!(Self::#name(body) => #written,)),
            None => (quote!(#docs #name,), quote!(Self::#name => #written,)),
        };
    }
    let body = json.as_ref().map(|(ty, _)| quote!(/** The body. */ body: #ty,));
    let taken = json.as_ref().map(|_| quote!(body,));
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
    let declared = quote!(#docs #name { #body #(#fields)* },);
    let arm = quote! {
        Self::#name { #taken #(#names),* } => {
            let reply = #written;
            reply.map(|mut reply| {
                #(#added)*
                reply
            })
        }
    };
    (declared, arm)
}

/// Returns the field of a header.
fn field(context: &Context<'_>, header: &ir::Header) -> Ident {
    let name = context.names.header(&header.name.to_ascii_lowercase());
    match name {
        "body" => format_ident!("{name}_header"),
        name => ident(name),
    }
}
