//! Success responses to the type of a call's value: one type, unit, a stream, or an enum of several.

use std::collections::BTreeMap;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::super::context::Context;
use super::super::docs;
use super::super::rust_type::RustType;
use super::super::tokens::{ident, number};
use super::kind::{ResponseContent, asked, chosen};
use sdkwright_contract::ir::{self, Method, PartContent, StatusRange};

/// Value of a call.
pub(crate) struct Output {
    /// Its type.
    pub(crate) ty: RustType,
    /// The model, if the type is one.
    pub(crate) model: Option<ir::TypeId>,
    /// True if items are read one after the other.
    pub(crate) is_stream: bool,
    /// Definition of the enum of several answers.
    pub(crate) definition: Vec<TokenStream>,
    /// Value of `Accept`.
    pub(crate) accept: String,
    /// The alternative stream and its media type.
    pub(crate) streamed: Option<(RustType, String)>,
    /// Further media types that can be requested.
    pub(crate) others: Vec<String>,
}

/// Returns the success responses: 2xx, and 304 of a read that is not a list; else `default`; else what the contract declares instead, such as
/// a redirection. A list keeps the type of its pages.
pub(crate) fn good(operation: &ir::Operation) -> Vec<&ir::Response> {
    let of = |wanted: fn(StatusRange) -> bool| -> Vec<&ir::Response> {
        let answers = operation.responses.iter();
        answers.filter(|answer| wanted(answer.status)).collect()
    };
    let mut success = of(StatusRange::is_success);
    if !success.is_empty() {
        let is_exact = |answer: &&ir::Response| matches!(answer.status, StatusRange::Exactly(_));
        if operation.method.is_safe() && operation.pagination.is_none() && success.iter().all(is_exact) {
            success.extend(of(|status| status == StatusRange::Exactly(304)));
        }
        return success;
    }
    let general = of(|status| status == StatusRange::Default);
    if !general.is_empty() {
        return general;
    }
    of(|status| matches!(status, StatusRange::Exactly(code) if code < 400))
}

/// Returns true if the operation answers 201.
pub(super) fn makes_new(operation: &ir::Operation) -> bool {
    let mut good = good(operation).into_iter();
    good.any(|answer| answer.status == StatusRange::Exactly(201))
}

/// Returns the success statuses, if the contract names them all; empty: every 2xx.
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

/// A success that the contract declares, with the media type that is read; empty without a body.
struct Success {
    status: StatusRange,
    content: ResponseContent,
    media: String,
}

/// Returns the value of an operation's call.
pub(crate) fn output(context: &Context<'_>, id: ir::OperationId, operation: &ir::Operation) -> Output {
    let good = good(operation);
    let kinds: Vec<Success> = good
        .iter()
        .map(|answer| {
            let (body, media) = if operation.method == Method::Head {
                (ResponseContent::Nothing, String::new())
            } else {
                chosen(answer)
            };
            Success {
                status: answer.status,
                content: body,
                media,
            }
        })
        .collect();
    let mut accept: Vec<String> = kinds
        .iter()
        .map(|one| one.media.clone())
        .filter(|media| !media.is_empty())
        .collect();
    accept.dedup();
    let is_stream = |kind: &ResponseContent| matches!(kind, ResponseContent::Items(..));
    let (streamed, others) = if operation.method == Method::Head {
        (None, Vec::new())
    } else {
        others(context, &good, &accept, kinds.iter().any(|one| is_stream(&one.content)))
    };
    if let Some(problem) = problem_media(operation).filter(|problem| !accept.contains(problem)) {
        accept.push(problem);
    }
    let accept = if accept.is_empty() {
        "*/*".to_owned()
    } else {
        accept.join(", ")
    };
    let mut distinct: Vec<RustType> = kinds.iter().map(|one| one.content.ty(context)).collect();
    distinct.dedup();
    let mut output = Output {
        ty: RustType::unit(),
        model: None,
        is_stream: false,
        definition: Vec::new(),
        accept,
        streamed,
        others,
    };
    match (distinct.len(), kinds.first()) {
        (0, _) | (_, None) => {}
        (1, Some(Success { content, .. })) => {
            output.model = if let ResponseContent::Json(id) = content {
                Some(*id)
            } else {
                None
            };
            output.ty = content.ty(context);
            output.is_stream = is_stream(content);
        }
        _ => (output.ty, output.definition) = several(context, id, &kinds),
    }
    output
}

/// Describes the value of a call; nothing for one without a value.
pub(crate) fn returns(output: &Output) -> Option<String> {
    let ty = match &output.ty {
        ty if ty.is_unit() => return None,
        RustType::Model(name) => format!("[`{name}`](crate::models::{name})"),
        other => docs::code(&other.to_string()),
    };
    Some(format!("Returns {ty}."))
}

/// Returns the alternatives: a stream, and media types that are read as raw bytes.
fn others(
    context: &Context<'_>,
    good: &[&ir::Response],
    accepted: &[String],
    is_stream: bool,
) -> (Option<(RustType, String)>, Vec<String>) {
    let bodies = || good.iter().flat_map(|answer| &answer.bodies);
    let streamed = bodies().find_map(|body| match &body.content {
        PartContent::Items(framing, id) if !is_stream => Some((
            ResponseContent::Items(*framing, *id).ty(context),
            asked(&body.media_type).to_owned(),
        )),
        _ => None,
    });
    let mut others: Vec<String> = Vec::new();
    for media in bodies().map(|body| &body.media_type) {
        let is_read = accepted.iter().any(|one| one == asked(media));
        let is_streamed = streamed.as_ref().is_some_and(|(_, stream)| stream == asked(media));
        if !is_read && !is_streamed && !others.contains(media) {
            others.push(media.clone());
        }
    }
    (streamed, others)
}

/// Returns the media type of problem documents if the contract declares it, for `Accept`.
fn problem_media(operation: &ir::Operation) -> Option<String> {
    let bodies = operation
        .responses
        .iter()
        .filter(|answer| !answer.status.is_success())
        .flat_map(|answer| &answer.bodies);
    bodies
        .map(|body| asked(&body.media_type).to_owned())
        .find(|media| ir::essence(media) == "application/problem+json")
}

fn several(context: &Context<'_>, id: ir::OperationId, kinds: &[Success]) -> (RustType, Vec<TokenStream>) {
    let name = ident(&context.names.operation(id).answer);
    let mut variants: BTreeMap<StatusRange, (Ident, RustType)> = BTreeMap::new();
    for one in kinds {
        variants.insert(one.status, (variant(one.status), one.content.ty(context)));
    }
    let members = variants.iter().map(|(status, (variant, ty))| {
        let docs = docs::Docs::ours(format!("Status {}.", spoken(*status))).tokens();
        if ty.is_unit() {
            quote!(#docs #variant,)
        } else {
            quote!(#docs #variant(#ty),)
        }
    });
    let arm = |status: &StatusRange, variant: &Ident, ty: &RustType| {
        let pattern = match status {
            StatusRange::Exactly(code) => number(*code),
            StatusRange::Class(_) | StatusRange::Default => quote!(_),
        };
        if ty.is_unit() {
            quote!(#pattern => Ok(Self::#variant),)
        } else {
            quote!(#pattern => glue::Answer::read(answer).map(Self::#variant),)
        }
    };
    let exact = |status: &StatusRange| matches!(status, StatusRange::Exactly(_));
    let wide = variants.iter().find(|(status, _)| !exact(status));
    // Undeclared statuses do not reach this code: the last arm handles the first declared one.
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
    let docs = docs::Docs::ours("The response of the operation, by status.").tokens();
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

                fn read(answer: &mut glue::Received<'_>) -> Result<Self, runtime::DecodeError> {
                    match answer.status() { #(#arms)* #last }
                }
            }
        },
    ];
    (RustType::Local(context.names.operation(id).answer.clone()), definition)
}

/// Emits which of several answers are streamed, if any.
fn streams(context: &Context<'_>, kinds: &[Success]) -> Option<TokenStream> {
    let mut arms = kinds
        .iter()
        .filter(|one| matches!(one.content, ResponseContent::Items(..)))
        .map(|one| {
            let ty = one.content.ty(context);
            let pattern = pattern(one.status);
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

/// Emits a status as a `match` pattern.
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
        StatusRange::Exactly(304) => ident("NotModified"),
        StatusRange::Exactly(code) => format_ident!("Status{code}"),
        StatusRange::Class(_) | StatusRange::Default => ident("Other"),
    }
}

/// Formats a status for documentation.
pub(crate) fn spoken(status: StatusRange) -> String {
    match status {
        StatusRange::Exactly(code) => code.to_string(),
        StatusRange::Class(class) => format!("{class}xx"),
        StatusRange::Default => "any other status".to_owned(),
    }
}
