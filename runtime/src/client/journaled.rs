//! A call and its journal: the intent is recorded before the first attempt, and its settlement after the last one. Nothing
//! may be sent that was not recorded.
//!
//! Calls without an effect, without a key, or of a client without a journal are not recorded. A dropped call leaves its intent
//! open, since its outcome is unknown.

use std::sync::Arc;
use std::time::Duration;

use http::header::CONTENT_TYPE;

use super::attempts::attempts;
use super::core::Core;
use super::observe::Progress;
use super::sent::{IdOwner, action_digest};
use crate::arrived::{Echo, ResponseView, SentMember};
use crate::clock::Moment;
use crate::exchange::{Arrived, End, Ended, Exchange, Failed, FailedCall, FailureCause, Fixed, Trail};
use crate::journal::{
    self, Booked, CallValues, Claim, Intent, Journal, JournalError, JournalFuture, JournalRefusal, Piece, Seal, Seen,
    Sender, Settlement, Verdict,
};
use crate::json::{self, JsonValue, Limits};
use crate::outcome::{Ending, Outcome, Role};
use crate::problem::{Problem, ProblemRow, RetryClass};
use crate::refusal::Refusal;
use crate::retry::Stop;
use crate::scheme;
use crate::secret::KeyRing;
use crate::security::RequiredSchemes;
use crate::signing::SignedValue;
use crate::transport::within;

/// Sends a call to its end, with the permission of the journal if there is one.
pub(super) async fn recorded(
    core: &Core,
    mut exchange: Box<Exchange>,
    fixed: Box<Fixed>,
    progress: Option<&Progress>,
) -> Ended {
    if let Some(journal) = &core.shared().journal {
        // Boxed, so that calls without a journal keep a small future.
        return Box::pin(journaled(core, journal, exchange, fixed, progress)).await;
    }
    if exchange.trail.mark.is_some() && exchange.trail.timing.is_forgotten(core) {
        return forgotten(core, exchange.with(fixed));
    }
    if let Some(resource) = fixed.resource() {
        exchange.trail.members = resource.members_of(&core.shared().created.members_of(&resource.id));
    }
    let ended = attempts(core, exchange, fixed, progress).await;
    if let Some((id, members)) = created(&ended) {
        core.shared().created.remember(&id, members);
    }
    ended
}

/// Returns the id of the resource that a call created, and the members that it sent and its response repeats.
fn created(ended: &Ended) -> Option<(String, Vec<SentMember>)> {
    let (End::Answered(arrived), fixed) = (&ended.end, ended.exchange.fixed()?) else {
        return None;
    };
    let at = fixed.promise.created_at()?;
    let (body, limits) = (&arrived.reply.body, &arrived.reply.limits);
    let status = arrived.reply.status.as_u16();
    if fixed.echoes.is_empty() || arrived.stream.is_some() || fixed.promise.existing.contains(&status) {
        return None;
    }
    // Fast path: ids seldom contain escapes.
    let plain = json::plain_text(body, at).and_then(|id| String::from_utf8(id.to_vec()).ok());
    let id = plain.or_else(|| json::text(body, limits, 0, at))?;
    let is_there = |echo: &&Echo| json::plain_text(body, echo.at()).is_some() || echo.value_in(body, limits).is_some();
    Some((id, fixed.echoes.iter().filter(is_there).map(SentMember::new).collect()))
}

/// Returns the end of a call that is not sent because the server would treat its key as new, and act a second time.
pub(super) fn forgotten(core: &Core, exchange: Box<Exchange>) -> Ended {
    let why =
        "the key was first sent longer ago than the server stores keys: look the action up by your reference instead";
    not_sent(core, exchange, Refusal::Resend(why), Outcome::Unknown)
}

/// Sends a call with a journal, in three phases:
///
/// 1. The journal records the intent, and decides whether the call may be sent.
/// 2. The attempts run under the claim of the journal.
/// 3. The journal settles the claim by the end of the attempts.
///
/// A call without an intent has only the second phase. The journal's time counts as a part of the call's deadline.
async fn journaled(
    core: &Core,
    journal: &Arc<dyn Journal>,
    mut exchange: Box<Exchange>,
    fixed: Box<Fixed>,
    progress: Option<&Progress>,
) -> Ended {
    // The row is sealed with the client's current secret.
    core.refresh_secrets().await;
    let Some(mut intent) = intent_of(core, &fixed) else {
        return attempts(core, exchange, fixed, progress).await;
    };
    let trail = &mut exchange.trail;
    intent.request_id.clone_from(&trail.first.request_id);
    intent.first = trail.timing.first.filter(|_| trail.timing.is_of_others);
    let (at, offset) = (intent.at, intent.offset);
    let now = core.instant();
    // The start of the whole call, which already took time before this.
    let call_start = now.checked_sub(trail.first.already_spent).unwrap_or(now);
    let elapsed = || core.instant().saturating_duration_since(call_start);
    let deadline = fixed.options.deadline.unwrap_or(core.deadline());
    let verdict = in_time(core, deadline.saturating_sub(elapsed()), journal.begin(intent)).await;
    trail.first.already_spent = elapsed();
    let claim = match claimed(trail, Moment { at, offset }, verdict) {
        Ok(claim) => claim,
        Err(refused) => return refuse(core, exchange.with(fixed), refused),
    };
    trail.members.clone_from(&claim.seen().members);
    trail.timing.kept(Arc::clone(journal), claim.clone());
    let ended = attempts(core, exchange, fixed, progress).await;
    let sent = ended.exchange.trail.timing.sent();
    let claim = claim.with(sent).with_seen(seen(core, &ended));
    let settled = journal.settle(claim, Settlement::from_end(&ended));
    match in_time(core, deadline.saturating_sub(elapsed()), settled).await {
        Ok(Booked::Written) => ended,
        // The response is that of another call, so it shows nothing about this one: its outcome is unknown.
        Ok(Booked::OfAnotherKey) => match ended.into_result() {
            Ok(answered) => of_another_key(answered).into(),
            Err(mut failure) => {
                failure.exchange.trail.history.replace_last(Ending::Mismatched);
                failure.at_least(Outcome::Unknown).into()
            }
        },
        Err(error) => {
            // The caller gets the response all the same. The row still says that the outcome is unknown, and a later recovery
            // requests it again.
            tracing::error!(%error, "the journal could not record the outcome of an action");
            ended
        }
    }
}

/// Returns the claim of a call that may be sent, and notes in its trail what the journal knows of earlier calls with its key.
fn claimed(
    trail: &mut Trail,
    recorded_at: Moment,
    verdict: Result<Verdict, JournalError>,
) -> Result<Claim, JournalRefusal> {
    match verdict.map_err(JournalRefusal::Failed)? {
        Verdict::Send(claim) => {
            trail.timing.begins(recorded_at);
            if let Some(code) = claim.refused() {
                trail.history = std::mem::take(&mut trail.history).after_refusal(code);
            }
            Ok(claim)
        }
        Verdict::Again { claim, first_sent } => {
            trail.history = std::mem::take(&mut trail.history).after_others();
            trail.timing.was_sent(first_sent);
            Ok(claim)
        }
        Verdict::Refused(refused) => Err(refused),
    }
}

/// Shortest time that a journal gets: a call whose deadline has passed still records its outcome.
const LEAST: Duration = Duration::from_secs(1);

/// Returns the response of a journal, or an error if the rest of the call's deadline passes first.
async fn in_time<T>(core: &Core, left: Duration, response: JournalFuture<'_, T>) -> Result<T, JournalError> {
    let limit = core.shared().transport.limit(left.max(LEAST));
    let late = || Err(JournalError::new("it did not respond before the deadline of the call"));
    within(limit, response).await.unwrap_or_else(late)
}

/// Returns what the last response shows of its call.
pub(super) fn seen(core: &Core, ended: &Ended) -> Seen {
    Seen {
        members: created(ended).map(|(_, members)| members).unwrap_or_default(),
        strange_ids: strange_ids(core, ended),
    }
}

/// Returns the request ids of the last response that this client did not send. An earlier check covers ids with a mark.
fn strange_ids(core: &Core, ended: &Ended) -> Vec<String> {
    let (Some(fixed), Some(name)) = (ended.exchange.fixed(), core.api().request_id_header) else {
        return Vec::new();
    };
    let header = ended.end.reply().and_then(|reply| reply.header(name));
    let problem = match &ended.end {
        End::Failed(failed) => failed.problem.as_ref().and_then(Problem::request_id),
        End::Answered(_) => None,
    };
    let own = std::slice::from_ref(&ended.exchange.trail.sent_id);
    let is_strange = |id: &&str| {
        let owner = core.shared().request_ids.owner(id, own, || action_digest(fixed));
        !id.trim().is_empty() && owner == IdOwner::Nobody
    };
    let ids = header.into_iter().chain(problem).filter(is_strange);
    ids.map(str::to_owned).collect()
}

/// Makes a failure of a success that names a resource which another key created.
pub(super) fn of_another_key(mut answered: Ended<Arrived>) -> FailedCall {
    answered.exchange.trail.history.replace_last(Ending::Mismatched);
    let fixed = answered.exchange.fixed();
    let place = fixed.and_then(|fixed| fixed.promise.created_at()).unwrap_or_default();
    let cause = FailureCause::OfAnother(place.to_owned());
    answered.failed(cause)
}

/// Returns the end of a call that is not sent. It keeps the call, which can resume once the reason is gone.
fn refuse(core: &Core, mut exchange: Box<Exchange>, refused: JournalRefusal) -> Ended {
    let outcome = match &refused {
        JournalRefusal::Failed(error) if error.is_unsent => Outcome::NotExecuted,
        JournalRefusal::Executed { .. } => Outcome::Executed,
        _ => Outcome::Unknown,
    };
    if outcome != Outcome::NotExecuted {
        exchange.trail.history = std::mem::take(&mut exchange.trail.history).after_others();
    }
    not_sent(core, exchange, Refusal::Journal(refused), outcome)
}

fn not_sent(core: &Core, exchange: Box<Exchange>, refusal: Refusal, outcome: Outcome) -> Ended {
    FailedCall::refused(exchange, refusal, core.local_seconds())
        .at_least(outcome)
        .into()
}

/// Returns the intent of a call, or `None` if a journal keeps none of it.
pub(super) fn intent_of(core: &Core, fixed: &Fixed) -> Option<Intent> {
    let (act, key) = (fixed.act.as_ref()?, fixed.key.as_ref()?);
    let endpoint = &fixed.endpoint;
    let body: Vec<Piece> = fixed.payload.source.pieces().iter().map(Piece::from_body).collect();
    let document = fixed.payload.source.bytes();
    let document: Option<JsonValue> = document.and_then(|bytes| json::from_slice_within(bytes, &Limits::OWN).ok());
    let values = CallValues {
        arguments: &fixed.arguments,
        document: document.as_ref(),
    };
    let deadline = fixed.options.deadline.unwrap_or(core.deadline());
    // Without a known retention, a journal sends nothing after the deadline of the call.
    let retention = core.api().idempotency.map(|keys| keys.retention.known());
    let (now, sender) = (core.moment(), core.sender());
    Some(Intent {
        key: key.as_str().to_owned(),
        operation: endpoint.operation().to_owned(),
        seal: core.seal(),
        method: endpoint.method().as_str().to_owned(),
        template: endpoint.template().to_owned(),
        origin: fixed.origin.clone(),
        target: fixed.target.clone(),
        headers: journal::own_headers(core.api(), core.default_headers(), &fixed.headers, &act.cookies),
        security: match &fixed.wanted {
            RequiredSchemes::OneOf(alternatives) => Some(scheme::written(alternatives)),
            RequiredSchemes::Kept(security) => Some(security.clone()),
            RequiredSchemes::Everything => None,
        },
        body,
        sha256: digest(fixed),
        arguments: fixed.arguments.clone(),
        echoes: fixed.echoes.clone(),
        subject: values.subject(&sender, endpoint.operation(), act.subject, &act.named),
        sender,
        request_id: None,
        resource: fixed.resource(),
        members: Vec::new(),
        promise: fixed.promise.clone(),
        evidence: act.evidence.clone(),
        later: act.later.iter().map(|id| (*id).to_owned()).collect(),
        find: values.find(act.find),
        at: now.at,
        offset: now.offset,
        first: None,
        freshness: core.freshness(),
        lease: journal::lease(deadline),
        retention: retention.map(|known| known.unwrap_or(deadline)),
    })
}

/// Computes the digest that distinguishes requests.
pub(super) fn digest(fixed: &Fixed) -> [u8; 32] {
    journal::digest_of_request(
        fixed.endpoint.method().as_str(),
        &fixed.target,
        fixed.headers.get(CONTENT_TYPE).map_or(&[], |value| value.as_bytes()),
        &fixed.payload.sha256,
    )
}

impl Core {
    /// Returns the identity under which the client sends its actions.
    pub fn sender(&self) -> Sender {
        Sender {
            client_id: self.client_id().map(str::to_owned),
            base_url: self.shared().addresses.base.url(),
        }
    }

    /// Returns the seal that signs the journal rows of this client: with keys of its current and previous secret, or of its
    /// credentials if the API is not signed. Without any of them, the seal has no key.
    pub fn seal(&self) -> Seal {
        let identity = &self.shared().identity;
        let ring = identity.ring.as_ref();
        ring.map_or_else(|| identity.seal.clone(), KeyRing::seal)
    }

    /// Returns the longest duration of calls that set no deadline of their own, with a margin.
    pub fn longest_call(&self) -> Duration {
        journal::lease(self.deadline())
    }

    /// Returns for how long the server accepts a signature, before and after its instant; `None` if signatures carry no
    /// instant.
    pub(super) fn freshness(&self) -> Option<Duration> {
        let signing = self.api().signing?;
        signing.places(SignedValue::Timestamp).next()?;
        signing.freshness.age()
    }
}

impl Settlement {
    /// Returns the settlement of an intent at the end of its call.
    pub(super) fn from_end(ended: &Ended) -> Self {
        let failed = match &ended.end {
            End::Answered(arrived) => return Self::read(ended, &arrived.seen(), arrived.is_confirmed),
            End::Failed(failed) => failed,
        };
        let last = ended.exchange.trail.history.last().copied();
        let is_spent = failed.stop == Some(Stop::Spent);
        match ended.outcome {
            Outcome::NotExecuted => {
                let spent = is_spent || is_kept(last.as_ref());
                let code = code_of(failed);
                if spent || is_refused(last.as_ref()) {
                    Self::NotExecuted { code, spent }
                } else {
                    Self::NotExamined
                }
            }
            _ if is_spent || failed.stop == Some(Stop::Retention) => Self::Forgotten,
            // The last response may differ from that of an earlier attempt, whose success was lost.
            Outcome::Executed => executed_before(ended, failed, last).unwrap_or(Self::CutOff { status: 0 }),
            Outcome::Unknown if last == Some(Ending::CutOff) => Self::CutOff {
                status: failed.reply.as_ref().map_or(0, |reply| reply.status.as_u16()),
            },
            Outcome::Unknown => Self::Unknown {
                refused: last.filter(is_for_good).and_then(|_| code_of(failed)),
            },
        }
    }

    /// Returns the settlement of an intent that the journal sent again. No caller waits for this call, so no other call
    /// replaces it: unless the server refused it, its row stays open for the next recovery.
    pub(super) fn of_replay(ended: &Ended) -> Self {
        match Self::from_end(ended) {
            Self::NotExamined => Self::Unknown { refused: None },
            Self::NotExecuted { .. } if !is_refused(ended.exchange.trail.history.last()) => {
                Self::Unknown { refused: None }
            }
            settlement => settlement,
        }
    }

    /// Derives the settlement from a response that proves the action.
    fn read(ended: &Ended, seen: &ResponseView<'_>, is_confirmed: bool) -> Self {
        let status = seen.status.as_u16();
        let promise = ended.exchange.fixed().map(|fixed| &fixed.promise);
        let proven = promise.filter(|promise| is_confirmed || promise.is_met(seen));
        proven
            .and_then(|promise| promise.read_ids(seen))
            .map_or(Self::CutOff { status }, |ids| Self::Executed { status, ids })
    }
}

/// Returns the settlement by a response that names the id of the action under the key.
fn executed_before(ended: &Ended, failed: &Failed, last: Option<Ending>) -> Option<Settlement> {
    let Some(Ending::Answer(answer)) = last else {
        return None;
    };
    let name = ended.exchange.fixed()?.promise.creates.as_ref()?;
    let id = failed.text(answer.id_at?)?;
    Some(Settlement::Executed {
        status: answer.status,
        ids: vec![(name.to_string(), id)],
    })
}

/// Returns the problem code of the last response, or its status.
fn code_of(failed: &Failed) -> Option<String> {
    let status = || failed.reply.as_ref().map(|reply| reply.status.as_u16().to_string());
    let code = failed.problem.as_ref().and_then(Problem::code);
    code.map(str::to_owned).or_else(status)
}

/// Returns `true` if the server may keep its response under the key. Without a row, only rejected credentials exclude it.
fn is_kept(last: Option<&Ending>) -> bool {
    let Some(Ending::Answer(answer)) = last else {
        return false;
    };
    answer.row.map_or(answer.status != 401, |row| row.stored || row.new_key)
}

/// Returns `true` if the server examined the request and refused it. Missing connections, a busy server and rejected
/// credentials return `false`.
fn is_refused(last: Option<&Ending>) -> bool {
    let Some(ending @ Ending::Answer(answer)) = last else {
        return false;
    };
    let is_passing = |row: &ProblemRow| matches!(row.retry, RetryClass::Again | RetryClass::ResignOnce);
    match answer.row {
        _ if !answer.is_declared => false,
        Some(row) => row.stored || !(is_passing(row) || matches!(row.status, 401 | 403)),
        None => is_for_good(ending),
    }
}

/// Returns `true` if the server would refuse the same request again, whatever it did before.
fn is_for_good(ending: &Ending) -> bool {
    let Ending::Answer(answer) = ending else {
        return false;
    };
    // A response of an intermediary is no refusal: the server may never have received the request.
    if answer.role != Role::Plain || !answer.is_declared {
        return false;
    }
    match answer.row {
        Some(row) => row.stored,
        None if answer.needs_row => false,
        None => (400..500).contains(&answer.status) && !matches!(answer.status, 401 | 403 | 408 | 425 | 429),
    }
}
