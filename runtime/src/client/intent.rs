//! Intents of calls: a call comes in and nothing is sent; its bytes go to any process that executes it, and the result of the
//! action comes back. Bytes may have been executed before, so what could act twice must never be sent.

use std::marker::PhantomData;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use http::Method;
use http::header::COOKIE;

use super::core::Core;
use super::journaled::{forgotten, intent_of, recorded};
use super::observe::MetricsGuard;
use super::prepare::fix;
use super::resend::{fixed, restore};
use super::{Raw, decode, recall};
use crate::answer::value_type;
use crate::clock::Moment;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::exchange::{Act, Exchange, FailedCall, Fixed, Trail};
use crate::idempotency::IdempotencyKey;
use crate::journal::{self, IntentError, JournalRefusal, Settlement};
use crate::operation::Operation;
use crate::outcome::{History, Outcome};
use crate::refusal::Refusal;
use crate::request::Request;

/// An action of the operation `O` that is fixed and not sent yet: its bytes under its key, without credentials.
///
/// [`to_bytes`](Self::to_bytes) stores it, such as in a step of a workflow engine. [`from_bytes`](Self::from_bytes) restores it in any
/// process with the same client id and base URL, and `client.execute(&intent)` executes it: once, however often that is
/// called.
#[must_use = "an intent sends nothing: pass it to `client.execute`, or to a journal"]
pub struct Intent<O> {
    data: journal::Intent,
    /// It may have been sent.
    may_be_sent: AtomicBool,
    operation: PhantomData<fn() -> O>,
}

/// Target, headers and body never print.
impl<O> std::fmt::Debug for Intent<O> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.data.fmt(f)
    }
}

impl<O> From<Intent<O>> for journal::Intent {
    fn from(intent: Intent<O>) -> Self {
        let first = intent.may_be_sent.into_inner().then_some(intent.data.created());
        Self { first, ..intent.data }
    }
}

impl<O> AsRef<journal::Intent> for Intent<O> {
    fn as_ref(&self) -> &journal::Intent {
        &self.data
    }
}

impl<O: Operation> Intent<O> {
    /// Creates the intent of a call, and sends nothing.
    #[doc(hidden)]
    pub async fn of_call(core: Core, request: Request) -> Result<Self, Error> {
        let is_used = request.key.as_ref().is_some_and(IdempotencyKey::is_used);
        Ok(Self {
            data: intent(core, request).await?,
            may_be_sent: is_used.into(),
            operation: PhantomData,
        })
    }

    /// Returns the idempotency key.
    pub fn key(&self) -> &str {
        &self.data.key
    }

    /// Serializes the intent. The bytes contain the request in plain text and no credential. The secret of the client seals them.
    /// From now on another process may have executed them.
    ///
    /// [`IntentError::Upload`] if the body has a file or an upload.
    pub fn to_bytes(&self) -> Result<Vec<u8>, IntentError> {
        self.may_be_sent.store(true, Ordering::Relaxed);
        self.data.to_portable()
    }

    /// Restores an intent from its bytes. Bytes that were changed, or that belong to another operation, client id or base URL,
    /// are refused.
    pub async fn from_bytes(client: &impl AsRef<Core>, bytes: &[u8]) -> Result<Self, IntentError> {
        let core = client.as_ref();
        core.refresh_secrets().await;
        let data = journal::Intent::from_portable(bytes, &core.seal())?;
        if data.operation != O::DESCRIPTION.id {
            return Err(IntentError::AnotherOperation {
                operation: data.operation,
            });
        }
        if !core.may_send(&data) {
            return Err(IntentError::AnotherSender);
        }
        Ok(Self {
            data,
            may_be_sent: true.into(),
            operation: PhantomData,
        })
    }

    /// Returns the call of the contract that finds the action, over a new connection; `None` if the contract names none.
    ///
    /// Await it for an action that [`Execution::Unknown`] does not execute again. One response without the action proves nothing.
    pub fn find(&self, client: &impl AsRef<Core>) -> Option<Raw> {
        let target = self.data.find.clone()?;
        Some(client.as_ref().raw(Method::GET, target).fresh())
    }

    /// Returns the request of the intent, as its call would send it.
    async fn fixed(&self, core: &Core) -> Result<Box<Fixed>, Refusal> {
        let (data, description) = (self.data.clone(), O::DESCRIPTION);
        let (evidence, sha256) = (data.evidence.clone(), data.sha256);
        let cookies = data.headers.iter().filter(|(name, _)| name == COOKIE.as_str());
        let cookies = cookies
            .flat_map(|(_, pairs)| pairs.split("; "))
            .map(str::to_owned)
            .collect();
        let mut parts = restore(core, data, self.may_be_sent.load(Ordering::Relaxed)).await?;
        parts.options.answers = O::ANSWERS;
        parts.failures = description.failures;
        parts.creates = description.creates.is_some();
        parts.value = value_type::<O::Output>();
        parts.act = Some(Act {
            subject: description.subject,
            named: Vec::new(),
            later: description.later,
            stays: description.stays,
            find: description.find,
            read: description.read,
            evidence,
            cookies,
        });
        fixed(parts, sha256)
    }
}

impl journal::Intent {
    /// Returns the instant of its creation.
    fn created(&self) -> Moment {
        Moment {
            at: self.at,
            offset: self.offset,
        }
    }
}

/// Returns the intent of a call without sending it, for a journal.
pub async fn intent(core: Core, request: Request) -> Result<journal::Intent, Error> {
    let exchange = Exchange::new(request.endpoint(), Trail::default());
    // The current secret seals it.
    core.refresh_secrets().await;
    let intent = match fix(&core, request, value_type::<()>()).await {
        Ok((fixed, _)) => intent_of(&core, &fixed).ok_or(Refusal::KeyUse(
            "only a call with a key and an effect has an intent to be recorded",
        )),
        Err(refusal) => Err(refusal),
    };
    intent.map_err(|refusal| FailedCall::refused(exchange, refusal, core.local_seconds()).into())
}

/// The result of executing an intent.
#[must_use = "it says whether the action happened"]
#[derive(Debug)]
pub enum Execution<T> {
    /// The action happened: the value of its response. If the response cannot be read, the error has the ids that are known
    /// ([`Error::executed_id`]).
    Executed(Result<T, Error>),
    /// The action did not happen and will not.
    NotExecuted {
        /// The reason.
        error: Error,
        /// The server keeps its refusal under the key: another request needs another key.
        is_spent: bool,
    },
    /// The action may have happened.
    Unknown {
        /// The reason.
        error: Error,
        /// The earliest time for executing the same intent again. `None`: nothing is sent any more, so look the action up
        /// ([`Intent::find`]).
        retry_at: Option<SystemTime>,
    },
}

impl Core {
    /// Executes an intent: sends its bytes under its key, under the rules of this client. With a journal, the journal decides
    /// whether they are sent, and records the result.
    ///
    /// Executing it again is safe, in any process and after a crash. Once the server may have forgotten the key, counted from the
    /// creation of the intent, nothing is sent. An intent from bytes may have been executed before, so a refusal leaves its outcome
    /// unknown.
    pub async fn execute<O: Operation>(&self, intent: &Intent<O>) -> Execution<O::Output> {
        let created = intent.data.created();
        let endpoint = Endpoint::stored(&intent.data.operation, &intent.data.method, &intent.data.template);
        let restored = intent.fixed(self).await;
        let is_first = !intent.may_be_sent.fetch_or(restored.is_ok(), Ordering::Relaxed);
        let mut exchange = Exchange::new(endpoint, Trail::default());
        recall(self, &mut exchange.trail, intent.key());
        // The age of a key that nobody used does not depend on a clock that the first response corrects.
        if !is_first {
            exchange.trail.history = History::after_unseen_attempts();
            exchange.trail.timing.was_sent(created);
        }
        let guard = MetricsGuard::start(self, &exchange.endpoint, exchange.outcome());
        let ended = match restored {
            Ok(fixed) if self.is_past(created, Duration::ZERO) => forgotten(self, exchange.with(fixed)),
            Ok(fixed) => recorded(self, exchange, fixed, guard.progress()).await,
            Err(refusal) => FailedCall::refused(exchange, refusal, self.local_seconds()).into(),
        };
        let settlement = Settlement::from_end(&ended);
        let error = match guard.end(decode(self, ended)) {
            Ok(response) => return Execution::Executed(Ok(response.value)),
            Err(error) => error,
        };
        match error.outcome() {
            Outcome::Executed => Execution::Executed(Err(error)),
            Outcome::NotExecuted => Execution::NotExecuted {
                is_spent: matches!(settlement, Settlement::NotExecuted { spent: true, .. }),
                error,
            },
            Outcome::Unknown => {
                let wait = self.wait_before_next(&error, &settlement);
                let wait = wait.filter(|wait| !self.is_past(created, *wait));
                let seconds = u64::try_from(self.local_seconds()).unwrap_or_default();
                let now = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
                Execution::Unknown {
                    error,
                    retry_at: wait.map(|wait| now + wait),
                }
            }
        }
    }

    /// Returns `true` if the server may have forgotten a key of this age after a wait. Without a known retention, a key has the
    /// age of a call at most, as for a journal.
    fn is_past(&self, first: Moment, wait: Duration) -> bool {
        let retention = self.api().idempotency.and_then(|keys| keys.retention.known());
        let retention = retention.unwrap_or(self.deadline()).as_secs();
        let now = self.moment();
        let wait = i64::try_from(wait.as_secs()).unwrap_or(i64::MAX);
        let then = Moment {
            at: now.at.saturating_add(wait),
            ..now
        };
        then.is_past(first, retention)
    }

    /// Returns the wait before the next execution; `None` if nothing must be sent again.
    fn wait_before_next(&self, error: &Error, settlement: &Settlement) -> Option<Duration> {
        let usual = error.retry_after().unwrap_or(self.shared().policy.cap);
        match error.refusal() {
            Some(Refusal::Journal(JournalRefusal::Leased { until })) => {
                let wait = until.saturating_sub(self.moment().at);
                Some(Duration::from_secs(u64::try_from(wait).unwrap_or_default()))
            }
            Some(Refusal::Journal(JournalRefusal::Failed(_))) => Some(usual),
            Some(Refusal::Journal(_) | Refusal::Resend(_)) => None,
            _ => match settlement {
                Settlement::Forgotten | Settlement::Unknown { refused: Some(_) } => None,
                _ => Some(usual),
            },
        }
    }
}
