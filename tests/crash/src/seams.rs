//! The client's own seams, with a mark on each side of them: journal, transport and clock. Never: a change of what passes.

use crate::clock::Setting;
use crate::marks::{Marks, Place};
use oceafin_partner::{
    http,
    settings::Clock,
    transport::{Body, SendFuture, SleepFuture, Transport},
};
use sdkwright_runtime::journal::{Booked, Claim, Intent, Journal, JournalFuture, Settlement, Verdict};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

pub(crate) struct MarkedJournal<J>(pub(crate) J, pub(crate) Marks);

impl<J: Journal> Journal for MarkedJournal<J> {
    fn begin(&self, intent: Intent) -> JournalFuture<'_, Verdict> {
        Box::pin(async move {
            self.1.set(Place::Writing);
            let verdict = self.0.begin(intent).await;
            let may_go = matches!(verdict, Ok(Verdict::Send(_) | Verdict::Again { .. }));
            self.1.set(if may_go { Place::Written } else { Place::Before });
            verdict
        })
    }

    fn follow(&self, claim: Claim) -> JournalFuture<'_, ()> {
        self.0.follow(claim)
    }

    fn settle(&self, claim: Claim, settlement: Settlement) -> JournalFuture<'_, Booked> {
        Box::pin(async move {
            self.1.set(Place::Settling);
            let settled = self.0.settle(claim, settlement).await;
            self.1.set(Place::Before);
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

/// The system's clock, so many seconds ahead, until somebody sets it.
#[derive(Default)]
pub(crate) struct Ahead {
    setting: Setting,
    readings: AtomicU64,
}

impl Ahead {
    pub(crate) fn new(setting: Setting) -> Self {
        Self {
            setting,
            ..Self::default()
        }
    }
}

impl Clock for Ahead {
    fn now(&self) -> SystemTime {
        let read = self.readings.fetch_add(1, Ordering::Relaxed);
        let ahead = match self.setting.jump {
            Some((readings, then)) if read >= readings => then,
            _ => self.setting.ahead,
        };
        let (now, apart) = (SystemTime::now(), Duration::from_secs(ahead.unsigned_abs()));
        if ahead < 0 { now - apart } else { now + apart }
    }
}
