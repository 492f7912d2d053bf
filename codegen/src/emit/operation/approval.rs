//! Bodies that carry an approval (`x-payload-hash`): first a draft, then an authorized body, then later bodies made
//! from it.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::context::Context;
use super::super::docs::Docs;
use super::super::members::{RustField, fields, required_members, required_name};
use super::super::paths;
use super::super::tokens::ident;
use super::arguments::{are_swappable, drafted, taken};
use sdkwright_contract::ir::{self, PayloadHash, PayloadSource};

/// Emits `impl glue::Approval`.
pub(super) fn approval(context: &Context<'_>, id: ir::OperationId, operation: &ir::Operation) -> Option<TokenStream> {
    let (body, member) = context.api.approval(operation)?;
    let Some(PayloadHash::Approves { into, inputs, .. }) = &member.payload_hash else {
        return None;
    };
    let marker = ident(&context.names.operation(id).marker);
    let (evidence, payload, name) = (context.ty(member.ty), context.ty(body), &member.name);
    let inputs = inputs.iter().map(|input| {
        let name = &input.member;
        match &input.source {
            PayloadSource::OperationId => quote!((#name, glue::Input::OperationId)),
            PayloadSource::Path(parameter) => quote!((#name, glue::Input::Path(#parameter))),
            PayloadSource::Body => quote!((#name, glue::Input::Body)),
        }
    });
    Some(quote! {
        impl glue::Approval for #marker {
            type Evidence = #evidence;
            type Payload = #payload;
            const MEMBER: &'static str = #name;
            const INTO: &'static str = #into;
            const INPUTS: &'static [(&'static str, glue::Input)] = &[#(#inputs),*];
        }
    })
}

/// Emits the method that makes a draft.
pub(super) fn draft_method(context: &Context<'_>, id: ir::OperationId, operation: &ir::Operation) -> TokenStream {
    let names = context.names.operation(id);
    let (marker, create) = (ident(&names.marker), names.method(0));
    let name = names.draft.as_deref().map_or_else(|| ident("draft"), ident);
    let Some((body, member)) = context.api.approval(operation) else {
        return TokenStream::new();
    };
    let (payload, evidence) = (context.ty(body), context.ty(member.ty));
    // A draft holds the path parameters; the others are passed when it is sent.
    let all = drafted(context, id);
    let together = are_swappable(context, &all, &[]);
    let (parameters, _) = taken(context, &all, together.then(|| ident(&names.draft_required)));
    let path = all.iter().map(|argument| {
        let (wire, name) = (&argument.parameter.name, &argument.name);
        let value = if together {
            quote!(required.#name)
        } else {
            quote!(#name)
        };
        quote!((#wire, &#value))
    });
    let draft = paths::link("Draft");
    let shown = evidence.to_string();
    let mut docs = Docs::ours(format!(
        "Creates a draft of the request of [`{create}`](Self::{create}), with the hash to be approved."
    ));
    docs.paragraph([
        format!(
            "Nothing is sent. A draft can be stored ([`to_bytes`]({draft}::to_bytes), [`restore`]({draft}::restore));"
        ),
        format!(
            "[`authorize`]({draft}::authorize) adds the evidence (`{shown}`), and fails for evidence of another hash."
        ),
    ]);
    let docs = docs.tokens();
    quote! {
        #docs
        pub fn #name(self, #(#parameters,)* body: &#payload) -> Result<runtime::Draft<#marker>, runtime::DraftError> {
            runtime::Draft::new(self.client.as_ref(), &[#(#path),*], body)
        }
    }
}

/// Emits `Later::from_authorized(&authorized)` and `Later::from_fresh_evidence(&authorized, evidence)` for every later body that carries
/// evidence for the hash of this operation.
pub(super) fn later_bodies(context: &Context<'_>, id: ir::OperationId, operation: &ir::Operation) -> Vec<TokenStream> {
    let of =
        |member: &ir::Member| matches!(&member.payload_hash, Some(PayloadHash::Of(other)) if *other == operation.id);
    let later = context.later_bodies.iter().copied();
    later
        .filter(|(_, object)| object.members.iter().any(of))
        .filter_map(|(later, object)| later_body(context, id, later, object))
        .collect()
}

fn later_body(
    context: &Context<'_>,
    id: ir::OperationId,
    later: ir::TypeId,
    object: &ir::ObjectShape,
) -> Option<TokenStream> {
    let names = context.names.operation(id);
    let marker = ident(&names.marker);
    let ty = context.ty(later);
    let fields = fields(context, later, object);
    let asked = required_members(context, &fields);
    let (declared, given) = if asked.are_named() {
        let required = required_name(context, context.names.ty(later)?);
        (
            vec![quote!(required: crate::models::#required)],
            vec![ident("required")],
        )
    } else {
        let declared = |field: &&RustField<'_>| asked.mode(context, field).declared(&field.name, &field.plain());
        let given = asked.fields.iter().map(|field| field.name.clone());
        (asked.fields.iter().map(declared).collect(), given.collect())
    };
    let evidence = fields.iter().find(|field| field.sealed)?;
    let gate = context.names.file(later).and_then(|file| context.gates.of_file(file));
    let own = context.names.group_of(id).map(|group| group.feature.as_str());
    let gate = gate
        .filter(|gate| Some(*gate) != own)
        .map(|feature| quote!(#[cfg(feature = #feature)]));
    let (member, value) = (&evidence.name, &evidence.value);
    let docs = Docs::ours(format!(
        "Creates the body with the evidence (`{member}`) of the creation's approval."
    ))
    .tokens();
    let mut fresh = Docs::ours(format!(
        "Creates the body with new evidence (`{member}`) for the hash of the same draft."
    ));
    fresh.paragraph(["Fails for evidence of another hash.".to_owned()]);
    let fresh = fresh.tokens();
    Some(quote! {
        #gate
        impl #ty {
            #docs
            pub fn from_authorized(body: &runtime::Authorized<#marker>, #(#declared),*) -> Self {
                Self::with_evidence(body.evidence().clone(), #(#given),*)
            }

            #fresh
            pub fn from_fresh_evidence(
                body: &runtime::Authorized<#marker>,
                #member: #value,
                #(#declared),*
            ) -> Result<Self, runtime::DraftError> {
                body.check(&#member)?;
                Ok(Self::with_evidence(#member, #(#given),*))
            }
        }
    })
}
