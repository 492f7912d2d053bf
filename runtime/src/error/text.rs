//! The texts of an error: one line for `Display`, at most four for `Debug`. A path shows only the arguments that a support
//! report may repeat; no other argument, no body and no secret is ever printed.

use std::fmt;

use super::{report, shown};
use crate::arrived::{self, Unproven};
use crate::exchange::{Failure, FailureCause};
use crate::outcome::Outcome;
use crate::problem::OneLine;
use crate::transport::Chain;

/// Writes the outcome, the failure, the call and its request ids, on one line.
pub(super) fn line(error: &Failure, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{}: ", error.outcome)?;
    describe(error, f)?;
    write!(f, "; {}", Call(error))?;
    for (at, id) in error.exchange.trail.request_ids.iter().enumerate() {
        f.write_str(match (at, error.exchange.trail.request_ids.len()) {
            (0, 1) => "; request id ",
            (0, _) => "; request ids ",
            _ => ", ",
        })?;
        write!(f, "{}", OneLine(id))?;
    }
    if let Some((call, id)) = error.reading() {
        write!(f, "; read it with `{call}`, by `executed_id(\"{id}\")` of this error")?;
    }
    match error.end.note {
        Some(note) => write!(f, "; not retried: {note}"),
        None => Ok(()),
    }
}

/// Writes the line, the server's explanation, the idempotency key, and the next step.
pub(super) fn block(error: &Failure, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    line(error, f)?;
    if let Some(detail) = shown::detail(error).filter(|detail| detail != error.advice()) {
        write!(f, "\ndetail: {detail}")?;
    }
    if let Some(key) = error.key() {
        write!(f, "\nidempotency key: {}", OneLine(key))?;
    }
    write!(f, "\nnext: {}", error.advice())?;
    if is_resendable(error) {
        f.write_str(" `client.resend(error)` retries it with the same key.")?;
    }
    if error.needs_new_key() && !error.advice().contains("new key") {
        f.write_str(" The next request needs a new key.")?;
    }
    if let Some((path, names)) = error.finding() {
        f.write_str(" `GET ")?;
        write_path(error, path, f)?;
        match names.as_slice() {
            [] => f.write_str("` reads it.")?,
            names => write!(f, "` finds it by {}.", names.join(", "))?,
        }
    }
    if error.is_foreign() {
        f.write_str(" A gateway may have sent this response: check the base URL.")?;
    }
    let refused = error.refuses_signature();
    if let Some(report) = report::explain_signature(error).filter(|_| refused) {
        f.write_str(" `error.explain_signature()` compares what was signed")?;
        if let Some(cause) = error.clocks().as_ref().or(report.causes.first()) {
            write!(f, "; likely cause: {cause}")?;
        }
    }
    Ok(())
}

/// Returns `true` if the action may have happened, and the advice does not say how to go on.
fn is_resendable(error: &Failure) -> bool {
    let has_key = error.exchange.fixed().is_some_and(|fixed| fixed.key.is_some());
    has_key && error.outcome != Outcome::NotExecuted && error.may_be_resent() && !error.advice().contains("resend")
}

/// The operation, with method and path; with the address if no connection came about.
struct Call<'f>(&'f Failure);

impl fmt::Display for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failure = self.0;
        let endpoint = &failure.exchange.endpoint;
        if !endpoint.operation().is_empty() {
            write!(f, "{}, ", endpoint.operation())?;
        }
        write!(f, "{} ", endpoint.method())?;
        if let (Some(fixed), FailureCause::NotSent(_)) = (failure.exchange.fixed(), &failure.end.cause) {
            f.write_str(&fixed.origin)?;
        }
        write_path(failure, endpoint.template(), f)
    }
}

/// Writes a path with the arguments of the call that a support report may repeat.
fn write_path(failure: &Failure, template: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let fixed = failure.exchange.fixed();
    let (arguments, support) = fixed.map_or((&[][..], &[][..]), |fixed| (&fixed.arguments[..], fixed.support));
    for piece in template.split_inclusive('}') {
        let Some((before, name)) = piece.strip_suffix('}').and_then(|piece| piece.rsplit_once('{')) else {
            f.write_str(piece)?;
            continue;
        };
        let mut shown = arguments
            .iter()
            .filter(|(known, _)| known == name && support.contains(&name));
        match shown.next() {
            Some((_, value)) => write!(f, "{before}{}", OneLine(value))?,
            None => f.write_str(piece)?,
        }
    }
    Ok(())
}

/// Writes the response, and why the call failed.
fn describe(failure: &Failure, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if let Some(reply) = &failure.end.reply {
        write!(f, "{}", reply.status.as_u16())?;
        if let Some(code) = shown::code(failure) {
            write!(f, " {}", OneLine(&code))?;
        }
        if let Some(title) = shown::title(failure) {
            write!(f, ", {}", OneLine(&title))?;
        }
        f.write_str(match &failure.end.cause {
            FailureCause::Status if reply.body.is_empty() => ", with an empty body",
            FailureCause::Status => ", and the body is not a problem document",
            FailureCause::CutOff(_) | FailureCause::Broken(_) => ", and the body was cut off: ",
            _ => "",
        })?;
    }
    match &failure.end.cause {
        FailureCause::Refused(refusal) => write!(f, "{refusal}"),
        FailureCause::NotSent(cause) => write!(f, "not sent: {}", Chain(&**cause)),
        FailureCause::NoAnswer(cause) => write!(f, "no response: {}", Chain(&**cause)),
        FailureCause::CutOff(cause) | FailureCause::Broken(cause) => write!(f, "{}", Chain(&**cause)),
        FailureCause::TooLarge { limit } => write!(f, ", and the body is larger than {limit} bytes"),
        FailureCause::Unreadable(error) => {
            write!(f, ", and the body does not match the contract: {error}")?;
            describe_media(failure, f)
        }
        FailureCause::Item { number, error } => {
            write!(
                f,
                ", and item {number} of the stream does not match the contract: {error}"
            )
        }
        FailureCause::OfAnother(place) => {
            write!(
                f,
                ", and the response belongs to another call: `{}` is not the one of this call",
                OneLine(place)
            )
        }
        FailureCause::Unproven(Unproven::Status) => f.write_str(", which is not declared in the contract"),
        FailureCause::Unproven(Unproven::MediaType) => {
            f.write_str(", and the body does not match the contract")?;
            describe_media(failure, f)
        }
        FailureCause::Unproven(Unproven::State) => {
            f.write_str(", and the response has a state from which this call starts")
        }
        FailureCause::Problem | FailureCause::Status => Ok(()),
    }
}

/// Writes the media type of the response beside those of the contract, unless it is one of them.
fn describe_media(failure: &Failure, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    const LONGEST: usize = 100;
    let (Some(reply), Some(fixed)) = (&failure.end.reply, failure.exchange.fixed()) else {
        return Ok(());
    };
    let own = reply.content_type().split(';').next().unwrap_or_default().trim();
    let declared = arrived::declared(&fixed.promise.successes, reply.status.as_u16(), own);
    for (at, media) in declared.iter().enumerate() {
        if at == 0 {
            match own {
                "" => f.write_str("; it has no media type")?,
                long if long.len() > LONGEST => f.write_str("; its media type is long")?,
                own => write!(f, "; its media type is `{}`", OneLine(own))?,
            }
            f.write_str(", but the contract declares ")?;
        } else {
            f.write_str(" or ")?;
        }
        match media {
            Some(media) => write!(f, "`{}`", OneLine(media))?,
            None => f.write_str("no body")?,
        }
    }
    Ok(())
}
