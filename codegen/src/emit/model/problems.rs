//! The enum of problem codes to the meaning of each code for the caller, read from the constant registry.

use proc_macro2::TokenStream;
use quote::quote;
use sdkwright_contract::ir;
use sdkwright_contract::ir::Literals;

use super::super::context::Context;
use super::super::docs;
use super::super::docs::Docs;
use super::super::sentences::CommonProblems;
use super::super::tokens::ident;

/// Describes a code in words.
pub(super) fn explain(context: &Context<'_>, shape: &ir::EnumShape, value: &ir::EnumValue, docs: &mut Docs) {
    let code = value.value.text();
    let rows = shape.problems.iter().flat_map(|model| &model.rows);
    let Some(stated) = rows.into_iter().find(|stated| stated.row.code == code) else {
        return;
    };
    let row = &stated.row;
    let facts = format!(
        "Status {}. Action: {}. Retry: {}. Actor: {}. {}",
        row.status,
        outcome(row),
        retry(row.retry, row.new_key),
        docs::inline(row.actor),
        docs::inline(row.advice)
    );
    docs.wrapped(&facts);
    // If a code is unconfirmed as a whole, its documentation says so.
    if value.text.provenance == ir::Provenance::Silent
        && let Some(documented) = documented(stated)
    {
        docs.paragraph([format!(
            "Confirmed: {documented}. All else is {}.",
            context.badge(ir::AssumptionKind::Code)
        )]);
    }
}

/// Adds the codes that operations have in common.
pub(super) fn common(context: &Context<'_>, id: ir::TypeId, docs: &mut Docs) {
    if context.api.problem_codes != Some(id) || context.common_problems.is_empty() || !context.about.documented {
        return;
    }
    docs.paragraph(["# Common codes".to_owned()]);
    docs.paragraph(["The documentation of an operation lists only its other codes.".to_owned()]);
    let CommonProblems { all, keyed } = &context.common_problems;
    for (head, codes) in [
        ("Each operation can return:", all),
        ("Each operation with an idempotency key can also return:", keyed),
    ] {
        let links: Vec<String> = codes.iter().map(|code| variant_link(context, code)).collect();
        if !links.is_empty() {
            docs.paragraph([head.to_owned()]);
            docs.wrapped(&format!("{}.", links.join(", ")));
        }
    }
}

/// Returns a problem code as code, with a link to its variant if there is one.
pub(crate) fn variant_link(context: &Context<'_>, code: &str) -> String {
    let ty = context.api.problem_codes.and_then(|id| context.names.ty(id));
    match (ty, variant(context, code)) {
        (Some(ty), Some(variant)) => format!("[{}](crate::models::{ty}::{variant})", docs::code(code)),
        _ => docs::code(code),
    }
}

/// Returns the variant of a problem code.
pub(crate) fn variant<'a>(context: &Context<'a>, code: &str) -> Option<&'a str> {
    let id = context.api.problem_codes?;
    let ir::Shape::Enum(shape) = context.shape(id) else {
        return None;
    };
    let at = shape.values.iter().position(|value| value.value.text() == code)?;
    Some(context.names.variant(context.resolve(id), at))
}

/// Lists the parts of a code that the owner documents; `None` if the contract does not mark them.
pub(crate) fn documented(stated: &ir::StatedProblem) -> Option<String> {
    let members = stated.documented.as_ref()?.iter().map(|member| match member.as_str() {
        "status" => "its status",
        "retry" => "the retry condition",
        "outcome" => "the outcome of the action",
        "actor" => "the actor",
        "advice" => "the advice",
        _ => "further properties",
    });
    Some(docs::listed(std::iter::once("the code").chain(members)))
}

/// Describes the outcome of a row.
pub(crate) fn outcome(row: &ir::ProblemRow) -> &'static str {
    match (row.outcome, row.creating) {
        (ir::RowOutcome::NotExecuted, ir::RowOutcome::NotExecuted) => "not executed",
        (ir::RowOutcome::Unknown, ir::RowOutcome::Unknown) => "unknown",
        (ir::RowOutcome::Unknown, ir::RowOutcome::NotExecuted) => "unknown; not executed if it creates a resource",
        (ir::RowOutcome::NotExecuted, ir::RowOutcome::Unknown) => "not executed; unknown if it creates a resource",
    }
}

/// Describes a retry class.
pub(crate) fn retry(retry: ir::RetryClass, new_key: bool) -> &'static str {
    match (retry, new_key) {
        (ir::RetryClass::Again, _) => "same key and body, after a wait",
        (ir::RetryClass::ResignOnce, _) => "once, with a new signature",
        (ir::RetryClass::AfterChange, true) => "after a change, under a new key",
        (ir::RetryClass::AfterChange, false) => "after a change",
        (ir::RetryClass::Never, _) => "never",
    }
}

pub(super) fn methods(name: &str, literals: Literals) -> TokenStream {
    let ty = ident(name);
    let (found, code) = if literals == Literals::Whole {
        let code = quote! {
            fn as_str(&self) -> &str { self.row().map_or("", |row| row.code) }

            fn is_same(&self, received: &str) -> bool { received.parse() == Ok(self.value()) }
        };
        (quote!(&self.value().to_string()), code)
    } else {
        (
            quote!(self.as_str()),
            quote!(
                fn as_str(&self) -> &str {
                    glue::enum_text(self)
                }
            ),
        )
    };
    quote! {
        impl #ty {
            fn row(&self) -> Option<&'static glue::ProblemRow> { glue::row(crate::api::PROBLEMS, #found) }

            /// Returns the HTTP status of responses with this code; `None` for a code that the contract does not declare.
            pub fn status(&self) -> Option<u16> { self.row().map(|row| row.status) }

            /// Returns the title of the problem in the contract.
            pub fn title(&self) -> Option<&'static str> { self.row().map(|row| row.title) }

            /// Returns the outcome of an action after a response with this code, unless the action creates a resource.
            pub fn outcome(&self) -> Option<runtime::Outcome> {
                self.row().map(|row| match row.outcome {
                    glue::RowOutcome::NotExecuted => runtime::Outcome::NotExecuted,
                    glue::RowOutcome::Unknown => runtime::Outcome::Unknown,
                })
             }

            /// Returns how you may retry the same request.
            pub fn retry(&self) -> Option<glue::RetryClass> { self.row().map(|row| row.retry) }

            /// Returns `true` if a changed request needs a new idempotency key.
            pub fn needs_new_key(&self) -> bool { self.row().is_some_and(|row| row.new_key) }

            /// Returns the party that must act.
            pub fn actor(&self) -> Option<&'static str> { self.row().map(|row| row.actor) }

            /// Returns the advice in the contract.
            pub fn advice(&self) -> Option<&'static str> { self.row().map(|row| row.advice) }
        }

        impl glue::ProblemCode for #ty { #code }
    }
}
