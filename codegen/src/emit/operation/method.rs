//! Methods of a group: arguments in, a call out.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::context::Context;
use super::super::docs::{self, Docs};
use super::super::tokens::ident;
use super::arguments::{GeneratedMethod, are_swappable, arguments, forms, key, taken};
use super::body::sent;
use super::method_docs;
use super::{approval, poll};
use sdkwright_contract::ir;

/// Emits all methods of an operation: one per form of its body, its aliases, and the draft.
pub(super) fn methods<'a>(context: &Context<'a>, id: ir::OperationId) -> Vec<TokenStream> {
    let (names, operation) = (context.names.operation(id), context.api.operation(id));
    let required: &[ir::BodyForm] = operation
        .body
        .as_ref()
        .filter(|body| body.required)
        .map_or(&[], |body| &body.forms);
    // Without a required body, one method sends none.
    let forms = required.iter().map(Some).chain(required.is_empty().then_some(None));
    let of_form = |(index, form): (usize, Option<&'a ir::BodyForm>)| GeneratedMethod {
        name: names.method(index).to_owned(),
        form,
        intent: operation.intent,
        looks_up: false,
    };
    let generated: Vec<GeneratedMethod<'_>> = forms.enumerate().map(of_form).collect();
    let mut out: Vec<TokenStream> = Vec::new();
    out.push(approval::draft_method(context, id, operation));
    for one in &generated {
        let mut docs = method_docs::purpose(context, operation);
        if generated.len() > 1 {
            docs.paragraph(one.form.map(|form| format!("Sends {}.", docs::code(&form.media_type))));
        }
        method_docs::finish(context, id, operation, one, &mut docs);
        out.push(method(context, id, one, &docs));
    }
    for (alias, name) in operation.aliases.iter().zip(&names.aliases) {
        let Some(first) = generated.first() else { continue };
        let mut docs = Docs::default();
        docs.paragraph(alias.summary.as_deref().map(docs::inline));
        let first_name = first.name.trim_start_matches("r#");
        docs.paragraph([format!("Alias of [`{first_name}`](Self::{}).", first.name)]);
        let one = GeneratedMethod {
            name: name.clone(),
            form: first.form,
            intent: alias.intent.or(operation.intent),
            looks_up: poll::is_lookup(operation, alias) && poll::is_looked_up(context, id, operation),
        };
        method_docs::finish(context, id, operation, &one, &mut docs);
        out.push(method(context, id, &one, &docs));
    }
    out
}

fn method(context: &Context<'_>, id: ir::OperationId, one: &GeneratedMethod<'_>, docs: &Docs) -> TokenStream {
    let (names, operation) = (context.names.operation(id), context.api.operation(id));
    let (name, marker) = (ident(&one.name), ident(&names.marker));
    let drafted = context.api.approval(operation).is_some();
    let all = arguments(context, id);
    let together = are_swappable(context, &all, forms(context, operation));
    let (mut parameters, mut applied) = taken(context, &all, together.then(|| ident(&names.required)));
    if let Some(intent) = one.intent {
        let (ty, takes) = key(intent);
        parameters.insert(0, quote!(key: #ty));
        applied.push(quote!(.#takes(key)));
    }
    if drafted {
        parameters.push(quote!(body: &runtime::Authorized<#marker>));
        applied.push(quote!(.authorized(body)));
    } else if let Some(form) = one.form {
        let body = sent(context, form);
        let ty = &body.ty;
        parameters.push(quote!(body: #ty));
        applied.push(body.apply);
    }
    let docs = docs.tokens();
    let called = if one.looks_up {
        quote!(glue::Lookup<#marker>)
    } else {
        quote!(#marker)
    };
    quote! {
        #docs
        #[inline]
        pub fn #name(self, #(#parameters),*) -> crate::client::Call<#called> {
            crate::client::Call::new(self.client, glue::request::<#marker>(self.client) #(#applied)*)
        }
    }
}
