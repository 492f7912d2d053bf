//! Success responses to the type of a call's value: one type, unit, a stream, or an enum of several.

use std::collections::BTreeMap;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::super::context::Context;
use super::super::tokens::{RustType, ident, number};
use super::super::{docs, sentences};
use super::body::{ResponseContent, asked, chosen, further};
use sdkwright_contract::ir::{self, Method, PartContent, StatusRange};

/// Value of a call.
pub(crate) struct CallOutput {
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

/// Returns the success responses: 2xx, and 304 of a read that is not a list, because a list keeps the type of its pages. Without
/// them, what the contract declares instead, such as a redirection; else `default`.
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
    let others = of(|status| matches!(status, StatusRange::Exactly(code) if code < 400));
    if !others.is_empty() {
        return others;
    }
    of(|status| status == StatusRange::Default)
}

/// Returns true if the operation answers 201.
pub(super) fn makes_new(operation: &ir::Operation) -> bool {
    let mut successes = good(operation).into_iter();
    successes.any(|answer| answer.status == StatusRange::Exactly(201))
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
struct DeclaredSuccess {
    status: StatusRange,
    content: ResponseContent,
    media: String,
    /// The status has another media type, for a response without this one.
    is_further: bool,
}

/// Returns true if each typed media type of a status has its own type. A list has one, and so has an operation with
/// `x-repeats`; `contract` counts the others as left out.
fn has_several(operation: &ir::Operation) -> bool {
    operation.method != Method::Head && operation.pagination.is_none() && operation.repeats.is_empty()
}

/// Returns the successes in the order of the statuses; for each status first the media type that is read, then the further ones.
fn declared_successes(context: &Context<'_>, operation: &ir::Operation) -> Vec<DeclaredSuccess> {
    let mut successes = Vec::new();
    for answer in good(operation) {
        let mut contents = match operation.method {
            Method::Head => vec![(ResponseContent::Nothing, String::new())],
            _ => vec![chosen(answer)],
        };
        if has_several(operation) {
            contents.extend(further(context, answer));
        }
        for (at, (content, media)) in contents.into_iter().enumerate() {
            successes.push(DeclaredSuccess {
                status: answer.status,
                content,
                media,
                is_further: at > 0,
            });
        }
    }
    successes
}

/// Returns the value of `Accept`: the media types of successes in their order, and that of problems last.
fn accept_value(operation: &ir::Operation, mut accepted: Vec<String>) -> String {
    if let Some(problem) = problem_media(operation).filter(|problem| !accepted.contains(problem)) {
        accepted.push(problem);
    }
    if accepted.is_empty() {
        return "*/*".to_owned();
    }
    accepted.join(", ")
}

/// Returns the value of an operation's call.
pub(crate) fn output(context: &Context<'_>, id: ir::OperationId, operation: &ir::Operation) -> CallOutput {
    let successes = declared_successes(context, operation);
    let media = successes.iter().map(|one| one.media.clone());
    let mut accepted: Vec<String> = media.filter(|media| !media.is_empty()).collect();
    accepted.dedup();
    let is_stream = |one: &DeclaredSuccess| matches!(one.content, ResponseContent::Items(..));
    // `accept_value` adds the media type of problems later, so that a success of that type is still an alternative.
    let (streamed, others) = if operation.method == Method::Head {
        (None, Vec::new())
    } else {
        alternatives(context, &good(operation), &accepted, successes.iter().any(is_stream))
    };
    let mut distinct: Vec<RustType> = successes.iter().map(|one| one.content.ty(context)).collect();
    distinct.dedup();
    let mut output = CallOutput {
        ty: RustType::unit(),
        model: None,
        is_stream: false,
        definition: Vec::new(),
        accept: accept_value(operation, accepted),
        streamed,
        others,
    };
    match distinct.as_slice() {
        [] => {}
        [ty] => {
            output.ty = ty.clone();
            output.is_stream = successes.first().is_some_and(is_stream);
            if let Some(ResponseContent::Json(id)) = successes.first().map(|one| &one.content) {
                output.model = Some(*id);
            }
        }
        _ => (output.ty, output.definition) = several(context, id, &successes),
    }
    output
}

/// Describes the value of a call; nothing for one without a value.
pub(crate) fn returns(output: &CallOutput) -> Option<String> {
    (!output.ty.is_unit()).then(|| format!("Returns {}.", linked(&output.ty)))
}

/// Returns a type as code, with a link to its model.
pub(crate) fn linked(ty: &RustType) -> String {
    match ty {
        RustType::Model(name) => format!("[`{name}`](crate::models::{name})"),
        other => docs::code(&other.to_string()),
    }
}

/// Returns statuses with their descriptions.
pub(crate) fn described<'r>(all: impl Iterator<Item = (StatusRange, Option<&'r String>)>) -> String {
    docs::listed(all.map(|(status, description)| {
        let status = spoken(status);
        match description
            .map(|text| sentences::unended(text))
            .filter(|text| !text.is_empty())
        {
            Some(text) => format!("{status} ({text})"),
            None => status,
        }
    }))
}

/// Returns the alternatives: a stream, and media types that are read as raw bytes.
fn alternatives(
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

/// A variant of the enum of several answers.
struct AnswerVariant {
    name: Ident,
    ty: RustType,
    /// The media type; `None` for that of any other response of the status.
    media: Option<String>,
}

/// Returns the end of a media type in the form of a variant: `VndPetsJson`.
fn pascal(media: &str) -> String {
    let subtype = ir::essence(media).split('/').next_back().unwrap_or_default();
    let words = subtype.split(|c: char| !c.is_ascii_alphanumeric());
    words
        .map(|word| word.get(..1).unwrap_or_default().to_ascii_uppercase() + word.get(1..).unwrap_or_default())
        .collect()
}

/// Returns the type of an enum with a variant for each success, and its definition.
fn several(context: &Context<'_>, id: ir::OperationId, kinds: &[DeclaredSuccess]) -> (RustType, Vec<TokenStream>) {
    let name = ident(&context.names.operation(id).answer);
    let mut variants: BTreeMap<StatusRange, Vec<AnswerVariant>> = BTreeMap::new();
    for one in kinds {
        let of_status = variants.entry(one.status).or_default();
        let media = one.is_further.then(|| one.media.clone());
        let plain = variant(one.status);
        let name = media
            .as_ref()
            .map_or(plain.clone(), |media| format_ident!("{plain}{}", pascal(media)));
        let is_twice = of_status.iter().any(|known| known.name == name);
        of_status.push(AnswerVariant {
            name: if is_twice {
                format_ident!("{name}{}", of_status.len() + 1)
            } else {
                name
            },
            ty: one.content.ty(context),
            media,
        });
    }
    let members = variants
        .iter()
        .flat_map(|(status, all)| all.iter().map(move |one| (*status, one)));
    let members = members.map(|(status, AnswerVariant { name, ty, media })| {
        let docs = match media {
            Some(media) => format!("Status {} as `{media}`.", spoken(status)),
            None => format!("Status {}.", spoken(status)),
        };
        let docs = docs::Docs::ours(docs).tokens();
        if ty.is_unit() {
            quote!(#docs #name,)
        } else {
            quote!(#docs #name(#ty),)
        }
    });
    // Those of a media type come before the others of their status.
    let arm = |status: &StatusRange, all: &[AnswerVariant]| {
        let pattern = match status {
            StatusRange::Exactly(code) => number(*code),
            StatusRange::Class(_) | StatusRange::Default => quote!(_),
        };
        let arms = all.iter().rev().map(|AnswerVariant { name, ty, media }| {
            let guard = media.as_ref().map(|media| quote!(if answer.is_media(#media)));
            if ty.is_unit() {
                quote!(#pattern #guard => Ok(Self::#name),)
            } else {
                quote!(#pattern #guard => glue::Answer::from_received(answer).map(Self::#name),)
            }
        });
        quote!(#(#arms)*)
    };
    let exact = |status: &StatusRange| matches!(status, StatusRange::Exactly(_));
    let wide = variants.iter().find(|(status, _)| !exact(status));
    // Undeclared statuses do not reach this code: the last arm handles the first declared one.
    let (other, arms) = match (wide, variants.iter().next()) {
        (Some((_, all)), _) => (Some(all), variants.iter().filter(|(s, _)| exact(s)).collect::<Vec<_>>()),
        (None, Some((_, all))) => (Some(all), variants.iter().skip(1).collect()),
        (None, None) => (None, Vec::new()),
    };
    let arms = arms.into_iter().map(|(status, all)| arm(status, all));
    let last = other.map(|all| arm(&StatusRange::Default, all));
    let docs = docs::Docs::ours("The response of the operation, by status.").tokens();
    let streamed = streams(context, kinds);
    let derived = if streamed.is_some() {
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
                #streamed

                fn from_received(answer: &mut glue::Received<'_>) -> Result<Self, runtime::DecodeError> {
                    match answer.status() { #(#arms)* #last }
                }
            }
        },
    ];
    (RustType::Local(context.names.operation(id).answer.clone()), definition)
}

/// Emits which of several answers are streamed, if any.
fn streams(context: &Context<'_>, kinds: &[DeclaredSuccess]) -> Option<TokenStream> {
    let mut types: BTreeMap<StatusRange, Vec<RustType>> = BTreeMap::new();
    for one in kinds
        .iter()
        .filter(|one| matches!(one.content, ResponseContent::Items(..)))
    {
        types.entry(one.status).or_default().push(one.content.ty(context));
    }
    let mut arms = types
        .iter()
        .map(|(status, types)| {
            let statuses = pattern(*status);
            quote!(#statuses => #(<#types as glue::Answer>::streams(status, content_type))||*,)
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

/// Names a variant after its status.
pub(crate) fn variant(status: StatusRange) -> Ident {
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
