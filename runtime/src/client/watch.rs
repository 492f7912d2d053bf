//! A call from its first poll to its end, for measures: whatever becomes of it, [`Metrics::call`] is told once.
//!
//! It goes along with the call, and is told of by whoever ends it: a refusal, a failure, a value that was read. Where nobody
//! does, the future was dropped. No lock is held, and a client without measures pays for nothing.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use super::Core;
use super::exchange::Delivered;
use crate::call::Progress;
use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind};
use crate::metrics::{CallEnd, End, Metrics};
use crate::outcome::Outcome;

/// The guard of one call.
#[derive(Debug, Default)]
pub(crate) struct Watch(Option<Box<Open>>);

/// A call that is not over.
#[derive(Debug)]
struct Open {
    core: Core,
    endpoint: Endpoint,
    began: Instant,
    progress: Arc<Progress>,
}

impl Watch {
    /// A call begins. `outcome` is what is known of its action.
    pub(crate) fn new(core: &Core, endpoint: &Endpoint, outcome: Outcome) -> Self {
        if core.shared().metrics.is_none() {
            return Self(None);
        }
        let progress = Arc::new(Progress::default());
        progress.knows(None, outcome);
        Self(Some(Box::new(Open {
            core: core.clone(),
            endpoint: endpoint.clone(),
            began: core.instant(),
            progress,
        })))
    }

    /// What the attempts are told to.
    pub(crate) fn progress(&self) -> Option<Arc<Progress>> {
        Some(Arc::clone(&self.0.as_ref()?.progress))
    }

    /// Tells of a failure. With an answer it goes on, until its value is read.
    pub(crate) fn pass(self, ended: Result<Delivered, Error>) -> Result<Delivered, Error> {
        match ended {
            Ok(delivered) => Ok(delivered.watched(self)),
            Err(error) => Err(self.failed(error)),
        }
    }

    /// The value was read.
    pub(crate) fn answered(mut self) {
        self.tell(|_| (End::Answered, None, None));
    }

    /// The call failed, before anything of it was sent or after it.
    pub(crate) fn failed(mut self, error: Error) -> Error {
        let kind = error.kind();
        self.tell(|progress| {
            let refused = kind == ErrorKind::Refused && !progress.sent.load(Ordering::Relaxed);
            let end = if refused { End::Refused } else { End::Failed };
            (end, Some(kind), Some(error.outcome()))
        });
        error
    }

    /// Nothing of the call was sent, whatever the error says of an earlier one.
    pub(crate) fn refused(mut self, error: Error) -> Error {
        self.tell(|_| (End::Refused, Some(error.kind()), Some(error.outcome())));
        error
    }

    fn tell(&mut self, ended: impl FnOnce(&Progress) -> (End, Option<ErrorKind>, Option<Outcome>)) {
        let Some(open) = self.0.take() else { return };
        let (end, error, outcome) = ended(&open.progress);
        let took = open.core.instant().saturating_duration_since(open.began);
        tell(&open.core, |metrics| {
            metrics.call(&CallEnd {
                endpoint: &open.endpoint,
                end,
                attempts: open.progress.attempts.load(Ordering::Relaxed),
                took,
                error,
                outcome,
            });
        });
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.tell(|progress| (End::Dropped, None, Some(progress.outcome())));
    }
}

/// Tells measures something. One that panics changes nothing about the call: money may have moved, and its answer is here.
pub(super) fn tell(core: &Core, hook: impl FnOnce(&dyn Metrics)) {
    let Some(metrics) = &core.shared().metrics else { return };
    if catch_unwind(AssertUnwindSafe(|| hook(&**metrics))).is_err() {
        tracing::error!("a hook of the metrics panicked; the call goes on");
    }
}
