//! The evaluation of one attempt: its answer or failure comes in, its ending goes out, with the problem or the trouble that
//! explains it. Pure: it reads the description of the API and the request, and changes nothing.

use super::attempt::{Attempt, Extent};
use super::mismatch::{self, Ids, told};
use crate::call::Reply;
use crate::description::Api;
use crate::error::Trouble;
use crate::journal::Unproven;
use crate::outcome::{Ending, OutcomeRules};
use crate::problem::Problem;
use crate::request::Prepared;
use crate::transport::Incoming;

/// One attempt after its evaluation.
pub(super) struct Evaluated {
    pub(super) ending: Ending,
    pub(super) reply: Option<Reply>,
    /// The unread body of a stream.
    pub(super) incoming: Option<Incoming>,
    pub(super) problem: Option<Problem>,
    /// The server marked its answer as the stored one to an earlier request under the key.
    pub(super) replayed: bool,
    /// `None` for a complete 2xx answer that the contract declares.
    pub(super) trouble: Option<Trouble>,
    /// Digest of a success that the contract does not declare.
    undeclared: Option<[u8; 32]>,
    /// The contract does not declare the answer, and a second one agreed with it.
    pub(super) is_confirmed: bool,
    /// No further attempt can succeed.
    pub(super) is_final: bool,
}

impl Evaluated {
    fn failed(ending: Ending, trouble: Trouble) -> Self {
        Self {
            ending,
            reply: None,
            incoming: None,
            problem: None,
            replayed: false,
            trouble: Some(trouble),
            undeclared: None,
            is_confirmed: false,
            is_final: false,
        }
    }

    /// Returns the request ids that the server gave: those of the header and of the problem document. An answer that belongs to
    /// another call gives none.
    pub(super) fn request_ids<'s>(&'s self, api: &Api) -> impl Iterator<Item = &'s str> {
        let reply = self.reply.as_ref().filter(|_| self.ending != Ending::Mismatched);
        let header = reply
            .zip(api.request_id_header)
            .and_then(|(reply, name)| reply.header(name));
        header
            .into_iter()
            .chain(self.problem.as_ref().and_then(Problem::request_id))
    }

    /// Returns `Some(true)` if the contract describes this answer as success, and `None` if it describes no success for the
    /// call.
    pub(super) fn is_promised(&self, prepared: &Prepared) -> Option<bool> {
        let (_, reply) = (prepared.act.as_ref()?, self.reply.as_ref()?);
        // Only the start of a body beyond the size limit was read.
        let is_whole = self.incoming.is_none() && !self.is_final;
        let body = is_whole.then_some(&*reply.body);
        Some(self.is_confirmed || prepared.promise.is_met(&reply.seen(body)))
    }

    /// Makes a success of an answer that the contract does not declare, if the one before agreed with it. `last` is the digest
    /// of that one, and becomes the digest of this one.
    pub(super) fn confirm(&mut self, last: &mut Option<[u8; 32]>) {
        let Some(shown) = self.undeclared else {
            return;
        };
        if last.replace(shown) == Some(shown) {
            (self.ending, self.trouble, self.is_confirmed) = (Ending::Success, None, true);
        }
    }
}

/// Evaluates an attempt. `limit` is the largest size of an answer in bytes.
pub(super) fn evaluate(
    api: &'static Api,
    prepared: &Prepared,
    attempted: Attempt,
    ids: &Ids<'_>,
    limit: usize,
) -> Evaluated {
    let of_another = |reply, place| Evaluated {
        reply: Some(reply),
        ..Evaluated::failed(Ending::Mismatched, Trouble::OfAnother(place))
    };
    match attempted {
        Attempt::Refused(refusal) => Evaluated {
            is_final: true,
            ..Evaluated::failed(Ending::NotSent, Trouble::Refused(refusal))
        },
        Attempt::NotSent(cause) => Evaluated::failed(Ending::NotSent, Trouble::NotSent(cause)),
        Attempt::NoAnswer(cause) => Evaluated::failed(Ending::NoAnswer, Trouble::NoAnswer(cause)),
        Attempt::Answered(reply, extent) => {
            if let Some(place) = mismatch::of_another(api, prepared, &reply, &extent, ids) {
                return of_another(reply, place);
            }
            let evaluated = answered(api, prepared, reply, extent, limit);
            let id = evaluated.problem.as_ref().and_then(Problem::request_id);
            match (id.is_some_and(|id| ids.is_of_another(id)), evaluated.reply) {
                (true, Some(reply)) => of_another(reply, api.problems.request_id.unwrap_or_default().to_owned()),
                (_, reply) => Evaluated { reply, ..evaluated },
            }
        }
    }
}

/// Evaluates an answer that belongs to the call.
fn answered(api: &'static Api, prepared: &Prepared, reply: Reply, extent: Extent, limit: usize) -> Evaluated {
    let success = prepared.options.is_success(reply.status);
    let problem = if success {
        None
    } else {
        Problem::decode(&api.problems, &reply.body, &reply.limits)
    };
    let replayed = is_replayed(api, &reply);
    let unproven = success.then(|| unproven(prepared, &reply, &extent)).flatten();
    let ending = match unproven {
        Some(_) => Ending::Unproven,
        None => ending(api, prepared, &reply, &extent, problem.as_ref(), replayed),
    };
    let is_undeclared = matches!(unproven, Some(Unproven::Status | Unproven::MediaType));
    let can_agree = is_undeclared && prepared.act.is_some() && matches!(extent, Extent::Whole);
    let undeclared = can_agree.then(|| prepared.promise.digest(&reply.seen(Some(&reply.body))));
    let is_final = matches!(extent, Extent::TooLarge);
    let mut incoming = None;
    let trouble = match extent {
        Extent::Arriving(body) if unproven.is_none() => {
            incoming = Some(body);
            None
        }
        _ if unproven.is_some() => unproven.map(Trouble::Unproven),
        Extent::Arriving(_) => None,
        Extent::Whole if success => None,
        Extent::CutOff(cause) if success => Some(Trouble::CutOff(cause)),
        Extent::TooLarge => Some(Trouble::TooLarge { limit }),
        Extent::CutOff(cause) => Some(Trouble::Broken(cause)),
        Extent::Whole if problem.is_some() => Some(Trouble::Problem),
        Extent::Whole => Some(Trouble::Status),
    };
    Evaluated {
        ending,
        reply: Some(reply),
        incoming,
        problem,
        replayed,
        trouble,
        undeclared: undeclared.flatten(),
        is_confirmed: false,
        is_final,
    }
}

/// Returns the reason why an answer of success does not prove that a change happened. A raw call has no contract.
fn unproven(prepared: &Prepared, reply: &Reply, extent: &Extent) -> Option<Unproven> {
    if prepared.is_safe() || prepared.endpoint.operation().is_empty() {
        return None;
    }
    if !prepared.options.is_named(reply.status) {
        return Some(Unproven::Status);
    }
    let body = matches!(extent, Extent::Whole).then_some(&*reply.body);
    let seen = reply.seen(body);
    if prepared.promise.successes.is_empty() {
        return prepared.is_foreign(&seen).then_some(Unproven::MediaType);
    }
    prepared.promise.unproven(&seen, prepared.call())
}

fn is_replayed(api: &Api, reply: &Reply) -> bool {
    let mark = api.idempotency.and_then(|keys| keys.replayed);
    mark.is_some_and(|(name, value)| {
        reply
            .header(name)
            .is_some_and(|text| text.trim().eq_ignore_ascii_case(value))
    })
}

fn ending(
    api: &'static Api,
    prepared: &Prepared,
    reply: &Reply,
    extent: &Extent,
    problem: Option<&Problem>,
    replayed: bool,
) -> Ending {
    let rules = OutcomeRules {
        registry: api.registry,
        signing: api.signing,
        idempotency: api.idempotency,
        creates: prepared.creates,
    };
    let success = prepared.options.is_success(reply.status);
    let status = reply.status.as_u16();
    match (extent, success) {
        (Extent::CutOff(_), true) => Ending::CutOff,
        (Extent::CutOff(_) | Extent::TooLarge, false) => rules.truncated(status, replayed),
        // The unreadable body may contain a code: handled as if it had been cut off.
        (Extent::Whole, false) if problem.is_none() && reply.is_broken_json() => rules.truncated(status, replayed),
        _ if success => Ending::Success,
        _ => rules.ending(status, told(api, reply, problem), replayed),
    }
}
