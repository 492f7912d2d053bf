//! The guard of a call for measures, from its first poll to its end: [`Metrics::call`] is called exactly once, even if the
//! future is dropped.
//!
//! The guard moves along with the call, and whatever ends the call reports to it: a refusal, a failure, a decoded value.
//! Without a report, the drop of the guard reports the call as dropped. It holds no lock; without measures it costs nothing.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use super::core::Core;
use crate::call::Progress;
use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind};
use crate::metrics::{CallEnd, End, Metrics};
use crate::outcome::Outcome;

/// The guard of one call.
#[derive(Debug, Default)]
pub(crate) struct Watch(Option<Box<Open>>);

/// A call that has not ended.
#[derive(Debug)]
struct Open {
    core: Core,
    endpoint: Endpoint,
    began: Instant,
    progress: Arc<Progress>,
}

impl Watch {
    /// Starts the guard of a call. `outcome` is the knowledge about its action so far.
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

    /// Returns the progress that attempts report to.
    pub(crate) fn progress(&self) -> Option<Arc<Progress>> {
        Some(Arc::clone(&self.0.as_ref()?.progress))
    }

    /// Reports that the value was decoded.
    pub(crate) fn answered(mut self) {
        self.tell(|_| (End::Answered, None, None));
    }

    /// Reports that the call failed, before or after it was sent.
    pub(crate) fn failed(mut self, error: Error) -> Error {
        let kind = error.kind();
        self.tell(|progress| {
            let refused = kind == ErrorKind::Refused && !progress.sent.load(Ordering::Relaxed);
            let end = if refused { End::Refused } else { End::Failed };
            (end, Some(kind), Some(error.outcome()))
        });
        error
    }

    /// Reports that no request of this call was sent, even if its error has earlier ones.
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

/// Calls a hook of the measures. A panic in it does not change the call: money may have moved, and the answer must reach the
/// caller.
pub(super) fn tell(core: &Core, hook: impl FnOnce(&dyn Metrics)) {
    let Some(metrics) = &core.shared().metrics else { return };
    if catch_unwind(AssertUnwindSafe(|| hook(&**metrics))).is_err() {
        tracing::error!("a metrics hook panicked; the call continues");
    }
}
