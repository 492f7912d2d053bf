//! The texts of an error: one line for `Display`, at most four for `Debug`. A path shows only the arguments that a support report
//! may repeat; no other argument, no body and no secret is ever printed.

use std::fmt;

use super::explained;
use super::failure::{Failure, Trouble};
use crate::outcome::Outcome;
use crate::problem::OneLine;

/// Writes the outcome, the failure, the call and its request ids, on one line.
pub(super) fn line(error: &Failure, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{}: ", error.outcome)?;
    error.describe(f)?;
    write!(f, "; {}", Call(error))?;
    for (at, id) in error.request_ids().iter().enumerate() {
        f.write_str(match (at, error.request_ids().len()) {
            (0, 1) => "; request id ",
            (0, _) => "; request ids ",
            _ => ", ",
        })?;
        write!(f, "{}", OneLine(id))?;
    }
    if let Some((call, id)) = error.reading() {
        write!(f, "; read it with `{call}`, by `executed_id(\"{id}\")` of this error")?;
    }
    match error.note {
        Some(note) => write!(f, "; not sent again: {note}"),
        None => Ok(()),
    }
}

/// Writes the line, the idempotency key, and the next step.
pub(super) fn block(error: &Failure, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    line(error, f)?;
    if let Some(key) = error.key() {
        write!(f, "\nidempotency key: {}", OneLine(key))?;
    }
    write!(f, "\nnext: {}", error.advice())?;
    if is_resendable(error) {
        f.write_str(" `client.resend(error)` sends it again under the same key.")?;
    }
    let refused = error.refuses_signature();
    if let Some(report) = explained::explain(error).filter(|_| refused) {
        f.write_str(" `error.explain_signature()` compares what was signed")?;
        if let Some(cause) = report.causes.first() {
            write!(f, "; likely cause: {cause}")?;
        }
    }
    Ok(())
}

/// Returns `true` if the action may have happened, and the advice does not say how to go on.
fn is_resendable(error: &Failure) -> bool {
    let has_key = error
        .carried
        .as_ref()
        .is_some_and(|carried| carried.prepared.key.is_some());
    has_key && error.outcome != Outcome::NotExecuted && error.may_be_resent() && !error.advice().contains("resend")
}

/// The operation, with method and path; with the address if no connection came about.
struct Call<'f>(&'f Failure);

impl fmt::Display for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failure = self.0;
        let endpoint = &failure.endpoint;
        if !endpoint.operation().is_empty() {
            write!(f, "{}, ", endpoint.operation())?;
        }
        write!(f, "{} ", endpoint.method())?;
        let prepared = failure.carried.as_ref().map(|carried| &carried.prepared);
        if let (Some(prepared), Trouble::NotSent(_)) = (prepared, &failure.trouble) {
            f.write_str(&prepared.origin)?;
        }
        let arguments = prepared.map_or(&[][..], |prepared| &prepared.arguments);
        for piece in endpoint.template().split_inclusive('}') {
            let Some((before, name)) = piece.strip_suffix('}').and_then(|piece| piece.rsplit_once('{')) else {
                f.write_str(piece)?;
                continue;
            };
            let shown = arguments
                .iter()
                .find(|(known, _)| known == name && failure.support.contains(&name));
            match shown {
                Some((_, value)) => write!(f, "{before}{}", OneLine(value))?,
                None => f.write_str(piece)?,
            }
        }
        Ok(())
    }
}
