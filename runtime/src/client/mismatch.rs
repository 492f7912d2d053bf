//! Origin of an answer: an answer and its request come in, the evidence that it belongs to another call, and its problem, go
//! out.
//!
//! Only what the contract makes certain counts. Nothing of an answer may get into an error but the place.

use super::attempt::Extent;
use super::sent_ids::SentIds;
use crate::call::Reply;
use crate::description::Api;
use crate::journal::Echo;
use crate::json;
use crate::outcome::FailureBody;
use crate::problem::{self, Problem};
use crate::request::Prepared;

/// The request ids that were sent.
pub(super) struct Ids<'i> {
    /// The id of the last attempt.
    pub(super) last: &'i str,
    /// The ids of this call, those that the server gave included.
    pub(super) own: &'i [String],
    pub(super) sent: &'i SentIds,
}

impl Ids<'_> {
    /// Returns `true` for an id that the client sent with another call.
    pub(super) fn is_of_another(&self, id: &str) -> bool {
        self.sent.is_of_another(id, self.own)
    }
}

/// Returns the place at which the answer shows that it belongs to another call: the header of the request id, or the JSON
/// Pointer of a value that the answer repeats. An absent value proves nothing; upper and lower case and surrounding blanks are
/// ignored, since servers often rewrite ids.
pub(super) fn of_another(
    api: &Api,
    prepared: &Prepared,
    reply: &Reply,
    extent: &Extent,
    ids: &Ids<'_>,
) -> Option<String> {
    let is_same = |one: &str, other: &str| one.trim().eq_ignore_ascii_case(other.trim());
    let is_other_id = |name: &&str| {
        let is_other = |id: &str| (api.request_id_echoed && !is_same(id, ids.last)) || ids.is_of_another(id);
        reply.header(name).is_some_and(is_other)
    };
    if let Some(name) = api.request_id_header.filter(is_other_id) {
        return Some(name.to_owned());
    }
    if prepared.echoes.is_empty() || !matches!(extent, Extent::Whole) || !prepared.options.is_success(reply.status) {
        return None;
    }
    let is_other = |echo: &&Echo| {
        // Fast path: most answers repeat the value byte for byte.
        !echo.is_plainly(json::plain_text(&reply.body, echo.at()))
            && json::text(&reply.body, &reply.limits, 0, echo.at()).is_some_and(|text| !echo.is(&text))
    };
    prepared.echoes.iter().find(is_other).map(|echo| echo.at().to_owned())
}

/// Returns the problem code of an answer, and whether the contract declares the code there.
pub(super) fn told<'p>(api: &Api, reply: &Reply, problem: Option<&'p Problem>) -> FailureBody<'p> {
    let Some(problem) = problem else {
        return FailureBody::Nothing;
    };
    let bodies = api.problem_bodies;
    if problem::is_declared(bodies, reply.status.as_u16(), &reply.headers, problem) {
        return FailureBody::Problem(problem.code());
    }
    problem.code().map_or(FailureBody::Nothing, FailureBody::Stray)
}
