//! Codes of failures without rows of a registry.

use std::collections::BTreeSet;

use super::{
    context::{Context, call, last, words},
    finding::Finding,
};
use crate::{
    diag::Code,
    ir::{PartContent, ScalarFormat, Shape, TypeId},
};

const REASON: &str = "such a code does not tell a client whether the action was executed and whether a retry is safe";
const FIX: &str = "list the codes in an `enum` with `x-problem-registry`, in the contract or in an overlay";

/// Reports types of codes in answers of failure that have no registry.
pub(super) fn without_rows(context: &Context<'_>) -> Vec<Finding> {
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
                    found.push(Finding::new(
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
