//! Recognition of problem documents: the media types and members that the contract declares for failures.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::context::Context;
use super::operation::answer::good;
use sdkwright_contract::ir::{self, PartContent, StatusRange};
use sdkwright_contract::source::escape;

/// Required members in a contract without problem codes.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Members {
    All(Vec<String>),
    Any(Vec<String>),
}

/// Emits `glue::ProblemBody { .. }` for each declared form, in a stable order.
pub(super) fn bodies(context: &Context<'_>) -> Vec<TokenStream> {
    let api = context.api;
    if api.settings.problem.is_none() && api.problem_codes.is_none() {
        return plain(context);
    }
    let schema = api.settings.problem.as_ref().and_then(|places| places.schema);
    let is_named = |id: ir::TypeId| schema.is_some_and(|schema| context.resolve(schema) == context.resolve(id));
    let mut media: BTreeSet<String> = json(context)
        .filter(|(_, _, id)| is_named(*id))
        .map(|(_, media, _)| media)
        .collect();
    if media.is_empty() {
        media = json(context).map(|(_, media, _)| media).collect();
    }
    let row = |media: &String| quote!(glue::ProblemBody { statuses: (400, 599), media_type: #media, members: glue::Members::Code });
    media.iter().map(row).collect()
}

/// Returns the JSON bodies of failures: status, media type, type.
fn json<'a>(context: &'a Context<'_>) -> impl Iterator<Item = (StatusRange, String, ir::TypeId)> + 'a {
    let operations = context.api.operations().map(|(_, operation)| operation);
    operations.flat_map(|operation| {
        let good: Vec<StatusRange> = good(operation).iter().map(|answer| answer.status).collect();
        let failures = operation
            .responses
            .iter()
            .filter(move |answer| !good.contains(&answer.status));
        failures.flat_map(|answer| {
            answer.bodies.iter().filter_map(|body| match body.content {
                PartContent::Json(id) => {
                    let media = ir::essence(&body.media_type).to_ascii_lowercase();
                    Some((answer.status, media, id))
                }
                _ => None,
            })
        })
    })
}

/// Emits the declared forms of refusals in a contract without codes.
fn plain(context: &Context<'_>) -> Vec<TokenStream> {
    let forms: BTreeSet<((u16, u16), String, Members)> = json(context)
        .filter_map(|(status, media, id)| Some((refusals(status)?, media, members(context, id))))
        .filter(|(_, _, members)| *members != Members::Any(Vec::new()))
        .collect();
    let row = |((least, most), media, members): &((u16, u16), String, Members)| {
        let [least, most] = [*least, *most].map(proc_macro2::Literal::u16_unsuffixed);
        let members = match members {
            Members::All(pointers) => quote!(All(&[#(#pointers),*])),
            Members::Any(pointers) => quote!(Any(&[#(#pointers),*])),
        };
        quote!(glue::ProblemBody { statuses: (#least, #most), media_type: #media, members: glue::Members::#members })
    };
    forms.iter().map(row).collect()
}

/// Returns the statuses below 500 that it includes.
fn refusals(status: StatusRange) -> Option<(u16, u16)> {
    match status {
        StatusRange::Exactly(code) => (400..500).contains(&code).then_some((code, code)),
        StatusRange::Class(class) => (class == 4).then_some((400, 499)),
        StatusRange::Default => Some((400, 499)),
    }
}

/// Returns the required members of the declared type; if none is required, its declared ones.
fn members(context: &Context<'_>, id: ir::TypeId) -> Members {
    let ir::Shape::Object(object) = context.shape(id) else {
        return Members::Any(Vec::new());
    };
    let named = |is_wanted: fn(&ir::Member) -> bool| -> Vec<String> {
        let members = object
            .members
            .iter()
            .filter(|member| !member.write_only && is_wanted(member));
        members.map(|member| format!("/{}", escape(&member.name))).collect()
    };
    let required = named(|member| member.presence == ir::Presence::Required);
    if required.is_empty() {
        return Members::Any(named(|_| true));
    }
    Members::All(required)
}
