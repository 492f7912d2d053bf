//! One row under its lease: its stored bytes are sent under its key, and what became of it is written.
//!
//! Nothing is sent to another place than the client's.

use std::sync::Arc;

use bytes::Bytes;
use sdkwright_runtime::client::Core;
use sdkwright_runtime::clock::Moment;
use sdkwright_runtime::journal::{Claim, JournalRefusal, SendTimes, Settlement};
use sdkwright_runtime::{Error, Response};

use super::take::{Due, due};
use crate::entry::Entry;
use crate::error::StoreError;
use crate::journal::{Journal, Lease, by_key};
use crate::state::State;
use crate::store::Store;
use crate::stored;

/// The reason why a key was not sent again, or the failure of sending it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ResendError {
    /// The journal failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The intent must not be sent, and was not.
    #[error("not sent: {0}")]
    Refused(JournalRefusal),
    /// The action was not executed, and its bytes are removed: make the call again.
    #[error("not sent: it is recorded as not executed; make the call again")]
    NotExecuted,
    /// The call was sent, and failed.
    #[error(transparent)]
    Call(Error),
}

impl<S: Store> Journal<S> {
    pub(super) async fn send(
        &self,
        core: &Core,
        entry: &Entry,
        first_sent: Option<Moment>,
        mut lease: Lease,
    ) -> Result<Response<Bytes>, ResendError> {
        lease.sha256.clone_from(&entry.head.sha256);
        let read = stored::read(entry, core.moment()).and_then(|intent| {
            let strange = || StoreError::Broken(format!("`{}`: its base URL is not the one of the client", entry.key));
            core.may_send(&intent).then_some(intent).ok_or_else(strange)
        });
        let intent = match read {
            Ok(intent) => intent,
            Err(broken) => {
                // Releases the lease: the intent is not being sent.
                let unknown = Settlement::Unknown { refused: None };
                self.close(&entry.key, &lease, (unknown, SendTimes::default())).await?;
                return Err(broken.into());
            }
        };
        lease.made = intent.arguments.iter().map(|(_, value)| value.clone()).collect();
        lease.promise = intent.promise.clone();
        let claim = Claim::new(&entry.key, lease);
        let journal = Arc::new(self.clone());
        let replayed = core.replay(intent, first_sent, journal, claim.clone()).await;
        let lease: &Lease = claim.lease().ok_or(StoreError::NoKey)?;
        let settlement = (replayed.settlement.clone(), replayed.sent);
        let booked = self.close(&entry.key, lease, settlement).await?;
        replayed.result(booked).map_err(ResendError::Call)
    }

    /// Sends an open intent, or one to be reconciled, again under its key with its stored bytes: what to do when the API's
    /// support advises to retry.
    ///
    /// Refused past the retention, and while another call may be sending it.
    pub async fn resend(&self, client: &impl AsRef<Core>, key: &str) -> Result<Response<Bytes>, ResendError> {
        let core = client.as_ref();
        let owner = self.owner(core);
        let lease = self.lease(owner.clone(), Vec::new())?;
        let (now, longest) = (core.moment(), core.longest_call());
        let holder = self.holder(&lease.text);
        let (wanted, select) = (key.to_owned(), by_key(&owner.sender, key));
        let taken = self
            .change(owner, select, move |found| {
                let failed = |error| (Vec::new(), Err(ResendError::Store(error)));
                let entry = match found.read(&wanted) {
                    Ok(Some(entry)) => entry,
                    Ok(None) => return failed(StoreError::NoKey),
                    Err(error) => return failed(error),
                };
                let refused = |refused| (Vec::new(), Err(ResendError::Refused(refused)));
                if entry.is_leased(now, &holder) {
                    let until = entry.leased_until;
                    return refused(JournalRefusal::Leased { until });
                }
                match entry.state {
                    State::Executed => return refused(JournalRefusal::Executed { ids: entry.head.ids }),
                    State::Refused => return (Vec::new(), Err(ResendError::NotExecuted)),
                    State::Reconcile if entry.request.is_none() => return refused(JournalRefusal::Retention),
                    State::Open | State::CutOff | State::Reconcile => {}
                }
                match due(entry, now, &holder.text, longest) {
                    (entry, Due::Send(first_sent)) => (vec![entry.clone()], Ok((Box::new(entry), first_sent))),
                    (entry, Due::Forgotten) => (vec![entry], Err(ResendError::Refused(JournalRefusal::Retention))),
                }
            })
            .await??;
        let (entry, first_sent) = taken;
        self.send(core, &entry, first_sent, lease).await
    }
}
