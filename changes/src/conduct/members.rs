//! Words of members, parameters and types: sensitive marks, hashes of payloads, and amounts that became numbers.

use std::collections::HashMap;

use sdkwright_contract::ir::{
    Member, NameHint, Parameter, PayloadHash, PayloadInput, PayloadSource, ScalarFormat, Shape, Type, TypeId,
};

use super::{
    findings::{Advice, Findings, WordLocation, optional, quoted},
    reach::{call, key, operations, types},
};

const SHOWN: &str = "Logs, traces and reports of applications built with the new contract show it in plain text";
const AGAIN: &str = "Check that everyone with access to logs may read it.";

/// Compares types, members and parameters that are in both.
pub(super) fn compare(findings: &mut Findings<'_>) {
    for ((_, base), (id, new)) in types(findings.base, findings.revision) {
        let reaching = |findings: &Findings<'_>| findings.reaching(id);
        // A plain type without a name is shared by members; their own marks say it.
        let is_named = !matches!(new.name, NameHint::Anonymous);
        if is_named && base.sensitive != new.sensitive {
            let at = WordLocation::of(&base.origin.pointer, &new.origin.pointer, reaching(findings));
            sensitive(findings, &at, &format!("`{}`", key(new)), base.sensitive, new.sensitive);
        }
        let (Shape::Object(old), Shape::Object(now)) = (&base.shape, &new.shape) else {
            continue;
        };
        let known: HashMap<&str, &Member> = now
            .members
            .iter()
            .map(|member| (member.name.as_str(), member))
            .collect();
        for member in &old.members {
            if let Some(other) = known.get(member.name.as_str()) {
                one(findings, id, key(new), member, other);
            }
        }
    }
    for (base, new) in operations(findings.base, findings.revision) {
        for parameter in &base.parameters {
            let is_same = |other: &&Parameter| other.name == parameter.name && other.location == parameter.location;
            if let Some(other) = new.parameters.iter().find(is_same) {
                let at = WordLocation::of(&parameter.origin.pointer, &other.origin.pointer, vec![call(new)]);
                sensitive(
                    findings,
                    &at,
                    &format!("the parameter `{}`", other.name),
                    parameter.sensitive,
                    other.sensitive,
                );
            }
        }
    }
}

fn one(findings: &mut Findings<'_>, id: TypeId, owner: &str, base: &Member, new: &Member) {
    let name = format!("`{owner}.{}`", new.name);
    let is_number = |ty: &Type| matches!(ty.shape, Shape::Scalar(ScalarFormat::Float | ScalarFormat::Number, _));
    let is_decimal = |ty: &Type| {
        matches!(
            ty.shape,
            Shape::Scalar(ScalarFormat::Decimal, _) | Shape::Newtype(ScalarFormat::Decimal, _)
        )
    };
    let (was, is) = (
        findings.base.ty(findings.base.behind_null(base.ty)),
        findings.revision.ty(findings.revision.behind_null(new.ty)),
    );
    let became_number = is_number(is) && is_decimal(was);
    if base.sensitive == new.sensitive
        && base.bound == new.bound
        && base.payload_hash == new.payload_hash
        && !became_number
    {
        return;
    }
    let at = WordLocation::of(&base.origin.pointer, &new.origin.pointer, findings.reaching(id));
    sensitive(findings, &at, &name, base.sensitive, new.sensitive);
    let says = Advice::differs(
        "bound-changed",
        format!("the value that {name} must equal"),
        "Applications fill it in with another value",
    );
    findings.word(
        &at.below("x-bound"),
        optional(base.bound.as_ref()),
        optional(new.bound.as_ref()),
        says,
    );
    let says = Advice::dangerous(
        "payload-hash-changed",
        format!("the hash in {name}"),
        "Approvals that were given before no longer fit the request they were given for: the server refuses what was approved",
        "Let the server accept both forms until no approval of the old form is open.",
    );
    findings.word(
        &at.below("x-payload-hash"),
        hash(base.payload_hash.as_ref()),
        hash(new.payload_hash.as_ref()),
        says,
    );
    if became_number {
        let says = Advice::dangerous(
            "amount-became-number",
            format!("the form of the amount {name}"),
            "The amount passes through binary floating-point numbers in most applications, which round it: sums are wrong by cents",
            "Keep it a text, or make it an integer in the smallest unit of the currency.",
        );
        findings.word(&at, quoted("decimal text"), quoted("JSON number"), says);
    }
}

fn sensitive(findings: &mut Findings<'_>, at: &WordLocation, name: &str, old: bool, new: bool) {
    let mark = |is: bool| is.then(|| "`true`".to_owned());
    let word = format!("the sensitive mark of {name}");
    let says = if old {
        Advice::dangerous("sensitive-mark-removed", word, SHOWN, AGAIN)
    } else {
        Advice::differs(
            "sensitive-mark-added",
            word,
            "Logs, traces and reports no longer show it",
        )
    };
    findings.word(&at.below("x-sensitive"), mark(old), mark(new), says);
}

/// Returns a payload hash in words.
fn hash(hash: Option<&PayloadHash>) -> Option<String> {
    match hash? {
        PayloadHash::Of(operation) => quoted(format_args!("of {operation}")),
        PayloadHash::Approves { into, inputs, problem } => {
            let input = |PayloadInput { member, source }: &PayloadInput| match source {
                PayloadSource::OperationId => format!("{member}: operation id"),
                PayloadSource::Path(name) => format!("{member}: path {name}"),
                PayloadSource::Body => format!("{member}: body"),
            };
            let inputs: Vec<String> = inputs.iter().map(input).collect();
            let problem = problem.as_deref().unwrap_or("no code");
            quoted(format_args!("into {into} ({}; {problem})", inputs.join(", ")))
        }
    }
}
