//! Types of failures: no definition for one type, an enum for several.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::super::context::Context;
use super::super::docs::{self, Docs};
use super::super::tokens::{RustType, ident};
use super::answer::{good, pattern, spoken};
use super::kind::{ResponseContent, chosen, further};
use sdkwright_contract::ir::{self, StatusRange};

/// One type and the statuses that carry it.
struct FailureType {
    kind: ResponseContent,
    statuses: Vec<StatusRange>,
    /// Statuses that have it as a further media type.
    as_media: Vec<(StatusRange, String)>,
}

/// Returns the types that failures carry, in contract order.
fn carried(context: &Context<'_>, operation: &ir::Operation) -> Vec<FailureType> {
    let good: BTreeSet<StatusRange> = good(operation).iter().map(|answer| answer.status).collect();
    let mut all: Vec<(RustType, FailureType)> = Vec::new();
    for answer in operation
        .responses
        .iter()
        .filter(|answer| !good.contains(&answer.status))
    {
        let (kind, _) = chosen(answer);
        if matches!(kind, ResponseContent::Nothing | ResponseContent::Items(..)) || operation.method == ir::Method::Head
        {
            continue;
        }
        for (kind, media) in std::iter::once((kind, None)).chain(others(context, answer)) {
            let ty = kind.ty(context);
            let at = all.iter().position(|(known, _)| *known == ty).unwrap_or(all.len());
            if at == all.len() {
                let (statuses, as_media) = (Vec::new(), Vec::new());
                all.push((
                    ty,
                    FailureType {
                        kind,
                        statuses,
                        as_media,
                    },
                ));
            }
            match media {
                Some(media) => all[at].1.as_media.push((answer.status, media)),
                None => all[at].1.statuses.push(answer.status),
            }
        }
    }
    all.into_iter().map(|(_, carried)| carried).collect()
}

/// Returns the further types of a failure, with their media types.
fn others(context: &Context<'_>, answer: &ir::Response) -> Vec<(ResponseContent, Option<String>)> {
    let others = further(context, answer).into_iter();
    let others = others.filter(|(kind, _)| matches!(kind, ResponseContent::Json(_)));
    others.map(|(kind, media)| (kind, Some(media))).collect()
}

/// Returns true if the documentation of an operation names types of its failures.
pub(in crate::emit) fn names_types(context: &Context<'_>, operation: &ir::Operation) -> bool {
    operation.problems.is_empty() && !carried(context, operation).is_empty()
}

/// Emits the enum of the types that failures carry, if there are several.
pub(super) fn definition(context: &Context<'_>, id: ir::OperationId, operation: &ir::Operation) -> Vec<TokenStream> {
    let all = carried(context, operation);
    if all.len() < 2 {
        return Vec::new();
    }
    let name = ident(&context.names.operation(id).failure);
    let members = all.iter().map(|carried| {
        let said = if carried.statuses == [StatusRange::Default] && carried.as_media.is_empty() {
            "Any other status.".to_owned()
        } else {
            format!("Status {}.", said(carried))
        };
        let docs = Docs::ours(said).tokens();
        let (variant, ty) = (variant(context, carried), carried.kind.ty(context));
        quote!(#docs #variant(#ty),)
    });
    // A single status wins over its class, and a class wins over `default`.
    let rank = |status: &StatusRange| match status {
        StatusRange::Exactly(_) => 0,
        StatusRange::Class(_) => 1,
        StatusRange::Default => 2,
    };
    // Those of a media type come before the others of their status.
    let arms = (0..=2).flat_map(|wanted| {
        let by_media = all.iter().flat_map(move |carried| {
            let statuses = carried
                .as_media
                .iter()
                .filter(move |(status, _)| rank(status) == wanted);
            statuses.map(move |(status, media)| {
                let (pattern, variant) = (pattern(*status), variant(context, carried));
                quote!(#pattern if answer.is_media(#media) => glue::Answer::from_received(answer).map(Self::#variant),)
            })
        });
        let others = all.iter().filter_map(move |carried| {
            let patterns: Vec<TokenStream> = carried
                .statuses
                .iter()
                .filter(|status| rank(status) == wanted)
                .map(|status| pattern(*status))
                .collect();
            let variant = variant(context, carried);
            (!patterns.is_empty())
                .then(|| quote!(#(#patterns)|* => glue::Answer::from_received(answer).map(Self::#variant),))
        });
        by_media.chain(others)
    });
    let arms: Vec<TokenStream> = arms.collect();
    let has_default = all
        .iter()
        .any(|carried| carried.statuses.contains(&StatusRange::Default));
    let last = (!has_default).then(|| quote!(_ => glue::undeclared_answer(),));
    let docs = Docs::ours("The body of a failure, by status: `error.problem_as()` decodes it.").tokens();
    vec![
        quote! {
            #docs
            #[derive(Debug, Clone)]
            #[non_exhaustive]
            pub enum #name { #(#members)* }
        },
        quote! {
            impl glue::Answer for #name {
                fn from_received(answer: &mut glue::Received<'_>) -> Result<Self, runtime::DecodeError> {
                    match answer.status() { #(#arms)* #last }
                }
            }
        },
    ]
}

/// Names a variant after its model.
fn variant(context: &Context<'_>, carried: &FailureType) -> Ident {
    let by_media = carried.as_media.first().map(|(status, _)| status);
    let first = carried.statuses.first().or(by_media);
    match &carried.kind {
        ResponseContent::Json(id) => match (context.names.ty(*id), first) {
            (Some(name), _) => ident(name),
            (None, Some(StatusRange::Exactly(code))) => ident(&format!("Status{code}")),
            (None, Some(StatusRange::Class(class))) => ident(&format!("Status{class}xx")),
            (None, _) => ident("Other"),
        },
        ResponseContent::Text => ident("PlainText"),
        _ => ident("RawBytes"),
    }
}

fn said(carried: &FailureType) -> String {
    let by_media = carried.as_media.iter();
    let by_media = by_media.map(|(status, media)| format!("{} as `{media}`", spoken(*status)));
    docs::listed(carried.statuses.iter().map(|status| spoken(*status)).chain(by_media))
}

/// Describes the types that failures carry, if the contract has no registry. `link` makes the target of a type's name.
pub(in crate::emit) fn sentence(
    context: &Context<'_>,
    id: ir::OperationId,
    link: &dyn Fn(&str) -> String,
) -> Option<String> {
    let operation = context.api.operation(id);
    if !operation.problems.is_empty() {
        return None;
    }
    let all = carried(context, operation);
    let one = |carried: &FailureType| {
        let ty = match &carried.kind {
            ResponseContent::Json(id) => context
                .names
                .ty(*id)
                .map_or_else(|| "JSON".to_owned(), |name| format!("[`{name}`]({})", link(name))),
            ResponseContent::Text => "text".to_owned(),
            _ => "bytes".to_owned(),
        };
        format!("{ty} ({})", said(carried))
    };
    let read = match all.as_slice() {
        [] => return None,
        [_] => String::new(),
        _ => format!(
            ": {} of `error.problem_as()`",
            docs::code(&context.names.operation(id).failure)
        ),
    };
    Some(format!("Failures contain {}{read}.", docs::listed(all.iter().map(one))))
}
