//! Recorded intents, sent again: an intent of the journal comes in, is restored to a request and sent, and its settlement goes
//! out with the answer. Only the bytes that were recorded may be sent, and only to a server of the client.

use std::sync::Arc;

use bytes::Bytes;
use http::Method;
use http::header::USER_AGENT;

use super::attempts::attempts;
use super::core::Core;
use super::delivered::Delivered;
use super::finish::expected;
use super::guard::Watch;
use super::recorded;
use super::response::Response;
use crate::answer::Binary;
use crate::call::{Carried, Timing, Trail};
use crate::clock::Moment;
use crate::endpoint::Endpoint;
use crate::error::{Error, Failure};
use crate::idempotency::IdempotencyKey;
use crate::journal::{Booked, Claim, Intent, Journal, JournalError, JournalRefusal, Piece, SendTimes, Settlement};
use crate::multipart::Payload;
use crate::outcome::History;
use crate::refusal::Refusal;
use crate::request::{Act, Options, Prepared};
use crate::security::Wanted;
use crate::transport::Source;

impl Core {
    /// Returns `true` if this client may send the intent: same sender, and one of the client's own servers.
    pub fn may_send(&self, intent: &Intent) -> bool {
        self.sender() == intent.sender && self.shared().goes_to(&intent.origin, &intent.target)
    }

    /// Sends a recorded intent: the same bytes under the same key. For journals, which hold its lease and store the result.
    ///
    /// `first_sent` is `None` if the request was never sent; `row` records a corrected clock. An intent of another sender is not
    /// sent.
    pub async fn replay(
        &self,
        intent: Intent,
        first_sent: Option<Moment>,
        (journal, claim): (Arc<dyn Journal>, Claim),
    ) -> Replayed {
        let history = first_sent.map_or_else(History::new, |_| History::after_unseen_attempts());
        let outcome = history.outcome(false);
        let promise = intent.promise.clone();
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
        let ended = Delivered::watched(ended, watch);
        let sent = recorded::sent(&ended);
        let settlement = Settlement::of_replay(&recorded::end(&ended), &promise);
        Replayed {
            sent,
            settlement,
            ended,
        }
    }
}

/// A recorded intent after it was sent again.
#[must_use = "its settlement is to be recorded"]
pub struct Replayed {
    /// The instants of sending.
    pub sent: SendTimes,
    /// The settlement.
    pub settlement: Settlement,
    ended: Result<Delivered, Error>,
}

impl std::fmt::Debug for Replayed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Replayed").finish_non_exhaustive()
    }
}

impl Replayed {
    /// Returns the result of the call, once its settlement is booked.
    pub fn result(self, booked: Booked) -> Result<Response<Bytes>, Error> {
        let read = match (booked, &self.settlement, self.ended) {
            (Booked::OfAnotherKey, _, Ok(delivered)) => Err(delivered.of_another_key()),
            (_, Settlement::CutOff { .. }, Ok(delivered)) => Err(delivered.foreign()),
            (.., Ok(delivered)) => Ok(delivered.raw()),
            (.., Err(error)) => Err(error),
        };
        let answer = expected::<Binary>();
        read.map_err(|error| error.expecting(answer))
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
    let pieces = intent.body.into_iter().map(Piece::into_sent);
    let pieces = pieces.collect::<Result<_, _>>().map_err(journal_failed)?;
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
        creates: intent.promise.creates.is_some(),
        promise: intent.promise,
        act: Some(Act::default()),
    };
    if recorded::digest(&prepared) != intent.sha256 {
        let why = "the stored request does not match the recorded one";
        return Err(journal_failed(JournalError::new(why)));
    }
    Ok(prepared)
}

fn journal_failed(error: JournalError) -> Refusal {
    Refusal::Journal(JournalRefusal::Failed(error))
}

impl Endpoint {
    fn stored(operation: &str, method: &str, template: &str) -> Self {
        let method = Method::from_bytes(method.as_bytes()).unwrap_or(Method::POST);
        Self::named(operation.to_owned(), method, template.to_owned())
    }
}
