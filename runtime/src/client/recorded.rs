//! The plain data that a journal gets of a call: its intent before it is sent, its end and the instants of sending after it.
//! Nothing is decided here: what an end means for an intent is decided by the journal.

use std::time::Duration;

use http::header::CONTENT_TYPE;

use super::core::Core;
use super::delivered::Delivered;
use super::prepare::prepare;
use crate::error::{Error, Failure};
use crate::journal::{self, End, Failed, Intent, Piece, Seal, SendTimes, Sender, Values};
use crate::json::{self, JsonValue, Limits};
use crate::outcome::Outcome;
use crate::refusal::Refusal;
use crate::request::{Prepared, Request};
use crate::scheme;
use crate::secret::Ring;
use crate::security::Wanted;

/// Returns the intent of a call, or `None` if a journal keeps none of it.
pub(super) fn intent_of(core: &Core, prepared: &Prepared) -> Option<Intent> {
    let (act, key) = (prepared.act.as_ref()?, prepared.key.as_ref()?);
    let endpoint = &prepared.endpoint;
    let body: Vec<Piece> = prepared.payload.source.pieces().iter().map(Piece::of).collect();
    let document = prepared.payload.source.bytes();
    let document: Option<JsonValue> = document.and_then(|bytes| json::from_slice_within(bytes, &Limits::OWN).ok());
    let values = Values {
        arguments: &prepared.arguments,
        document: document.as_ref(),
    };
    let retention = core.api().idempotency.map(|keys| keys.retention);
    let (now, sender) = (core.moment(), core.sender());
    Some(Intent {
        key: key.as_str().to_owned(),
        operation: endpoint.operation().to_owned(),
        seal: core.seal(),
        method: endpoint.method().as_str().to_owned(),
        template: endpoint.template().to_owned(),
        origin: prepared.origin.clone(),
        target: prepared.target.clone(),
        headers: journal::own_headers(core.api(), core.default_headers(), &prepared.headers, &act.cookies),
        security: match &prepared.wanted {
            Wanted::OneOf(alternatives) => Some(scheme::written(alternatives)),
            Wanted::Kept(security) => Some(security.clone()),
            Wanted::Everything => None,
        },
        body,
        sha256: digest(prepared),
        arguments: prepared.arguments.clone(),
        echoes: prepared.echoes.clone(),
        subject: values.subject(&sender, endpoint.operation(), act.subject, &act.named),
        sender,
        promise: prepared.promise.clone(),
        evidence: act.evidence.clone(),
        later: act.later.iter().map(|id| (*id).to_owned()).collect(),
        find: values.find(act.find),
        at: now.at,
        offset: now.offset,
        freshness: core.freshness(),
        lease: journal::lease(prepared.options.deadline.unwrap_or(core.deadline())),
        retention: retention.map(|seconds| Duration::from_secs(seconds.into())),
    })
}

/// Computes the digest that distinguishes requests.
pub(super) fn digest(prepared: &Prepared) -> [u8; 32] {
    journal::digest_of_request(
        prepared.endpoint.method().as_str(),
        &prepared.target,
        prepared.headers.get(CONTENT_TYPE).map_or(&[], |value| value.as_bytes()),
        &prepared.payload.sha256,
    )
}

/// Returns the end of a call.
pub(super) fn end(ended: &Result<Delivered, Error>) -> End<'_> {
    match ended {
        Ok(delivered) => End::Answered {
            seen: delivered.seen(),
            is_confirmed: delivered.is_confirmed,
        },
        Err(error) => End::Failed(Failed {
            outcome: error.outcome(),
            last: error
                .carried()
                .and_then(|carried| carried.trail.history.last().copied()),
            // Of an answer beyond the size limit, only the start of the body was read.
            answer: error.reply().map(|reply| reply.seen(None)),
            code: error.code(),
            is_past_retention: error.is_past_retention(),
        }),
    }
}

/// Returns the instants at which the request was sent.
pub(super) fn sent(ended: &Result<Delivered, Error>) -> SendTimes {
    let carried = match ended {
        Ok(delivered) => Some(&*delivered.carried),
        Err(error) => error.carried(),
    };
    carried.map(|carried| carried.trail.timing.sent()).unwrap_or_default()
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

    /// Returns the longest duration of calls that set no deadline of their own, with a margin.
    pub fn longest_call(&self) -> Duration {
        journal::lease(self.deadline())
    }

    /// Returns for how long the server accepts a signature, before and after its instant; `None` if signatures carry no
    /// instant.
    fn freshness(&self) -> Option<Duration> {
        let signing = self.api().signing?;
        signing.timestamp_header?;
        Some(Duration::from_secs(signing.freshness.into()))
    }
}
