//! Forms of the failures that operations declare: statuses, media type and members. Only a response of such a form proves that
//! an action did not happen.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use sdkwright_contract::ir;
use sdkwright_contract::ir::{PartContent, StatusRange};
use sdkwright_contract::source::escape;

use super::super::context::{Context, FailureSets};
use super::super::docs::Docs;
use super::super::promised::{Promised, promised};
use super::super::tokens::{array, number};
use super::answer::good;

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
pub(in crate::emit) fn constants(context: &Context<'_>) -> Vec<TokenStream> {
    let docs = Docs::ours("Forms of the failures that some operations declare.".to_owned()).tokens();
    let schema = named_schema(context);
    let sets = sets(context).operations.iter().enumerate();
    sets.map(|(place, id)| {
        let forms = forms(context, context.api.operation(*id), schema);
        let (name, rows) = (name(place), array(rows(&forms)));
        quote!(#docs #[allow(dead_code)] pub(crate) const #name: &[glue::ProblemBody] = #rows;)
    })
    .collect()
}

/// Emits `.failures(..)`; nothing for an operation without effects, or without declared failures.
pub(super) fn of_operation(context: &Context<'_>, id: ir::OperationId) -> Option<TokenStream> {
    let place = sets(context).of_operation.get(id.0 as usize).copied().flatten()?;
    let name = name(place);
    Some(quote!(.failures(crate::api::#name)))
}

/// Emits `glue::ProblemBody { .. }` for each form that some operation declares, in a stable order.
pub(in crate::emit) fn of_api(context: &Context<'_>) -> Vec<TokenStream> {
    let schema = named_schema(context);
    let mut all = Forms::new();
    for (_, operation) in context.api.operations() {
        for (form, statuses) in forms(context, operation, schema) {
            all.entry(form).or_default().extend(statuses);
        }
    }
    rows(&all)
}

fn name(place: usize) -> Ident {
    format_ident!("FAILURES_{}", place + 1)
}

fn rows(forms: &Forms) -> Vec<TokenStream> {
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
    let is_used = operations.any(|(_, operation)| bodies(operation).any(|(_, body)| is_of(context, body, schema)));
    is_used.then_some(schema)
}

fn is_of(context: &Context<'_>, body: &ir::ResponseBody, schema: ir::TypeId) -> bool {
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
        if schema.is_some_and(|schema| !is_of(context, body, schema)) {
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
