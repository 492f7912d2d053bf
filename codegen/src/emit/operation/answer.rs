//! Answers of success to the type of a call's value: one type, nothing, or an enum of several.

use std::collections::BTreeMap;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::super::context::{Context, ident};
use super::super::docs;
use crate::ir::{self, PartContent, StatusRange};

/// What a call gives.
pub(crate) struct Output {
    /// Its type.
    pub(crate) ty: TokenStream,
    /// The model that it is, if it is one.
    pub(crate) model: Option<ir::TypeId>,
    /// The enum of several answers.
    pub(crate) definition: Vec<TokenStream>,
    /// Value of `Accept`.
    pub(crate) accept: String,
}

/// One kind of answer.
#[derive(Clone, PartialEq)]
enum Kind {
    Nothing,
    Json(ir::TypeId),
    Text,
    Bytes,
}

/// The value of an operation's call.
pub(crate) fn output(context: &Context<'_>, id: ir::OperationId, operation: &ir::Operation) -> Output {
    let mut good: Vec<&ir::Answer> = operation
        .answers
        .iter()
        .filter(|answer| answer.status.is_success())
        .collect();
    if good.is_empty() {
        // A contract that names no success but says what answers look like in general means that.
        good.extend(
            operation
                .answers
                .iter()
                .filter(|answer| answer.status == StatusRange::Default),
        );
    }
    let kinds: Vec<(StatusRange, Kind, String)> = good
        .iter()
        .map(|answer| {
            let (kind, media) = kind(answer);
            (answer.status, kind, media)
        })
        .collect();
    let mut accept: Vec<String> = kinds
        .iter()
        .map(|(_, _, media)| media.clone())
        .filter(|media| !media.is_empty())
        .collect();
    accept.dedup();
    if let Some(problem) = problem_media(operation).filter(|problem| !accept.contains(problem)) {
        accept.push(problem);
    }
    let accept = if accept.is_empty() {
        "*/*".to_owned()
    } else {
        accept.join(", ")
    };
    let mut distinct: Vec<String> = kinds.iter().map(|(_, kind, _)| ty(context, kind).to_string()).collect();
    distinct.sort();
    distinct.dedup();
    match (distinct.len(), kinds.first()) {
        (0, _) | (_, None) => Output {
            ty: quote!(()),
            model: None,
            definition: Vec::new(),
            accept,
        },
        (1, Some((_, kind, _))) => {
            let model = if let Kind::Json(id) = kind { Some(*id) } else { None };
            Output {
                ty: ty(context, kind),
                model,
                definition: Vec::new(),
                accept,
            }
        }
        _ => several(context, id, &kinds, accept),
    }
}

fn kind(answer: &ir::Answer) -> (Kind, String) {
    let of = |body: &ir::AnswerBody| match &body.content {
        PartContent::Json(id) | PartContent::Form(id) => Kind::Json(*id),
        PartContent::Text => Kind::Text,
        PartContent::Binary | PartContent::Multipart(..) => Kind::Bytes,
    };
    let json = answer
        .bodies
        .iter()
        .find(|body| matches!(body.content, PartContent::Json(_)));
    match json.or(answer.bodies.first()) {
        Some(body) => (
            of(body),
            body.media_type.split(';').next().unwrap_or_default().trim().to_owned(),
        ),
        None => (Kind::Nothing, String::new()),
    }
}

/// Problem documents are asked for by name where the contract says that they come.
fn problem_media(operation: &ir::Operation) -> Option<String> {
    let bodies = operation
        .answers
        .iter()
        .filter(|answer| !answer.status.is_success())
        .flat_map(|answer| &answer.bodies);
    bodies
        .map(|body| body.media_type.clone())
        .find(|media| media == "application/problem+json")
}

fn ty(context: &Context<'_>, kind: &Kind) -> TokenStream {
    match kind {
        Kind::Nothing => quote!(()),
        Kind::Json(id) => context.ty(*id),
        Kind::Text => quote!(glue::Text),
        Kind::Bytes => quote!(glue::Bytes),
    }
}

fn several(
    context: &Context<'_>,
    id: ir::OperationId,
    kinds: &[(StatusRange, Kind, String)],
    accept: String,
) -> Output {
    let name = ident(&context.names.operation(id).answer);
    let mut variants: BTreeMap<StatusRange, (Ident, TokenStream)> = BTreeMap::new();
    for (status, kind, _) in kinds {
        variants.insert(*status, (variant(*status), ty(context, kind)));
    }
    let members = variants.iter().map(|(status, (variant, ty))| {
        let docs = docs::Docs::ours(format!("Status {}.", spoken(*status))).tokens();
        if ty.to_string() == "()" {
            quote!(#docs #variant,)
        } else {
            quote!(#docs #variant(#ty),)
        }
    });
    let arm = |status: &StatusRange, variant: &Ident, ty: &TokenStream| {
        let pattern = match status {
            StatusRange::Exactly(code) => quote!(#code),
            StatusRange::Class(_) | StatusRange::Default => quote!(_),
        };
        if ty.to_string() == "()" {
            quote!(#pattern => Ok(Self::#variant),)
        } else {
            quote!(#pattern => glue::Answer::read(status, content_type, body).map(Self::#variant),)
        }
    };
    let exact = |status: &StatusRange| matches!(status, StatusRange::Exactly(_));
    let wide = variants.iter().find(|(status, _)| !exact(status));
    // Any 2xx is a success: a status that the contract does not name is read like the first that it does.
    let (other, arms) = match (wide, variants.iter().next()) {
        (Some((status, (variant, ty))), _) => (
            Some((*status, variant, ty)),
            variants.iter().filter(|(s, _)| exact(s)).collect::<Vec<_>>(),
        ),
        (None, Some((_, (variant, ty)))) => (
            Some((StatusRange::Default, variant, ty)),
            variants.iter().skip(1).collect(),
        ),
        (None, None) => (None, Vec::new()),
    };
    let arms = arms.into_iter().map(|(status, (variant, ty))| arm(status, variant, ty));
    let last = other.map(|(_, variant, ty)| arm(&StatusRange::Default, variant, ty));
    let docs = docs::Docs::ours("What the operation answers, by status.").tokens();
    let definition = vec![
        quote! {
            #docs
            #[derive(Debug, Clone, PartialEq)]
            #[non_exhaustive]
            pub enum #name { #(#members)* }
        },
        quote! {
            impl glue::Answer for #name {
                fn read(status: u16, content_type: &str, body: &glue::Bytes) -> Result<Self, sdk_runtime::DecodeError> {
                    match status { #(#arms)* #last }
                }
            }
        },
    ];
    Output {
        ty: quote!(#name),
        model: None,
        definition,
        accept,
    }
}

fn variant(status: StatusRange) -> Ident {
    match status {
        StatusRange::Exactly(200) => ident("Ok"),
        StatusRange::Exactly(201) => ident("Created"),
        StatusRange::Exactly(202) => ident("Accepted"),
        StatusRange::Exactly(203) => ident("NonAuthoritative"),
        StatusRange::Exactly(204) => ident("NoContent"),
        StatusRange::Exactly(205) => ident("ResetContent"),
        StatusRange::Exactly(206) => ident("PartialContent"),
        StatusRange::Exactly(code) => format_ident!("Status{code}"),
        StatusRange::Class(_) | StatusRange::Default => ident("Other"),
    }
}

/// A status as people say it.
pub(crate) fn spoken(status: StatusRange) -> String {
    match status {
        StatusRange::Exactly(code) => code.to_string(),
        StatusRange::Class(class) => format!("{class}xx"),
        StatusRange::Default => "not named otherwise".to_owned(),
    }
}
