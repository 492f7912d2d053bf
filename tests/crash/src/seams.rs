//! The client's own seams, with a mark on each side of them: journal and transport. Never: a change of what passes.

use crate::marks::{Marks, Place};
use oceafin_partner::{
    http,
    transport::{Body, SendFuture, SleepFuture, Transport},
};
use sdkwright_runtime::journal::{Booked, Claim, Intent, Journal, JournalError, JournalFuture, Settlement, Verdict};
use std::io::Write as _;
use std::time::Duration;

/// Its program stops at the first error of the journal if `stops`.
pub(crate) struct MarkedJournal<J> {
    pub(crate) journal: J,
    pub(crate) marks: Marks,
    pub(crate) stops: bool,
}

impl<J> MarkedJournal<J> {
    fn checked<T>(&self, done: Result<T, JournalError>) -> Result<T, JournalError> {
        if let (Err(error), true) = (&done, self.stops) {
            // An error is ignored: the exit code remains.
            let _ = writeln!(std::io::stderr(), "Error: {error}");
            std::process::exit(1);
        }
        done
    }
}

impl<J: Journal> Journal for MarkedJournal<J> {
    fn begin(&self, intent: Intent) -> JournalFuture<'_, Verdict> {
        Box::pin(async move {
            self.marks.set(Place::Writing);
            let verdict = self.checked(self.journal.begin(intent).await);
            let may_go = matches!(verdict, Ok(Verdict::Send(_) | Verdict::Again { .. }));
            self.marks.set(if may_go { Place::Written } else { Place::Before });
            verdict
        })
    }

    fn follow(&self, claim: Claim) -> JournalFuture<'_, ()> {
        self.journal.follow(claim)
    }

    fn settle(&self, claim: Claim, settlement: Settlement) -> JournalFuture<'_, Booked> {
        Box::pin(async move {
            self.marks.set(Place::Settling);
            let settled = self.checked(self.journal.settle(claim, settlement).await);
            self.marks.set(Place::Before);
            settled
        })
    }
}

pub(crate) struct MarkedTransport<T>(pub(crate) T, pub(crate) Marks);

impl<T: Sync> MarkedTransport<T> {
    fn marked<'t>(&'t self, sending: SendFuture<'t>) -> SendFuture<'t> {
        Box::pin(async move {
            // A request that is sent before anything is recorded has no effect.
            let acts = self.1.place() != Place::Before;
            if acts {
                self.1.set(Place::InFlight);
            }
            let answer = sending.await;
            if acts {
                self.1.set(Place::Answered);
            }
            answer
        })
    }
}

impl<T: Transport> Transport for MarkedTransport<T> {
    fn send(&self, request: http::Request<Body>) -> SendFuture<'_> {
        self.marked(self.0.send(request))
    }

    fn send_fresh(&self, request: http::Request<Body>) -> SendFuture<'_> {
        self.marked(self.0.send_fresh(request))
    }

    fn sleep(&self, duration: Duration) -> SleepFuture<'_> {
        self.0.sleep(duration)
    }
}
