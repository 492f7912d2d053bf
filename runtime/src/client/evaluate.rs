//! The evaluation of one attempt: its response or failure comes in, its ending goes out, with the problem or the cause that
//! explains it. It reads the description of the API and the request, and changes nothing but what the client learns about
//! request ids.

use std::time::Duration;

use http::header::WWW_AUTHENTICATE;
use tracing::Span;

use super::attempt::{Attempt, Extent};
use super::core::Core;
use super::sent::{IdOwner, RequestIds, action_digest, is_same};
use crate::arrived::{self, Echo, Reply, SentMember, Unproven};
use crate::description::Api;
use crate::exchange::{Arrived, End, Failed, FailureCause, Fixed, Renewal, Trail};
use crate::json;
use crate::outcome::{Ending, FailureBody, History, OutcomeRules, Role};
use crate::problem::{self, Problem};
use crate::retry::{self, Change, Decision, Policy, RetryContext, Stop};

/// One attempt after its evaluation.
pub(super) struct Evaluated {
    pub(super) ending: Ending,
    pub(super) end: End,
    /// Digest of a success that the contract does not declare.
    undeclared: Option<[u8; 32]>,
    /// No further attempt can succeed: the request was refused here, or its response exceeds the size limit.
    is_final: bool,
}

/// One attempt among those of its call.
pub(super) struct Attempted {
    pub(super) evaluated: Evaluated,
    /// Number of earlier attempts since the call began or was resumed.
    pub(super) resend_count: usize,
    /// Time from the signature to the response.
    pub(super) took: Duration,
    /// Offset of the server's clock by its response, in seconds.
    pub(super) skew: Option<i64>,
    pub(super) span: Span,
}

impl Evaluated {
    fn failed(ending: Ending, cause: FailureCause, reply: Option<Reply>) -> Self {
        Self {
            is_final: matches!(cause, FailureCause::Refused(_)),
            ending,
            end: End::Failed(Box::new(Failed::new(cause, reply))),
            undeclared: None,
        }
    }

    /// Returns the problem document of the response.
    fn problem(&self) -> Option<&Problem> {
        match &self.end {
            End::Failed(failed) => failed.problem.as_ref(),
            End::Answered(_) => None,
        }
    }

    /// Returns the request ids that the server gave: those of the header and of the problem document. A response that belongs
    /// to another call gives none.
    pub(super) fn request_ids<'s>(&'s self, api: &Api) -> impl Iterator<Item = &'s str> {
        let reply = self.end.reply().filter(|_| self.ending != Ending::Mismatched);
        let header = reply
            .zip(api.request_id_header)
            .and_then(|(reply, name)| reply.header(name));
        header.into_iter().chain(self.problem().and_then(Problem::request_id))
    }

    /// Returns `Some(true)` if the contract describes this response as success, and `None` if it describes no success for the
    /// call.
    pub(super) fn is_promised(&self, fixed: &Fixed) -> Option<bool> {
        fixed.act.as_ref()?;
        Some(match &self.end {
            End::Answered(arrived) => arrived.is_confirmed || fixed.promise.is_met(&arrived.seen()),
            // Only the start of a body beyond the size limit was read.
            End::Failed(failed) => fixed.promise.is_met(&failed.reply.as_ref()?.seen(None)),
        })
    }

    /// Returns the end of the call whose last attempt this is.
    pub(super) fn stopped(mut self, stop: Stop) -> End {
        if let End::Failed(failed) = &mut self.end {
            failed.stop = Some(stop);
        }
        self.end
    }

    /// Makes a success of a response that the contract does not declare, if the one before agreed with it. `last` is the digest
    /// of that one, and becomes the digest of this one.
    pub(super) fn confirm(&mut self, last: &mut Option<[u8; 32]>) {
        let (Some(shown), End::Failed(failed)) = (self.undeclared, &mut self.end) else {
            return;
        };
        if last.replace(shown) != Some(shown) {
            return;
        }
        if let Some(reply) = failed.reply.take() {
            self.ending = Ending::Success;
            self.end = End::Answered(Arrived {
                reply,
                stream: None,
                is_confirmed: true,
            });
        }
    }
}

/// Evaluates an attempt. `limit` is the largest size of a response in bytes.
pub(super) fn evaluate(api: &'static Api, fixed: &Fixed, attempted: Attempt, ids: &Ids<'_>, limit: usize) -> Evaluated {
    let of_another = |place, reply| Evaluated::failed(Ending::Mismatched, FailureCause::OfAnother(place), reply);
    let (reply, extent) = match attempted {
        Ok(answered) => answered,
        Err(cause) => {
            let ending = match cause {
                FailureCause::Refused(_) | FailureCause::NotSent(_) => Ending::NotSent,
                _ => Ending::NoAnswer,
            };
            return Evaluated::failed(ending, cause, None);
        }
    };
    if let Some(place) = place_of_another(api, fixed, &reply, &extent, ids) {
        return of_another(place, Some(reply));
    }
    let evaluated = answered(api, fixed, reply, extent, limit);
    let id = evaluated.problem().and_then(Problem::request_id);
    let is_of_another = id.is_some_and(|id| ids.is_of_another(id, fixed));
    match evaluated.end {
        End::Failed(failed) if is_of_another => {
            of_another(api.problems.request_id.unwrap_or_default().to_owned(), failed.reply)
        }
        end => Evaluated { end, ..evaluated },
    }
}

/// Evaluates a response that belongs to the call.
fn answered(api: &'static Api, fixed: &Fixed, reply: Reply, extent: Extent, limit: usize) -> Evaluated {
    let success = fixed.options.is_success(reply.status);
    let problem = if success {
        None
    } else {
        let decoded = Problem::decode(&api.problems, &reply.body, &reply.limits);
        decoded.map(|problem| problem.with_number_codes(api.has_number_codes))
    };
    let unproven = success.then(|| unproven(fixed, &reply, &extent)).flatten();
    let ending = match unproven {
        Some(Unproven::Incomplete) => Ending::CutOff,
        Some(_) => Ending::Unproven,
        None => ending(api, fixed, &reply, &extent, problem.as_ref()),
    };
    let is_undeclared = matches!(unproven, Some(Unproven::Status | Unproven::UnknownState));
    let can_agree = is_undeclared && fixed.act.is_some() && matches!(extent, Extent::Whole);
    let undeclared = can_agree.then(|| fixed.promise.digest(&reply.seen(Some(&reply.body))));
    let is_final = matches!(extent, Extent::TooLarge);
    let is_problem = problem.is_some();
    let failed = |cause, reply| {
        End::Failed(Box::new(Failed {
            problem,
            ..Failed::new(cause, Some(reply))
        }))
    };
    let arrived = |reply, stream| {
        End::Answered(Arrived {
            reply,
            stream,
            is_confirmed: false,
        })
    };
    let end = match (extent, unproven) {
        (_, Some(unproven)) => failed(unproven_cause(fixed, &reply, unproven), reply),
        (Extent::Unread(incoming), _) => arrived(reply, Some(incoming)),
        (Extent::Whole, _) if success => arrived(reply, None),
        (Extent::CutOff(cause), _) if success => failed(FailureCause::CutOff(cause), reply),
        (Extent::TooLarge, _) => failed(FailureCause::TooLarge { limit }, reply),
        (Extent::CutOff(cause), _) => failed(FailureCause::Broken(cause), reply),
        (Extent::Whole, _) if is_problem => failed(FailureCause::Problem, reply),
        (Extent::Whole, _) => failed(FailureCause::Status, reply),
    };
    Evaluated {
        ending,
        end,
        undeclared: undeclared.flatten(),
        is_final,
    }
}

/// Returns the reason why a response of success does not prove that a change happened. A raw call has no contract.
fn unproven(fixed: &Fixed, reply: &Reply, extent: &Extent) -> Option<Unproven> {
    if fixed.is_safe() || fixed.endpoint.operation().is_empty() {
        return None;
    }
    if !fixed.options.is_named(reply.status) {
        return Some(Unproven::Status);
    }
    let body = matches!(extent, Extent::Whole).then_some(&*reply.body);
    let seen = reply.seen(body);
    if fixed.promise.successes.is_empty() {
        return fixed.is_foreign(&seen).then_some(Unproven::MediaType);
    }
    fixed.promise.unproven(&seen, fixed.call())
}

/// Returns the cause of a failure by a response that proves nothing. The value of the call tells best what its body lacks.
fn unproven_cause(fixed: &Fixed, reply: &Reply, unproven: Unproven) -> FailureCause {
    match (unproven, (fixed.value.decode)(reply)) {
        (Unproven::Incomplete, Err(error)) => FailureCause::Unreadable(error),
        _ => FailureCause::Unproven(unproven),
    }
}

fn ending(api: &'static Api, fixed: &Fixed, reply: &Reply, extent: &Extent, problem: Option<&Problem>) -> Ending {
    let rules = OutcomeRules {
        registry: api.registry,
        signing: api.signing,
        idempotency: api.idempotency,
        creates: fixed.creates,
    };
    let success = fixed.options.is_success(reply.status);
    let replayed = !success && reply.is_replayed(api);
    let status = reply.status.as_u16();
    let is_whole = matches!(extent, Extent::Whole);
    let text = |pointer: &str| json::text(&reply.body, &reply.limits, 0, pointer);
    let ending = match (extent, success) {
        (Extent::CutOff(_) | Extent::TooLarge, true) => Ending::CutOff,
        (Extent::CutOff(_) | Extent::TooLarge, false) => rules.truncated(status, replayed),
        // The unreadable body may contain a code: handled as if it had been cut off.
        (Extent::Whole, false) if problem.is_none() && reply.is_broken_json() => rules.truncated(status, replayed),
        _ if success => Ending::Success,
        _ => rules.ending(status, failure_body(api, fixed, reply, problem), replayed),
    };
    let Ending::Answer(mut answer) = ending else {
        return ending;
    };
    if answer.role == Role::Plain && answer.row.is_none() {
        (answer.role, answer.id_at) = rules.role_of_answer(status, &text, is_whole);
        answer.is_declared |= answer.role != Role::Plain && is_declared(api, fixed, reply);
    }
    answer.is_challenge = status == 401 && is_token_challenge(reply);
    if let Some(rules) = api.retry {
        answer.advice = problem::advice(rules, status, &reply.headers);
    }
    Ending::Answer(answer)
}

/// The request ids that were sent.
pub(super) struct Ids<'i> {
    /// The id of the last attempt.
    pub(super) last: &'i str,
    /// The ids of this call, those that the server gave included.
    pub(super) own: &'i [String],
    pub(super) all: &'i RequestIds,
    /// Members that the creation of the resource sent.
    pub(super) members: &'i [SentMember],
}

impl Ids<'_> {
    /// Returns `true` for an id of another call.
    fn is_of_another(&self, id: &str, fixed: &Fixed) -> bool {
        self.all.owner(id, self.own, || action_digest(fixed)) == IdOwner::AnotherCall
    }

    /// Returns `true` if a response with this id belongs to another call. `is_echoed`: by the contract, a response repeats
    /// the id of its request.
    fn refuse(&self, id: &str, status: u16, fixed: &Fixed, is_echoed: bool) -> bool {
        if is_same(id, self.last) {
            self.all.learn(status, true);
            return false;
        }
        match self.all.owner(id, self.own, || action_digest(fixed)) {
            IdOwner::AnotherCall => true,
            IdOwner::ThisCall => is_echoed,
            // A call that cannot be sent again is not refused for a guess.
            IdOwner::Nobody => (self.all.learn(status, false) && (fixed.is_safe() || fixed.key.is_some())) || is_echoed,
        }
    }
}

/// Returns the place at which the response shows that it belongs to another call: the header of the request id, or the JSON
/// Pointer of a value that the response repeats. An absent value proves nothing; upper and lower case and surrounding blanks
/// are ignored, since servers often rewrite ids.
fn place_of_another(api: &Api, fixed: &Fixed, reply: &Reply, extent: &Extent, ids: &Ids<'_>) -> Option<String> {
    let is_other_id = |name: &&str| {
        let is_other = |id: &str| ids.refuse(id, reply.status.as_u16(), fixed, api.request_id_echoed);
        reply
            .header(name)
            .is_some_and(|id| !id.trim().is_empty() && is_other(id))
    };
    if let Some(name) = api.request_id_header.filter(is_other_id) {
        return Some(name.to_owned());
    }
    let compares = !fixed.echoes.is_empty() || !ids.members.is_empty();
    if !compares || !matches!(extent, Extent::Whole) || !fixed.options.is_success(reply.status) {
        return None;
    }
    let is_other = |echo: &&Echo| {
        // Fast path: most responses repeat the value byte for byte.
        !echo.is_plainly(json::plain_text(&reply.body, echo.at()))
            && echo
                .value_in(&reply.body, &reply.limits)
                .is_some_and(|value| !echo.is(&value))
    };
    let echo = fixed.echoes.iter().find(is_other).map(Echo::at);
    let is_changed = |member: &&SentMember| member.is_other_in(&reply.body, &reply.limits);
    let member = || ids.members.iter().find(is_changed).map(SentMember::at);
    echo.or_else(member).map(str::to_owned)
}

/// Returns `true` for a response that names the scheme of access tokens (RFC 6750, section 3), and is not a page.
fn is_token_challenge(reply: &Reply) -> bool {
    let is_bearer = |challenge: &str| {
        let scheme = challenge.split_ascii_whitespace().next();
        scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer"))
    };
    let challenges = reply.headers.get_all(WWW_AUTHENTICATE).iter();
    let mut challenges = challenges
        .filter_map(|value| value.to_str().ok())
        .flat_map(|all| all.split(','));
    let is_page = arrived::is_page(arrived::essence(reply.content_type())) || arrived::begins_as_page(&reply.body);
    !is_page && challenges.any(is_bearer)
}

/// Returns the problem code of a response, and whether the operation declares the body for its failures.
fn failure_body<'p>(api: &Api, fixed: &Fixed, reply: &Reply, problem: Option<&'p Problem>) -> FailureBody<'p> {
    let Some(problem) = problem else {
        return FailureBody::Nothing;
    };
    if is_declared(api, fixed, reply) {
        return FailureBody::Declared(problem.code());
    }
    problem.code().map_or(FailureBody::Nothing, FailureBody::Stray)
}

/// Returns `true` if the operation declares the form of a failure.
fn is_declared(api: &Api, fixed: &Fixed, reply: &Reply) -> bool {
    let forms = fixed.failures.unwrap_or(api.problem_bodies);
    problem::is_declared(forms, reply.status.as_u16(), &reply.headers, &reply.body, &reply.limits)
}

/// Decides on the next step. `context` is read only if the policy needs it: a response of success ends the call without
/// reading clocks, tokens or random numbers.
pub(super) fn decide(
    evaluated: &Evaluated,
    history: &History,
    policy: &Policy,
    context: impl FnOnce() -> RetryContext,
) -> Decision {
    if evaluated.is_final {
        Decision::Stop(Stop::Final)
    } else if evaluated.ending == Ending::Success {
        Decision::Stop(Stop::Done)
    } else {
        retry::decide(history, policy, &context())
    }
}

/// Collects what the decision depends on, except for what only the call itself knows: its time, its deadline, and another secret.
pub(super) fn context(core: &Core, fixed: &Fixed, trail: &Trail, attempted: &Attempted) -> RetryContext {
    RetryContext {
        safe: fixed.is_safe(),
        keyed: fixed.key.is_some(),
        acts: fixed.has_effect(),
        age: trail.timing.age(core),
        spent: fixed.key.is_some() && core.is_spent_by(&attempted.evaluated.ending),
        retry_after: trail.named_wait.max(trail.least_wait),
        took: attempted.took,
        other: (trail.renewal == Renewal::Due).then_some(Change::Token),
        tokens: core.shared().tokens.left(),
        random: core.random(),
        ..RetryContext::from_api(core.api())
    }
}

/// Returns the wait that a response requests.
pub(super) fn named_wait(core: &Core, reply: &Reply) -> Option<Duration> {
    let status = reply.status.as_u16();
    let wait = core.api().retry.and_then(|rules| rules.wait_after(status));
    let declared = wait.and_then(|wait| retry::declared_wait(wait, &reply.headers, core.seconds()));
    declared.max(retry::retry_after(&reply.headers, || core.seconds()))
}

/// Returns the reason not to send again after a wait. The sleep of a machine shows only on the wall clock, and that of a wrong
/// clock only on its correction.
pub(super) fn overslept(core: &Core, fixed: &Fixed, trail: &Trail, is_over: bool) -> Option<Stop> {
    if !fixed.is_safe() && trail.timing.is_forgotten(core) {
        return Some(Stop::Retention);
    }
    is_over.then_some(Stop::Deadline)
}

/// Takes the cost of a retry out of the budget; changes other than a plain retry are free. Returns `false` if too few tokens
/// are left.
pub(super) fn afford(core: &Core, change: Change) -> bool {
    let shared = core.shared();
    change != Change::Nothing || shared.tokens.pay(shared.policy.budget)
}

/// Returns the offset of the server's clock by this response, in seconds, and stores it as a measurement.
pub(super) fn measure(core: &Core, reply: Option<&Reply>, took: Duration) -> Option<i64> {
    let offset = retry::offset(&reply?.headers, core.local_seconds(), took)?;
    core.shared().time.skew.measure(offset);
    Some(offset)
}
