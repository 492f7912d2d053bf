//! Answers of success to the type of a call's value: one type, nothing, a stream, or an enum of several.

use std::collections::BTreeMap;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::super::context::{Context, ident};
use super::super::docs;
use super::kind::{Kind, chosen};
use crate::ir::{self, Method, PartContent, StatusRange};

/// What a call gives.
pub(crate) struct Output {
    /// Its type.
    pub(crate) ty: TokenStream,
    /// The model that it is, if it is one.
    pub(crate) model: Option<ir::TypeId>,
    /// Items are read one after the other.
    pub(crate) is_stream: bool,
    /// The enum of several answers.
    pub(crate) definition: Vec<TokenStream>,
    /// Value of `Accept`.
    pub(crate) accept: String,
    /// The stream that can be asked for instead, and its media type.
    pub(crate) streamed: Option<(TokenStream, String)>,
    /// Further media types that can be asked for.
    pub(crate) others: Vec<String>,
}

/// The answers of success: 2xx; else what answers look like in general; else what the contract says comes instead, such
/// as a redirection.
pub(crate) fn good(operation: &ir::Operation) -> Vec<&ir::Answer> {
    let of = |wanted: fn(StatusRange) -> bool| -> Vec<&ir::Answer> {
        let answers = operation.answers.iter();
        answers.filter(|answer| wanted(answer.status)).collect()
    };
    let success = of(StatusRange::is_success);
    if !success.is_empty() {
        return success;
    }
    let general = of(|status| status == StatusRange::Default);
    if !general.is_empty() {
        return general;
    }
    of(|status| matches!(status, StatusRange::Exactly(code) if code < 400))
}

/// The statuses of success by number, where the contract names them all; else nothing: every 2xx is one.
pub(crate) fn statuses(operation: &ir::Operation) -> Vec<u16> {
    let statuses: Option<Vec<u16>> = good(operation)
        .iter()
        .map(|answer| match answer.status {
            StatusRange::Exactly(code) => Some(code),
            StatusRange::Class(_) | StatusRange::Default => None,
        })
        .collect();
    statuses.unwrap_or_default()
}

/// The value of an operation's call.
pub(crate) fn output(context: &Context<'_>, id: ir::OperationId, operation: &ir::Operation) -> Output {
    let good = good(operation);
    let kinds: Vec<(StatusRange, Kind, String)> = good
        .iter()
        .map(|answer| {
            let (kind, media) = if operation.method == Method::Head {
                (Kind::Nothing, String::new())
            } else {
                chosen(answer)
            };
            (answer.status, kind, media)
        })
        .collect();
    let mut accept: Vec<String> = kinds
        .iter()
        .map(|(_, _, media)| media.clone())
        .filter(|media| !media.is_empty())
        .collect();
    accept.dedup();
    let is_stream = |kind: &Kind| matches!(kind, Kind::Items(..));
    let (streamed, others) = if operation.method == Method::Head {
        (None, Vec::new())
    } else {
        others(
            context,
            &good,
            &accept,
            kinds.iter().any(|(_, kind, _)| is_stream(kind)),
        )
    };
    if let Some(problem) = problem_media(operation).filter(|problem| !accept.contains(problem)) {
        accept.push(problem);
    }
    let accept = if accept.is_empty() {
        "*/*".to_owned()
    } else {
        accept.join(", ")
    };
    let mut distinct: Vec<String> = kinds.iter().map(|(_, kind, _)| kind.ty(context).to_string()).collect();
    distinct.dedup();
    let mut output = Output {
        ty: quote!(()),
        model: None,
        is_stream: false,
        definition: Vec::new(),
        accept,
        streamed,
        others,
    };
    match (distinct.len(), kinds.first()) {
        (0, _) | (_, None) => {}
        (1, Some((_, kind, _))) => {
            output.model = if let Kind::Json(id) = kind { Some(*id) } else { None };
            output.ty = kind.ty(context);
            output.is_stream = is_stream(kind);
        }
        _ => (output.ty, output.definition) = several(context, id, &kinds),
    }
    output
}

/// What else can be asked for: a stream, and media types that are read as they are.
fn others(
    context: &Context<'_>,
    good: &[&ir::Answer],
    accepted: &[String],
    is_stream: bool,
) -> (Option<(TokenStream, String)>, Vec<String>) {
    let bodies = || good.iter().flat_map(|answer| &answer.bodies);
    let streamed = bodies().find_map(|body| match &body.content {
        PartContent::Items(framing, id) if !is_stream => Some((
            Kind::Items(*framing, *id).ty(context),
            ir::essence(&body.media_type).to_owned(),
        )),
        _ => None,
    });
    let mut others: Vec<String> = bodies()
        .map(|body| body.media_type.clone())
        .filter(|media| !accepted.iter().any(|one| one == ir::essence(media)))
        .filter(|media| streamed.as_ref().is_none_or(|(_, stream)| stream != media))
        .collect();
    others.dedup();
    (streamed, others)
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

fn several(
    context: &Context<'_>,
    id: ir::OperationId,
    kinds: &[(StatusRange, Kind, String)],
) -> (TokenStream, Vec<TokenStream>) {
    let name = ident(&context.names.operation(id).answer);
    let mut variants: BTreeMap<StatusRange, (Ident, TokenStream)> = BTreeMap::new();
    for (status, kind, _) in kinds {
        variants.insert(*status, (variant(*status), kind.ty(context)));
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
            StatusRange::Exactly(code) => number(*code),
            StatusRange::Class(_) | StatusRange::Default => quote!(_),
        };
        if ty.to_string() == "()" {
            quote!(#pattern => Ok(Self::#variant),)
        } else {
            quote!(#pattern => glue::Answer::read(answer).map(Self::#variant),)
        }
    };
    let exact = |status: &StatusRange| matches!(status, StatusRange::Exactly(_));
    let wide = variants.iter().find(|(status, _)| !exact(status));
    // Statuses that the contract does not name do not come here: the last arm is for the first that it does.
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
    let streams = streams(context, kinds);
    let derived = if streams.is_some() {
        quote!(Debug)
    } else {
        quote!(Debug, Clone, PartialEq)
    };
    let definition = vec![
        quote! {
            #docs
            #[derive(#derived)]
            #[non_exhaustive]
            pub enum #name { #(#members)* }
        },
        quote! {
            impl glue::Answer for #name {
                #streams

                fn read(answer: &mut glue::Received<'_>) -> Result<Self, sdkwright_runtime::DecodeError> {
                    match answer.status() { #(#arms)* #last }
                }
            }
        },
    ];
    (quote!(#name), definition)
}

/// Which of several answers are read as they come, if any is.
fn streams(context: &Context<'_>, kinds: &[(StatusRange, Kind, String)]) -> Option<TokenStream> {
    let mut arms = kinds
        .iter()
        .filter(|(_, kind, _)| matches!(kind, Kind::Items(..)))
        .map(|(status, kind, _)| {
            let ty = kind.ty(context);
            let pattern = pattern(*status);
            quote!(#pattern => <#ty as glue::Answer>::streams(status, content_type),)
        })
        .peekable();
    arms.peek()?;
    Some(quote! {
        fn streams(status: u16, content_type: &str) -> bool {
            match status { #(#arms)* _ => false }
        }
    })
}

/// A status without the suffix of its type.
pub(super) fn number(code: u16) -> TokenStream {
    let code = Literal::u16_unsuffixed(code);
    quote!(#code)
}

/// A status in a `match`.
pub(super) fn pattern(status: StatusRange) -> TokenStream {
    match status {
        StatusRange::Exactly(code) => number(code),
        StatusRange::Class(class) => {
            let (from, to) = (number(u16::from(class) * 100), number(u16::from(class) * 100 + 99));
            quote!(#from..=#to)
        }
        StatusRange::Default => quote!(_),
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
