//! A call and its journal: records the intent before the first attempt, and the settlement after the last one. Nothing may be
//! sent that was not recorded.
//!
//! Calls without an effect, without a key, or of a client without a journal are not recorded. A dropped call leaves its intent
//! open, since its outcome is unknown.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, COOKIE, HeaderValue, USER_AGENT};
use http::{HeaderMap, Method};
use sha2::{Digest as _, Sha256};

use super::ended::{Promise, is_refused, sent, settlement};
use super::exchange::attempts;
use super::guard::Watch;
use super::prepare::prepare;
use super::{Core, Delivered, Response};
use crate::answer::Binary;
use crate::call::{Carried, Timing, Trail};
use crate::clock::Moment;
use crate::description::Subject;
use crate::endpoint::Endpoint;
use crate::error::{Error, Failure, Trouble};
use crate::idempotency::IdempotencyKey;
use crate::journal::{
    Claim, Content, Intent, Journal, JournalError, JournalRefusal, Piece, Seal, SendTimes, Sender, Settlement, Verdict,
};
use crate::json::{self, JsonValue, Limits};
use crate::multipart::Payload;
use crate::outcome::{History, Outcome};
use crate::refusal::Refusal;
use crate::request::{Act, Options, Prepared, Request};
use crate::scheme::{self, SchemeKind};
use crate::secret::Ring;
use crate::security::Wanted;
use crate::target;
use crate::transport::{self, Place, Source};

/// Time by which the lease of a call exceeds its deadline.
const SLACK: Duration = Duration::from_secs(5);

/// Sends a call to its end, with the permission of the journal if there is one.
pub(crate) async fn exchange(core: Core, carried: Box<Carried>) -> Result<Delivered, Error> {
    if core.shared().journal.is_none() {
        let is_forgotten = carried.trail.mark.is_some() && carried.trail.timing.is_forgotten(&core);
        return if is_forgotten {
            Err(forgotten(&core, carried))
        } else {
            attempts(core, carried).await
        };
    }
    Box::pin(journaled(core, carried)).await
}

/// Returns the error of a call that is not sent because the server would treat its key as new, and act a second time.
fn forgotten(core: &Core, carried: Box<Carried>) -> Error {
    let why = "the key was first sent longer ago than the server remembers keys: look the action up by your own reference instead";
    not_sent(core, carried, Refusal::Resend(why), Outcome::Unknown)
}

async fn journaled(core: Core, mut carried: Box<Carried>) -> Result<Delivered, Error> {
    let journal = core.shared().journal.clone();
    // The row is sealed with the client's current secret.
    core.refresh_secrets().await;
    let (Some(journal), Some(intent)) = (journal, intent_of(&core, &carried.prepared)) else {
        return attempts(core, carried).await;
    };
    let trail = &mut carried.trail;
    let now = Moment {
        at: intent.at,
        offset: intent.offset,
    };
    let claim = match journal.begin(intent).await {
        Ok(Verdict::Send(claim)) => {
            trail.timing.begins(now);
            claim
        }
        Ok(Verdict::Again { claim, first_sent }) => {
            trail.history = std::mem::take(&mut trail.history).after_others();
            trail.timing.was_sent(first_sent);
            claim
        }
        Ok(Verdict::Refused(refused)) => return Err(refuse(&core, carried, refused)),
        Err(error) => return Err(refuse(&core, carried, JournalRefusal::Failed(error))),
    };
    trail.timing.kept(Arc::clone(&journal), claim.clone());
    let promise = carried.prepared.act.as_ref().map(Promise::of).unwrap_or_default();
    let ended = attempts(core, carried).await;
    let settlement = settlement(&ended, &promise);
    if let Err(error) = journal.settle(claim.with(sent(&ended)), settlement).await {
        // The caller gets the answer all the same. The row still says that the outcome is unknown, and a later recovery
        // requests it again.
        tracing::error!(%error, "the journal could not write down what became of an action");
    }
    ended
}

/// Returns the error of a call that is not sent. It keeps the call, which can resume once the reason is gone.
fn refuse(core: &Core, mut carried: Box<Carried>, refused: JournalRefusal) -> Error {
    let outcome = match &refused {
        JournalRefusal::Failed(error) if error.is_unsent => Outcome::NotExecuted,
        JournalRefusal::Executed { .. } => Outcome::Executed,
        _ => Outcome::Unknown,
    };
    if outcome != Outcome::NotExecuted {
        carried.trail.history = std::mem::take(&mut carried.trail.history).after_others();
    }
    not_sent(core, carried, Refusal::Journal(refused), outcome)
}

fn not_sent(core: &Core, carried: Box<Carried>, refusal: Refusal, outcome: Outcome) -> Error {
    let at = core.local_seconds();
    Failure::of(Trouble::Refused(refusal), None, None, carried, at, core.api().support)
        .at_least(outcome)
        .into()
}

/// Returns the intent of a call, or `None` if a journal keeps none of it.
fn intent_of(core: &Core, prepared: &Prepared) -> Option<Intent> {
    let (act, key) = (prepared.act.as_ref()?, prepared.key.as_ref()?);
    let endpoint = &prepared.endpoint;
    let body: Vec<Piece> = prepared.payload.source.pieces().iter().map(kept).collect();
    let document = prepared.payload.source.bytes();
    let document: Option<JsonValue> = document.and_then(|bytes| json::from_slice_within(bytes, &Limits::OWN).ok());
    let values = Values {
        arguments: &prepared.arguments,
        document: document.as_ref(),
    };
    let lease = prepared.options.deadline.map(|deadline| deadline.saturating_add(SLACK));
    let retention = core.api().idempotency.map(|keys| keys.retention);
    let now = core.moment();
    Some(Intent {
        key: key.as_str().to_owned(),
        operation: endpoint.operation().to_owned(),
        sender: core.sender(),
        seal: core.seal(),
        method: endpoint.method().as_str().to_owned(),
        template: endpoint.template().to_owned(),
        origin: prepared.origin.clone(),
        target: prepared.target.clone(),
        headers: headers(core, &prepared.headers, &act.cookies),
        security: match &prepared.wanted {
            Wanted::OneOf(alternatives) => Some(scheme::written(alternatives)),
            Wanted::Kept(security) => Some(security.clone()),
            Wanted::Everything => None,
        },
        body,
        sha256: canonical(prepared),
        arguments: prepared.arguments.clone(),
        echoes: prepared.echoes.clone(),
        subject: values.subject(&core.sender(), endpoint.operation(), act),
        ids: act
            .ids
            .iter()
            .map(|(name, at)| ((*name).into(), (*at).into()))
            .collect(),
        successes: act.successes.clone(),
        evidence: act.evidence.clone(),
        later: act.later.iter().map(|id| (*id).to_owned()).collect(),
        find: values.find(act.find),
        at: now.at,
        offset: now.offset,
        freshness: core.freshness(),
        lease: lease.unwrap_or(core.longest_call()),
        retention: retention.map(|seconds| Duration::from_secs(seconds.into())),
    })
}

fn kept(piece: &transport::Piece) -> Piece {
    match piece {
        transport::Piece::Bytes(bytes) => Piece::Bytes(bytes.clone()),
        transport::Piece::Upload(bytes) => Piece::Upload {
            length: bytes.len() as u64,
            sha256: crate::signing::body_sha256(bytes),
            content: Content::of(piece.clone()),
        },
        transport::Piece::File { place, length, sha256 } => match place {
            Place::Path(path) => Piece::File {
                path: path.clone(),
                length: *length,
                sha256: *sha256,
            },
            Place::Spool(_) => Piece::Upload {
                length: *length,
                sha256: *sha256,
                content: Content::of(piece.clone()),
            },
        },
    }
}

/// Computes the digest that distinguishes requests: over method, target, content type and body, each preceded by its length.
fn canonical(prepared: &Prepared) -> [u8; 32] {
    let content_type = prepared.headers.get(CONTENT_TYPE);
    let parts: [&[u8]; 4] = [
        prepared.endpoint.method().as_str().as_bytes(),
        prepared.target.as_bytes(),
        content_type.map_or(&[], HeaderValue::as_bytes),
        &prepared.payload.sha256,
    ];
    digest(parts.into_iter())
}

fn digest<'p>(parts: impl Iterator<Item = &'p [u8]>) -> [u8; 32] {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    digest.finalize().into()
}

/// Returns the headers of the call itself. Those of the client are added again when it is sent, and credentials are never
/// stored.
fn headers(core: &Core, all: &HeaderMap, cookies: &[String]) -> Vec<(String, String)> {
    let defaults = core.default_headers();
    let own = all.iter().filter(|(name, value)| {
        **name != USER_AGENT
            && defaults.get(*name) != Some(*value)
            && !value.is_sensitive()
            && !core.api().is_secret_header(name)
    });
    let mut kept: Vec<(String, String)> = own
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect();
    let is_key = |pair: &&String| {
        let name = pair.split('=').next();
        let of_scheme = |kind: &SchemeKind| matches!(kind, SchemeKind::CookieKey(key) if name == Some(key));
        core.api().schemes.iter().any(|scheme| of_scheme(&scheme.kind))
    };
    let arguments: Vec<&str> = cookies
        .iter()
        .filter(|pair| !is_key(pair))
        .map(String::as_str)
        .collect();
    if !arguments.is_empty() {
        kept.push((COOKIE.as_str().to_owned(), arguments.join("; ")));
    }
    kept
}

/// The values of one call that the contract may name.
struct Values<'v> {
    arguments: &'v [(String, String)],
    document: Option<&'v JsonValue>,
}

impl Values<'_> {
    fn argument(&self, name: &str) -> Option<&str> {
        let found = self.arguments.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    fn member(&self, pointer: &str) -> Option<&str> {
        self.document?.pointer(pointer)?.as_str()
    }

    /// A subject that lacks a value is no subject.
    fn subject(&self, sender: &Sender, operation: &str, act: &Act) -> Option<String> {
        if act.subject.is_empty() && act.named.is_empty() {
            return None;
        }
        let client_id = sender.client_id.as_deref().unwrap_or_default();
        let mut values = vec![sender.base_url.as_bytes(), client_id.as_bytes(), operation.as_bytes()];
        for part in act.subject {
            values.push(match part {
                Subject::Path(name) => self.argument(name)?.as_bytes(),
                Subject::Body(pointer) => self.member(pointer)?.as_bytes(),
            });
        }
        values.extend(act.named.iter().map(String::as_bytes));
        Some(crate::signing::hex(&digest(values.into_iter())))
    }

    fn find(&self, find: Option<(&str, &[(&str, &str)])>) -> Option<String> {
        let (template, query) = find?;
        let arguments: Vec<(String, String)> = self
            .arguments
            .iter()
            .map(|(name, value)| (name.clone(), target::encode(value)))
            .collect();
        let mut text = target::fill("", template, &arguments).ok()?;
        for (name, pointer) in query {
            text.push(if text.contains('?') { '&' } else { '?' });
            text.push_str(&target::encode(name));
            text.push('=');
            text.push_str(&target::encode(self.member(pointer)?));
        }
        Some(text)
    }
}

/// Returns the intent of a call without sending it, for recording it in a transaction of your own.
pub async fn intent(core: Core, request: Request) -> Result<Intent, Error> {
    let endpoint = request.endpoint();
    let refused = |refusal| Failure::refused(endpoint, refusal, Outcome::NotExecuted, core.local_seconds());
    let prepared = match prepare(&core, Box::new(request)).await {
        Ok(prepared) => prepared,
        Err(refusal) => return Err(refused(refusal).into()),
    };
    let no_effect = Refusal::KeyUse("only a call with a key and an effect has an intent to be recorded");
    intent_of(&core, &prepared).ok_or_else(|| refused(no_effect).into())
}

impl Core {
    /// Returns the identity under which the client sends its actions.
    pub fn sender(&self) -> Sender {
        Sender {
            client_id: self.client_id().map(str::to_owned),
            base_url: format!("{}{}", self.shared().origin, self.prefix()),
        }
    }

    /// Returns the seal that signs the journal rows of this client: with keys of its current and previous secret, or of its
    /// credentials if the API is not signed. Without any of them, the seal has no key.
    pub fn seal(&self) -> Seal {
        let shared = self.shared();
        shared.ring.as_ref().map_or_else(|| shared.seal.clone(), Ring::seal)
    }

    /// Returns `true` if this client may send the intent: same sender, and one of the client's own servers.
    pub fn may_send(&self, intent: &Intent) -> bool {
        self.sender() == intent.sender && self.shared().goes_to(&intent.origin, &intent.target)
    }

    /// Returns the longest duration of calls that set no deadline of their own, with a margin.
    pub fn longest_call(&self) -> Duration {
        self.shared().deadline.saturating_add(SLACK)
    }

    /// Returns for how long the server accepts a signature, before and after its instant; `None` if signatures carry no
    /// instant.
    fn freshness(&self) -> Option<Duration> {
        let signing = self.api().signing?;
        signing.timestamp_header?;
        Some(Duration::from_secs(signing.freshness.into()))
    }

    /// Sends a recorded intent: the same bytes under the same key. For journals, which hold its lease and store the result.
    ///
    /// `first_sent` is `None` if the request was never sent; `row` records a corrected clock. Returns when it was sent, and its
    /// result. An intent of another sender is not sent.
    pub async fn replay(
        &self,
        intent: Intent,
        first_sent: Option<Moment>,
        (journal, claim): (Arc<dyn Journal>, Claim),
    ) -> (SendTimes, Settlement, Result<Response<Bytes>, Error>) {
        let history = first_sent.map_or_else(History::new, |_| History::after_unseen_attempts());
        let outcome = history.outcome(false);
        let promise = Promise {
            ids: intent.ids.clone(),
            successes: intent.successes.clone(),
        };
        let endpoint = Endpoint::stored(&intent.operation, &intent.method, &intent.template);
        let watch = Watch::new(self, &endpoint, outcome);
        let now = Moment {
            at: intent.at,
            offset: intent.offset,
        };
        let mut timing = first_sent.map_or(Timing::at(now), Timing::after);
        timing.kept(journal, claim);
        let trail = Trail {
            history,
            timing,
            progress: watch.progress(),
            ..Trail::default()
        };
        let ended = match restore(self, intent, endpoint.clone(), first_sent.is_some()).await {
            Ok(prepared) => attempts(self.clone(), Carried::new(self.account(), prepared, trail)).await,
            Err(refusal) => Err(Failure::refused(endpoint, refusal, outcome, self.local_seconds()).into()),
        };
        let ended = watch.pass(ended);
        let sent = sent(&ended);
        let settlement = match settlement(&ended, &promise) {
            // No caller waits for this call, so no other call replaces it: the row stays open for the next recovery.
            Settlement::NotExecuted { .. } if !is_refused(&ended) => Settlement::Unknown { refused: None },
            settlement => settlement,
        };
        let read = match (&settlement, ended) {
            (Settlement::CutOff { .. }, Ok(delivered)) => Err(delivered.foreign()),
            (_, Ok(delivered)) => Ok(delivered.raw()),
            (_, Err(error)) => Err(error),
        };
        let answer = super::expected::<Binary>();
        (sent, settlement, read.map_err(|error| error.expecting(answer)))
    }
}

/// Restores the request of a recorded intent.
async fn restore(core: &Core, intent: Intent, endpoint: Endpoint, was_sent: bool) -> Result<Prepared, Refusal> {
    if !core.may_send(&intent) {
        return Err(Refusal::Journal(JournalRefusal::AnotherSender));
    }
    let mut headers = core.default_headers().clone();
    headers.insert(USER_AGENT, core.user_agent());
    for (name, value) in &intent.headers {
        if let Some((name, value)) = core.api().header_of_call(name, value) {
            headers.insert(name, value);
        }
    }
    let mut pieces = Vec::with_capacity(intent.body.len());
    for piece in intent.body {
        pieces.push(match piece {
            Piece::Bytes(bytes) => transport::Piece::Bytes(bytes),
            Piece::Upload { content, .. } => content.into_piece(),
            Piece::File { path, length, sha256 } => transport::Piece::File {
                place: Place::Path(path),
                length,
                sha256,
            },
            Piece::Gone { .. } => {
                let why = "the content of an upload was not kept: make the same call under the same key";
                return Err(Refusal::Journal(JournalRefusal::Failed(JournalError::new(why))));
            }
        });
    }
    let source = Source::new(pieces);
    let key = if was_sent {
        IdempotencyKey::used_before(intent.key)?
    } else {
        IdempotencyKey::new(intent.key)?
    };
    let prepared = Prepared {
        endpoint,
        origin: intent.origin,
        target: intent.target,
        headers,
        payload: Payload::of(source).await?,
        key: Some(key),
        wanted: intent.security.map_or(Wanted::Everything, Wanted::Kept),
        arguments: intent.arguments,
        noted: Vec::new(),
        echoes: intent.echoes,
        options: Options::default(),
        act: None,
    };
    if canonical(&prepared) != intent.sha256 {
        let why = "the stored request is not what was written down";
        return Err(Refusal::Journal(JournalRefusal::Failed(JournalError::new(why))));
    }
    Ok(prepared)
}

impl Endpoint {
    fn stored(operation: &str, method: &str, template: &str) -> Self {
        let method = Method::from_bytes(method.as_bytes()).unwrap_or(Method::POST);
        Self::named(operation.to_owned(), method, template.to_owned())
    }
}
