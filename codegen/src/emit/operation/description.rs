//! The constant description of an operation, which the runtime turns into requests.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::context::Context;
use crate::ir;

/// `glue::Description { .. }`
pub(super) fn description(context: &Context<'_>, operation: &ir::Operation, accept: &str) -> TokenStream {
    let (id, method, path) = (&operation.id, operation.method.token(), &operation.path);
    let security = security(context, operation);
    let intent = intent(operation.intent);
    let problems = &operation.problems;
    let bound = bound(context, operation);
    quote! {
        glue::Description {
            id: #id,
            method: #method,
            path: #path,
            security: &[#(#security),*],
            intent: #intent,
            accept: #accept,
            bound: &[#(#bound),*],
            problems: &[#(#problems),*],
        }
    }
}

pub(super) fn intent(intent: Option<ir::Intent>) -> TokenStream {
    match intent {
        None => quote!(None),
        Some(ir::Intent::Effect) => quote!(Some(glue::Intent::Effect)),
        Some(ir::Intent::Refresh) => quote!(Some(glue::Intent::Refresh)),
    }
}

/// The sets of schemes of which the caller must show one, by name.
fn security(context: &Context<'_>, operation: &ir::Operation) -> Vec<TokenStream> {
    let scheme = |(index, scopes): &(usize, Vec<String>)| {
        let name = &context.api.security.get(*index)?.name;
        Some(quote!((#name, &[#(#scopes),*])))
    };
    let alternative = |schemes: &Vec<(usize, Vec<String>)>| {
        let schemes = schemes.iter().filter_map(scheme);
        quote!(&[#(#schemes),*])
    };
    operation.security.iter().map(alternative).collect()
}

/// Members of the JSON body that must equal a value of the client, by pointer.
fn bound(context: &Context<'_>, operation: &ir::Operation) -> Vec<TokenStream> {
    let mut found = Vec::new();
    for form in operation.body.iter().flat_map(|body| &body.forms) {
        if let ir::PartContent::Json(id) = form.content {
            walk(context, id, "", 0, &mut found);
        }
    }
    found
        .iter()
        .map(|pointer| quote!((#pointer, glue::Bound::ClientId)))
        .collect()
}

fn walk(context: &Context<'_>, id: ir::TypeId, at: &str, depth: usize, found: &mut Vec<String>) {
    let ir::Shape::Object(object) = context.shape(id) else {
        return;
    };
    if depth > 16 {
        return;
    }
    for member in &object.members {
        let pointer = format!("{at}/{}", member.name.replace('~', "~0").replace('/', "~1"));
        if member.bound.is_some() {
            found.push(pointer);
        } else {
            walk(context, member.ty, &pointer, depth + 1, found);
        }
    }
}
