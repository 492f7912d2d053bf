//! Codes of failures without rows of a registry.

use std::collections::{BTreeMap, BTreeSet};

use super::context::{Context, LintFinding, call, last, words};
use crate::diag::Code;
use crate::ir::{NameHint, PartContent, ScalarFormat, Shape, Type, TypeId};

const REASON: &str = "such a code does not tell a client whether the action was executed and whether a retry is safe";
const FIX: &str = "list the codes in an `enum` with `x-problem-registry`, in the contract or in an overlay";

/// Reports types of codes in answers of failure that have no registry.
pub(super) fn without_rows(context: &Context<'_>) -> Vec<LintFinding> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for (_, operation) in context.api.operations() {
        let failures = operation
            .responses
            .iter()
            .filter(|response| !response.status.is_success());
        for body in failures.flat_map(|response| &response.bodies) {
            let PartContent::Json(ty) = body.content else { continue };
            for (member, id) in code_members(context, ty) {
                let id = context.api.behind_null(id);
                let what = match &context.api.ty(id).shape {
                    Shape::Enum(list) if list.problems.is_none() && list.is_open() && list.values.len() > 1 => {
                        format!("{} codes without a registry", list.values.len())
                    }
                    Shape::Scalar(ScalarFormat::Text, _) => "codes that are not listed in the contract".to_owned(),
                    _ => continue,
                };
                if seen.insert(member.origin.span) {
                    let message = format!(
                        "error responses, such as those of `{}`, contain {what} in `{}`",
                        call(operation),
                        member.name
                    );
                    found.push(LintFinding::new(
                        Code::CodesWithoutRows,
                        &member.origin,
                        message,
                        REASON,
                        FIX,
                    ));
                }
            }
        }
    }
    found
}

/// Returns the members of a failure with its code: its own, or those of a member that is the error.
fn code_members<'a>(context: &Context<'a>, failure: TypeId) -> Vec<(&'a crate::ir::Member, TypeId)> {
    let own = context.members(failure).iter();
    let mut found: Vec<_> = own.clone().filter(|member| is_code(&member.name)).collect();
    let inner = own.filter(|member| member.name == "error");
    found.extend(
        inner
            .flat_map(|member| context.members(member.ty))
            .filter(|member| is_code(&member.name)),
    );
    found.into_iter().map(|member| (member, member.ty)).collect()
}

fn is_code(name: &str) -> bool {
    let words = words(name);
    last(&words) == "code"
        && words
            .iter()
            .all(|word| ["error", "problem", "reason", "code"].contains(&word.as_str()))
}

// Closed enums that are received.

const CLOSED: &str = "clients of other generators reject unlisted values, so a value that is added later breaks them; this crate accepts them";
const OPEN_ENUM: &str = "allow other values: `anyOf` of the list and `type: string`";

/// Reports enums that are received and list all their values; one finding for all if most enums do.
pub(super) fn closed(context: &Context<'_>) -> Vec<LintFinding> {
    let (mut closed, mut open) = (Vec::new(), 0);
    for (_, ty) in context.api.types() {
        let Shape::Enum(list) = &ty.shape else { continue };
        if !ty.directions.response || !list.is_open() {
            continue;
        }
        open += usize::from(list.allows_others);
        if !list.allows_others && list.values.len() > 1 {
            closed.push((name(ty), ty, list.values.len()));
        }
    }
    if closed.len() > open.max(1) {
        let mut names: BTreeMap<&str, usize> = BTreeMap::new();
        for (name, _, _) in &closed {
            *names.entry(name).or_default() += 1;
        }
        let message = format!(
            "{} of {} enums in responses are not open to new values: {}",
            closed.len(),
            closed.len() + open,
            super::context::listed(&names)
        );
        let place = context.section(if context.section("/components").span.is_nowhere() {
            "/paths"
        } else {
            "/components"
        });
        return vec![LintFinding::new(Code::ClosedEnum, &place, message, CLOSED, OPEN_ENUM)];
    }
    closed
        .iter()
        .map(|(name, ty, count)| {
            let message = format!("the enum `{name}` is in responses and allows only its {count} values");
            LintFinding::new(Code::ClosedEnum, &ty.origin, message, CLOSED, OPEN_ENUM)
        })
        .collect()
}

fn name(ty: &Type) -> String {
    match &ty.name {
        NameHint::Pinned(name) | NameHint::Given(name) | NameHint::Elsewhere { name, .. } => name.clone(),
        NameHint::Derived(words) => words.last().cloned().unwrap_or_default(),
        NameHint::Anonymous => ty.origin.pointer.rsplit('/').next().unwrap_or_default().to_owned(),
    }
}
