//! Failures: the types that they contain, and the forms that operations declare.
//!
//! There is no definition for one type, and an enum for several. A form has statuses, media type and members. Only a response of such a
//! form proves that an action did not happen.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use sdkwright_contract::ir::{self, PartContent, StatusRange};
use sdkwright_contract::source::escape;

use super::super::context::{Context, FailureSets};
use super::super::docs::{self, Docs};
use super::super::tokens::{RustType, array, ident, number};
use super::answer::{good, pattern, spoken};
use super::body::{Promised, ResponseContent, chosen, further, promised};

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

// Forms of the failures that operations declare.

/// The form of a failure's body.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct FailureForm {
    media: String,
    members: Vec<Promised>,
    /// JSON Pointers of which a body has at least one; empty without this condition.
    any_of: Vec<String>,
}

/// The forms of failures, each with its ranges of statuses.
type Forms = BTreeMap<FailureForm, BTreeSet<(u16, u16)>>;

fn sets<'c>(context: &'c Context<'_>) -> &'c FailureSets {
    context.failures.get_or_init(|| {
        let schema = named_schema(context);
        let (mut places, mut sets) = (BTreeMap::new(), FailureSets::default());
        for (id, operation) in context.api.operations() {
            let good = good(operation);
            let declares = operation
                .responses
                .iter()
                .any(|answer| !good.iter().any(|good| good.status == answer.status));
            let place = (declares && !operation.method.is_safe()).then(|| {
                let next = places.len();
                *places.entry(forms(context, operation, schema)).or_insert(next)
            });
            if place == Some(sets.operations.len()) {
                sets.operations.push(id);
            }
            sets.of_operation.push(place);
        }
        sets
    })
}

/// Emits the constants that operations share.
pub(in crate::emit) fn form_constants(context: &Context<'_>) -> Vec<TokenStream> {
    let docs = Docs::ours("Forms of the failures that some operations declare.".to_owned()).tokens();
    let schema = named_schema(context);
    let sets = sets(context).operations.iter().enumerate();
    sets.map(|(place, id)| {
        let forms = forms(context, context.api.operation(*id), schema);
        let (name, rows) = (constant_name(place), array(form_rows(&forms)));
        quote!(#docs #[allow(dead_code)] pub(crate) const #name: &[glue::ProblemBody] = #rows;)
    })
    .collect()
}

/// Emits `.failures(..)`; nothing for an operation without effects, or without declared failures.
pub(super) fn forms_of_operation(context: &Context<'_>, id: ir::OperationId) -> Option<TokenStream> {
    let place = sets(context).of_operation.get(id.0 as usize).copied().flatten()?;
    let name = constant_name(place);
    Some(quote!(.failures(crate::api::#name)))
}

/// Emits `glue::ProblemBody { .. }` for each form that some operation declares, in a stable order.
pub(in crate::emit) fn forms_of_api(context: &Context<'_>) -> Vec<TokenStream> {
    let schema = named_schema(context);
    let mut all = Forms::new();
    for (_, operation) in context.api.operations() {
        for (form, statuses) in forms(context, operation, schema) {
            all.entry(form).or_default().extend(statuses);
        }
    }
    form_rows(&all)
}

fn constant_name(place: usize) -> Ident {
    format_ident!("FAILURES_{}", place + 1)
}

fn form_rows(forms: &Forms) -> Vec<TokenStream> {
    let row = |(form, statuses): (&FailureForm, &BTreeSet<(u16, u16)>)| {
        let (media, any_of) = (&form.media, &form.any_of);
        let statuses = array(statuses.iter().map(|(first, last)| {
            let (first, last) = (number(*first), number(*last));
            quote!((#first, #last))
        }));
        let members = array(form.members.iter().map(Promised::tokens));
        quote!(glue::ProblemBody { statuses: #statuses, media_type: #media, members: #members, any_of: &[#(#any_of),*] })
    };
    forms.iter().map(row).collect()
}

fn has_codes(context: &Context<'_>) -> bool {
    context.api.settings.problem.is_some() || context.api.problem_codes.is_some()
}

/// Returns the schema of problem documents that the contract names, if some failure has it.
fn named_schema(context: &Context<'_>) -> Option<ir::TypeId> {
    let schema = context.api.settings.problem.as_ref().and_then(|places| places.schema)?;
    let schema = context.resolve(schema);
    let mut operations = context.api.operations();
    let is_used = operations.any(|(_, operation)| bodies(operation).any(|(_, body)| has_schema(context, body, schema)));
    is_used.then_some(schema)
}

fn has_schema(context: &Context<'_>, body: &ir::ResponseBody, schema: ir::TypeId) -> bool {
    matches!(body.content, PartContent::Json(ty) if context.resolve(ty) == schema)
}

/// Returns the bodies of an operation's failures.
fn bodies(operation: &ir::Operation) -> impl Iterator<Item = (StatusRange, &ir::ResponseBody)> {
    let good: Vec<StatusRange> = good(operation).iter().map(|answer| answer.status).collect();
    let failures = operation
        .responses
        .iter()
        .filter(move |answer| !good.contains(&answer.status));
    failures.flat_map(|answer| answer.bodies.iter().map(|body| (answer.status, body)))
}

/// Returns the forms of an operation's failures. Without problem codes, only refusals whose body has known members.
fn forms(context: &Context<'_>, operation: &ir::Operation, schema: Option<ir::TypeId>) -> Forms {
    let has_codes = has_codes(context);
    let mut all = Forms::new();
    for (status, body) in bodies(operation) {
        let PartContent::Json(ty) = body.content else { continue };
        if schema.is_some_and(|schema| !has_schema(context, body, schema)) {
            continue;
        }
        let Some(statuses) = statuses(status, has_codes) else {
            continue;
        };
        let members = promised(context, ty);
        let any_of = any_of(context, ty, &members);
        let is_known = has_codes || !any_of.is_empty() || members.iter().any(|member| !member.at.is_empty());
        if is_known {
            let media = ir::essence(&body.media_type).to_ascii_lowercase();
            let form = FailureForm { media, members, any_of };
            all.entry(form).or_default().insert(statuses);
        }
    }
    all
}

/// Returns the statuses of failures that it includes; without problem codes those below 500.
fn statuses(status: StatusRange, has_codes: bool) -> Option<(u16, u16)> {
    let last = if has_codes { 599 } else { 499 };
    let (first, highest) = match status {
        StatusRange::Exactly(code) => (code, code),
        StatusRange::Class(class) => (u16::from(class) * 100, u16::from(class) * 100 + 99),
        StatusRange::Default => (400, last),
    };
    ((400..=last).contains(&first) && highest <= last).then_some((first, highest))
}

/// Returns the pointers of the members of an object that requires none.
fn any_of(context: &Context<'_>, ty: ir::TypeId, members: &[Promised]) -> Vec<String> {
    let ir::Shape::Object(object) = context.shape(ty) else {
        return Vec::new();
    };
    if members.iter().any(|member| !member.at.is_empty()) {
        return Vec::new();
    }
    let received = object.members.iter().filter(|member| !member.write_only);
    received.map(|member| format!("/{}", escape(&member.name))).collect()
}
