//! `x-payload-hash`: an approval belongs to one operation and one body, its inputs exist, and bodies that repeat it
//! name that operation.

use std::collections::{HashMap, HashSet};

use super::types;
use super::types::{behind_null, is_scalar, members, object};
use crate::diag::{Code, Diagnostic, Report};
use crate::document::Document;
use crate::ir;
use crate::ir::{PartContent, PayloadHash, PayloadSource, TypeId};
use crate::source::Span;

/// Checks that an approving body serves one operation, its inputs exist, and `of` names an operation that approves.
pub(super) fn payload_hashes(document: &Document, api: &ir::UnsealedApi, report: &mut Report) {
    let mut users: HashMap<TypeId, Vec<&ir::Operation>> = HashMap::new();
    for operation in &api.operations {
        for form in operation.body.iter().flat_map(|body| &body.forms) {
            if let PartContent::Json(id) = form.content {
                let users = users.entry(behind_null(api, id)).or_default();
                if !users.iter().any(|known| known.key == operation.key) {
                    users.push(operation);
                }
            }
        }
    }
    let none = Vec::new();
    for operation in users
        .values()
        .flatten()
        .filter(|operation| operation.key != operation.id)
    {
        let speaks = |ty: &ir::Type| {
            members(&ty.shape).iter().any(|member| match &member.payload_hash {
                Some(PayloadHash::Of(of)) => *of == operation.id,
                _ => false,
            })
        };
        let approves = operation
            .body
            .iter()
            .flat_map(|body| &body.forms)
            .any(|form| match form.content {
                PartContent::Json(id) => members(&api.types[behind_null(api, id).0 as usize].shape)
                    .iter()
                    .any(|member| matches!(member.payload_hash, Some(PayloadHash::Approves { .. }))),
                _ => false,
            });
        if approves || api.types.iter().any(speaks) {
            let message = format!(
                "an approval refers to `{}`, but two operations have that id",
                operation.id
            );
            let diagnostic = Diagnostic::new(Code::PayloadHash, message).at(operation.origin.span);
            report.push(diagnostic.help("give each operation a different `operationId`"));
        }
    }
    let approving: HashSet<&str> = (0u32..)
        .map(TypeId)
        .zip(&api.types)
        .filter(|(_, ty)| {
            members(&ty.shape)
                .iter()
                .any(|member| matches!(member.payload_hash, Some(PayloadHash::Approves { .. })))
        })
        .flat_map(|(id, _)| users.get(&id).unwrap_or(&none))
        .map(|operation| operation.id.as_str())
        .collect();
    for (id, ty) in (0u32..).map(TypeId).zip(&api.types) {
        let bodies = users.get(&id).unwrap_or(&none);
        for member in members(&ty.shape) {
            match &member.payload_hash {
                None => {}
                Some(PayloadHash::Of(of)) if approving.contains(of.as_str()) => {}
                Some(PayloadHash::Of(of)) => {
                    let message = format!("`{of}` is not an operation whose body contains an approval");
                    let place = types::place(document, &member.origin, "/x-payload-hash/of");
                    let diagnostic = Diagnostic::new(Code::PayloadHash, message).at(place);
                    report.push(
                        diagnostic
                            .did_you_mean(of, approving.iter().copied())
                            .help("write the id of the operation that creates the approved resource"),
                    );
                }
                Some(PayloadHash::Approves { into, inputs, .. }) => {
                    approves(ty, bodies, member, report);
                    plain_paths(api, bodies, report);
                    let place = |part: &str| types::place(document, &member.origin, &format!("/x-payload-hash/{part}"));
                    let evidence = object(api, member.ty);
                    if !evidence.is_some_and(|evidence| evidence.members.iter().any(|known| known.name == *into)) {
                        let message = format!("the approval evidence has no member `{into}` for the hash");
                        let diagnostic = Diagnostic::new(Code::PayloadHash, message).at(place("into"));
                        report.push(diagnostic.help("name a member of the evidence in `into`"));
                    }
                    for operation in bodies.iter().filter(|operation| !operation.id_given) {
                        if inputs.iter().any(|input| input.source == PayloadSource::OperationId) {
                            let message = "an approval of the operation's id, but the operation has none";
                            let diagnostic = Diagnostic::new(Code::PayloadHash, message).at(operation.origin.span);
                            report.push(diagnostic.help("give it the `operationId` that the server hashes"));
                        }
                    }
                    for input in inputs {
                        if let PayloadSource::Path(name) = &input.source {
                            let input = crate::source::escape(&input.member);
                            path_input(bodies, name, place(&format!("inputs/{input}")), report);
                        }
                    }
                }
            }
        }
    }
}

fn approves(ty: &ir::Type, bodies: &[&ir::Operation], member: &ir::Member, report: &mut Report) {
    if bodies.len() != 1 {
        let users: Vec<String> = bodies.iter().map(|operation| format!("`{}`", operation.id)).collect();
        let users = if users.is_empty() {
            "none".to_owned()
        } else {
            users.join(" and ")
        };
        let message =
            format!("a body with an approval must belong to exactly one operation, but this one belongs to {users}");
        let diagnostic = Diagnostic::new(Code::PayloadHash, message)
            .at(ty.origin.span)
            .also(member.origin.span, "the approval");
        report.push(diagnostic.help("give each operation a separate body schema"));
    }
    for operation in bodies.iter().filter(|operation| operation.forms().count() > 1) {
        let message = format!(
            "`{}` accepts its approved body in several forms, but a draft sends one",
            operation.id
        );
        let diagnostic = Diagnostic::new(Code::PayloadHash, message).at(operation.origin.span);
        report.push(diagnostic.help("keep one form of the body"));
    }
}

/// Checks the path parameters of an approved operation: a draft keeps their arguments as plain texts.
fn plain_paths(api: &ir::UnsealedApi, bodies: &[&ir::Operation], report: &mut Report) {
    for operation in bodies {
        let in_path = operation
            .parameters
            .iter()
            .filter(|known| known.location == ir::ParameterLocation::Path);
        for other in in_path {
            let is_plain =
                other.style == ir::ParameterStyle::Simple && !other.allow_reserved && is_scalar(api, other.ty);
            if !is_plain {
                let (name, id) = (&other.name, &operation.id);
                let message =
                    format!("the path parameter `{name}` of `{id}`, which needs an approval, is not a plain value");
                let diagnostic = Diagnostic::new(Code::PayloadHash, message).at(other.origin.span);
                report.push(diagnostic.help("write a scalar with `style: simple` whose `/` is percent-encoded"));
            }
        }
    }
}

fn path_input(bodies: &[&ir::Operation], name: &str, place: Span, report: &mut Report) {
    for operation in bodies {
        let has = operation
            .parameters
            .iter()
            .any(|known| known.location == ir::ParameterLocation::Path && known.name == name);
        if !has {
            let message = format!("`{}` has no path parameter `{name}` to hash", operation.id);
            let diagnostic = Diagnostic::new(Code::PayloadHash, message).at(place);
            let known = operation.parameters.iter().map(|known| known.name.as_str());
            report.push(
                diagnostic
                    .did_you_mean(name, known)
                    .help("name a path parameter of the operation"),
            );
        }
    }
}
