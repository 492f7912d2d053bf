//! The state that all calls of a client share: settings and descriptions come in, requests, clock readings and secrets go out.
//! No secret may print.
//!
//! A tentative correction of the clock holds for the call that tries it. It holds for the client once the API accepted
//! a signature with it.

use super::sent::{Creations, RequestIds, UnknownKeys};
use super::settings::{Addresses, ConfigError};
use crate::clock::{Clock, ClockSkew, Moment, NonceError, NonceSource, Skew, Steady};
use crate::description::Api;
use crate::exchange::{CallAccount, ClaimedIntent, Timing};
use crate::idempotency::RefreshKey;
use crate::journal::{Claim, Journal, Seal, SendTimes};
use crate::json::Limits;
use crate::metrics::Metrics;
use crate::offload::offload;
use crate::outcome::{Ending, Outcome, Role};
use crate::payload_hash::PayloadHash;
use crate::refusal::Refusal;
use crate::retry::{Policy, Tokens};
use crate::secret::{KeyChoice, KeyRing};
use crate::security::Credentials;
use crate::signing::HeaderNames;
use crate::signing::Signer;
use crate::transport::{SleepFuture, Transport};
use http::{HeaderMap, HeaderValue};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::{Duration, Instant};

/// A client without the methods of its API. Clones are cheap and share connections and clock.
#[derive(Clone)]
pub struct Core(Arc<ClientShared>);

pub(super) struct ClientShared {
    pub(super) api: &'static Api,
    pub(super) addresses: Addresses,
    pub(super) identity: ClientIdentity,
    pub(super) headers: HeaderMap,
    pub(super) user_agent: HeaderValue,
    pub(super) transport: Arc<dyn Transport>,
    pub(super) time: Time,
    pub(super) nonces: Arc<dyn NonceSource>,
    pub(super) policy: Policy,
    /// Remaining tokens of the retry budget.
    pub(super) tokens: Tokens,
    pub(super) request_ids: RequestIds,
    pub(super) unknown_keys: UnknownKeys,
    /// Members that creations sent, for clients without a journal.
    pub(super) created: Creations,
    /// Number of lookups in progress ([`Core::begin_lookup`]).
    pub(super) lookups: AtomicUsize,
    pub(super) timeout: Duration,
    pub(super) deadline: Duration,
    /// Limits on the bytes and the memory of a response.
    pub(super) limits: Limits,
    /// `true` if the client checks requests against the contract's constraints.
    pub(super) validates: bool,
    pub(super) is_lenient: bool,
    pub(super) payload_hash: Option<Arc<PayloadHash>>,
    pub(super) metrics: Option<Arc<dyn Metrics>>,
    pub(super) journal: Option<Arc<dyn Journal>>,
    pub(super) account: Arc<CallAccount>,
    /// Names of the headers that each attempt writes.
    pub(super) names: HeaderNames,
}

/// Identity of the client, and its proof.
pub(super) struct ClientIdentity {
    pub(super) client_id: Option<String>,
    /// The settings of the signature, by their names.
    pub(super) signing_settings: Vec<(&'static str, String)>,
    pub(super) ring: Option<KeyRing>,
    /// The key pair that signs.
    pub(super) signer: Option<Arc<dyn Signer>>,
    pub(super) credentials: Credentials,
    /// Signs the rows of a journal, for APIs whose requests are not signed.
    pub(super) seal: Seal,
    /// Sends calls without the credentials that they require and the client does not have.
    pub(super) anonymous: bool,
}

/// The clock of this machine, and what is known of the server's.
pub(super) struct Time {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) steady: Steady,
    pub(super) skew: Skew,
}

impl Time {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            steady: Steady::new(&*clock),
            clock,
            skew: Skew::new(),
        }
    }
}

impl ClientIdentity {
    /// Returns `true` if the client has a key for signatures.
    pub(super) fn has_key(&self) -> bool {
        self.signer.is_some() || self.ring.is_some()
    }
}

impl Core {
    pub(super) fn new(shared: ClientShared) -> Self {
        Self(Arc::new(shared))
    }

    pub(super) fn shared(&self) -> &ClientShared {
        &self.0
    }

    /// Returns the description of the API.
    pub fn api(&self) -> &'static Api {
        self.0.api
    }

    /// Returns the client id, if the client has one.
    pub fn client_id(&self) -> Option<&str> {
        self.0.identity.client_id.as_deref()
    }

    /// Returns `true` if a journal records the actions of this client.
    pub fn has_journal(&self) -> bool {
        self.0.journal.is_some()
    }

    /// Returns origin and prefix of an operation, which may have a server of its own.
    pub(crate) fn place(&self, server: Option<&'static str>) -> Result<(&str, &str), Refusal> {
        self.0.addresses.of_operation(server)
    }

    /// Refuses a path that starts with the end of the base URL: the text would occur twice in the target.
    pub(crate) fn check_path(&self, path: &str) -> Result<(), Refusal> {
        self.0.addresses.check_path(path)
    }

    pub(crate) fn sleep(&self, duration: Duration) -> SleepFuture<'_> {
        self.0.transport.sleep(duration)
    }

    pub(crate) fn default_headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    pub(crate) fn payload_hash(&self) -> Option<&PayloadHash> {
        self.0.payload_hash.as_deref()
    }

    /// Returns `true` if the client checks requests against the contract's constraints.
    pub(crate) fn validates(&self) -> bool {
        self.0.validates
    }

    pub(crate) fn instant(&self) -> Instant {
        self.0.time.clock.instant()
    }

    pub(crate) fn deadline(&self) -> Duration {
        self.0.deadline
    }

    /// Returns a uniformly distributed random number.
    pub(crate) fn random(&self) -> u64 {
        let mut bytes = [0; 8];
        // Without random bytes, signing fails, too; the largest number gives the longest and therefore safest wait.
        let filled = self.0.nonces.fill(&mut bytes);
        filled.map_or(u64::MAX, |()| u64::from_be_bytes(bytes))
    }

    /// Creates a refresh key of random text, for a new response.
    pub(crate) fn refresh_key(&self) -> Result<RefreshKey, NonceError> {
        RefreshKey::from_nonces(&*self.0.nonces)
    }

    /// Returns the local clock in seconds since 1970, not corrected, and never set back while the client lives.
    pub fn local_seconds(&self) -> i64 {
        self.0.time.steady.seconds(&*self.0.time.clock)
    }

    /// Returns the present instant by the server's clock, as far as that is known. A journal compares these instants.
    ///
    /// The offset of the clock is the one with which the API accepted a signature, or that of the last `Date` header if the API
    /// does not sign.
    pub fn moment(&self) -> Moment {
        let offset = match self.0.api.signing {
            Some(_) => self.0.time.skew.confirmed(),
            None => self.0.time.skew.measured(),
        };
        let local = Moment::from(self.local_seconds());
        offset.map_or(local, |offset| local.corrected(offset))
    }

    /// Returns the server's time as far as it is known, in seconds since 1970.
    pub(crate) fn seconds(&self) -> i64 {
        self.local_seconds().saturating_add(self.0.time.skew.applied())
    }

    /// Returns the offset of the server's clock from the local one: the one that its last response shows, and the one that
    /// requests are corrected by.
    pub fn clock_skew(&self) -> ClockSkew {
        self.0.time.skew.seen()
    }

    /// Returns the remaining retry budget, in tokens.
    pub fn retry_budget(&self) -> u32 {
        self.0.tokens.left()
    }

    /// Returns `true` if the retry budget pays for another attempt, or if attempts cost nothing.
    pub fn may_repeat(&self) -> bool {
        self.0.tokens.left() >= self.0.policy.budget.cost
    }

    /// Loads the client's secrets again from their source, for this client and all its clones.
    ///
    /// Attempts in flight keep their secret; later ones sign with the new one. If the source fails, the client keeps its
    /// secrets and returns the error. A client whose secret was given as text has no source, and keeps it.
    pub fn reload(&self) -> Result<(), ConfigError> {
        match &self.0.identity.ring {
            Some(ring) => {
                let variable = self.0.api.environment.client_secret;
                ring.reload().map_err(|error| ConfigError::of_secret(error, variable))
            }
            None => Ok(()),
        }
    }

    /// Loads the secrets again if their source has changed, on a thread of its own, so that no other task waits for its disk.
    pub(crate) async fn refresh_secrets(&self) {
        if self.0.identity.ring.as_ref().is_some_and(KeyRing::has_source) {
            let core = self.clone();
            let asked = offload(move || core.0.identity.ring.as_ref().map(KeyRing::refresh)).await;
            if let Err(error) = asked {
                tracing::warn!(%error, "the source of the client secret could not be read; requests are signed with the current secret");
            }
        }
    }

    /// Chooses the key of the next attempt, after the secrets were refreshed.
    pub(crate) async fn renew(&self, turn: &mut Option<KeyChoice>) {
        self.refresh_secrets().await;
        match (turn, &self.0.identity.ring) {
            (Some(turn), Some(ring)) => turn.renew(ring),
            (turn, ring) => *turn = ring.as_ref().map(KeyRing::turn),
        }
    }

    /// Returns `true` if there is a second key that this call was not signed with.
    pub(crate) async fn has_other_secret(&self, turn: Option<&KeyChoice>) -> bool {
        let (Some(turn), Some(ring)) = (turn, &self.0.identity.ring) else {
            return false;
        };
        self.refresh_secrets().await;
        turn.has_other(ring)
    }
}

impl AsRef<Core> for Core {
    fn as_ref(&self) -> &Core {
        self
    }
}

impl std::fmt::Debug for Core {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("api", &self.0.api.name)
            .field("base_url", &self.0.addresses.base.url())
            .field("client_id", &self.0.identity.client_id)
            .finish_non_exhaustive()
    }
}

impl Core {
    /// Returns `true` if the server refuses the key of a request that ended so.
    pub(super) fn is_spent_by(&self, ending: &Ending) -> bool {
        let Ending::Answer(answer) = ending else { return false };
        self.api()
            .idempotency
            .is_some_and(|keys| keys.is_spent_by(answer.status))
    }
}

impl Timing {
    /// Creates the timing of a call whose key was first sent at `first`, by another application.
    pub(super) fn after(first: Moment) -> Self {
        Self {
            first: Some(first),
            is_of_others: true,
            ..Self::default()
        }
    }

    /// Creates the timing of a call that is recorded as first sent now.
    pub(super) fn at(now: Moment) -> Self {
        Self {
            first: Some(now),
            ..Self::default()
        }
    }

    /// Stores the journal row of the call.
    pub(super) fn kept(&mut self, journal: Arc<dyn Journal>, claim: Claim) {
        self.row = Some(ClaimedIntent(journal, claim));
    }

    /// Records that an earlier call first sent the key at `first`. Of this instant and a recorded one, the earlier counts.
    pub(super) fn was_sent(&mut self, first: Moment) {
        let known = self.first.filter(|known| known.at < first.at);
        self.first = Some(known.unwrap_or(first));
        self.is_of_others = true;
    }

    pub(super) fn begins(&mut self, now: Moment) {
        self.first.get_or_insert(now);
    }

    /// Starts a new run of the call, and drops the corrections that an earlier one tried.
    pub(super) fn starts(&mut self) {
        (self.trial, self.taken, self.unread) = (None, None, None);
    }

    /// Returns the offset that this call adds to the local clock, in seconds.
    pub(super) fn offset(&self, core: &Core) -> i64 {
        self.trial.unwrap_or_else(|| core.clock_skew().applied)
    }

    fn now(&self, core: &Core) -> Moment {
        let now = core.moment();
        self.trial.map_or(now, |offset| now.corrected(offset))
    }

    /// Records that a request is sent now.
    pub(super) fn leaves(&mut self, core: &Core) {
        self.last = Some(self.now(core));
    }

    /// Records that the request was sent, or may have been, at the instant of its stamp.
    pub(super) fn left(&mut self) {
        if let Some(last) = self.last {
            self.first.get_or_insert(last);
        }
    }

    /// Returns the time since the key was first sent. Within one application, the offset of its clock does not matter.
    pub(super) fn age(&self, core: &Core) -> Duration {
        let since = match self.first {
            None => 0,
            Some(first) if self.is_of_others => self.now(core).at.saturating_sub(first.at),
            Some(first) => core.local_seconds().saturating_sub(first.local()),
        };
        Duration::from_secs(u64::try_from(since).unwrap_or(0))
    }

    /// Returns the wait before a retry under the key, if an earlier run of the call or another application sent it.
    pub(super) fn early(&self, core: &Core) -> Duration {
        let delay = core.api().idempotency.map_or(0, |keys| keys.minimum_delay);
        let Some(sent) = self
            .last
            .or(self.first.filter(|_| self.is_of_others))
            .filter(|_| delay > 0)
        else {
            return Duration::ZERO;
        };
        let since = u64::try_from(self.now(core).at.saturating_sub(sent.at)).unwrap_or(0);
        // The clock has whole seconds.
        Duration::from_secs(u64::from(delay).saturating_add(1).saturating_sub(since))
    }

    /// Returns `true` if the server may have forgotten the key.
    pub(super) fn is_forgotten(&self, core: &Core) -> bool {
        let retention = core.api().idempotency.and_then(|keys| keys.retention.known());
        let (Some(first), Some(retention)) = (self.first, retention.map(|known| known.as_secs())) else {
            return false;
        };
        if self.is_of_others {
            self.now(core).is_past(first, retention)
        } else {
            Moment::from(core.local_seconds()).is_past(first.local().into(), retention)
        }
    }

    /// Tries a correction of the clock, and records it before anything is sent with it.
    ///
    /// Returns `false` if the journal could not record it. If no attempt can have acted yet, the key counts as first sent with
    /// the corrected clock; otherwise the earlier instant stays.
    pub(super) async fn correct(&mut self, offset: i64, outcome: Outcome) -> bool {
        self.trial = Some(offset);
        let (Some(first), Some(ClaimedIntent(journal, claim)), false) = (self.first, &self.row, self.is_of_others)
        else {
            return true;
        };
        let corrected = first.corrected(offset);
        let first = match outcome {
            Outcome::NotExecuted => corrected,
            Outcome::Unknown | Outcome::Executed if corrected.at < first.at => corrected,
            Outcome::Unknown | Outcome::Executed => return true,
        };
        let sent = SendTimes {
            first: Some(first),
            last: self.last,
        };
        let followed = journal.follow(claim.clone().with(sent)).await;
        if let Err(error) = &followed {
            tracing::error!(%error, "the journal could not use a corrected clock; nothing more is sent");
        }
        followed.is_ok()
    }

    /// Updates the clock from the last response, which accepted or rejected the instant of the signature.
    ///
    /// A status of success alone proves nothing, since an intermediary may answer with one, too. If the contract describes no
    /// success for the call (`is_promised` returns `None`), only decoding the value proves it.
    pub(super) fn ended(
        &mut self,
        core: &Core,
        ending: &Ending,
        is_promised: impl FnOnce() -> Option<bool>,
        is_signed: bool,
    ) {
        // A finished call keeps no lease.
        let is_recorded = self.row.take().is_some();
        if !is_signed {
            return;
        }
        // The usual case: no new information about an offset that the API accepted before.
        let is_known = self.trial.is_none() && core.shared().time.skew.confirmed() == Some(self.offset(core));
        if is_known && !is_recorded && *ending == Ending::Success {
            return;
        }
        // The server checks the signature before it looks up an idempotency key.
        let is_taken = match ending {
            Ending::Success => {
                let Some(is_promised) = is_promised() else {
                    self.unread = Some(self.offset(core));
                    return;
                };
                is_promised
            }
            Ending::Answer(answer) => answer.role == Role::Plain && answer.row.is_some_and(|row| row.stored),
            Ending::NotSent | Ending::NoAnswer | Ending::CutOff | Ending::Mismatched | Ending::Unproven => false,
        };
        if is_taken {
            self.takes(core, self.offset(core));
        } else if let Some(seconds) = self.trial {
            let kept = core.shared().time.skew.applied();
            tracing::warn!(
                seconds,
                kept,
                "the API rejected a corrected clock; the correction is dropped"
            );
        }
    }

    /// Records that the response was decoded as the value of the call.
    pub(super) fn was_read(&mut self, core: &Core) {
        if let Some(offset) = self.unread.take() {
            self.takes(core, offset);
        }
    }

    /// Records that the API accepted a signature with this offset.
    fn takes(&mut self, core: &Core, offset: i64) {
        if let Some(seconds) = self.trial {
            tracing::info!(seconds, "the clock is corrected: the API accepted a signature with it");
        }
        self.taken = Some(offset);
        core.shared().time.skew.apply(offset);
    }

    /// Returns the instants that the journal stores at the end.
    pub(super) fn sent(&self) -> SendTimes {
        let own = self.first.filter(|_| !self.is_of_others);
        SendTimes {
            first: own.zip(self.taken).map(|(first, offset)| first.corrected(offset)),
            last: self.last,
        }
    }
}
