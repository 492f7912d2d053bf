//! State that the server's thread and the handle share. In: calls that were answered, and deliveries to be made. Out: a log of both.
//! Never: a word about how a call is answered.

use crate::app::App;
use crate::bounded::Bounded;
use crate::error::Error;
use crate::log::Call;
use crate::outbox::Mail;
use crate::past;
use crate::webhook::Delivery;
use crate::webhook_sender::{self, Parcel, WebhookSender};
use std::sync::mpsc::{self, RecvTimeoutError, TrySendError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The most steps that are made at once: a lifecycle can go in circles.
const STEPS: usize = 10_000;

pub(crate) type Watcher = Box<dyn Fn(&Call) + Send + Sync>;
pub(crate) type DeliveryWatcher = Box<dyn Fn(&Delivery) + Send + Sync>;

/// Functions that are called with each call and each attempt to deliver.
#[derive(Default)]
pub(crate) struct Watchers {
    pub(crate) calls: Option<Watcher>,
    pub(crate) deliveries: Option<DeliveryWatcher>,
}

/// State that the server's thread and the handle share.
pub(crate) struct SharedServer {
    pub(crate) app: App,
    pub(crate) calls: Mutex<Bounded<Call>>,
    pub(crate) deliveries: Mutex<Bounded<Delivery>>,
    /// The way to the thread that delivers.
    pub(crate) parcels: Mutex<Option<mpsc::SyncSender<Parcel>>>,
    pub(crate) watchers: Watchers,
}

pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl SharedServer {
    /// Starts the thread that makes deliveries, with those that a server before this one did not end.
    pub(crate) fn start(app: App, watchers: Watchers, keeps_all: bool) -> Result<Arc<Self>, Error> {
        let (parcels, queue) = mpsc::sync_channel(webhook_sender::MOST);
        let shared = Arc::new(Self {
            app,
            calls: Mutex::default(),
            deliveries: Mutex::default(),
            parcels: Mutex::new(Some(parcels)),
            watchers,
        });
        if keeps_all {
            locked(&shared.calls).keep_all();
            locked(&shared.deliveries).keep_all();
        }
        let delivering = Arc::clone(&shared);
        std::thread::Builder::new()
            .name("sandbox deliveries".to_owned())
            .spawn(move || delivering.carry(&queue))
            .map_err(Error::Listen)?;
        shared.send(shared.app.save());
        Ok(shared)
    }

    /// Keeps a call, and shows it to the watcher.
    pub(crate) fn record(&self, mut call: Call) {
        past::place(&self.app, &mut call);
        let bytes = call.bytes();
        let kept = {
            let mut calls = locked(&self.calls);
            let number = calls.last() + 1;
            call.page = format!("/.sandbox/console/calls/{number}");
            calls.push(call, bytes);
            calls.get(number)
        };
        if let (Some(watcher), Some(call)) = (&self.watchers.calls, kept) {
            watcher(&call);
        }
    }

    /// Makes the steps that time has brought since, and delivers what tells of them.
    pub(crate) fn advance(&self) {
        for _ in 0..STEPS {
            let Some(mails) = self.app.advance() else { return };
            self.send(mails);
        }
    }

    /// Hands events over to the receiver, if there is one. Without one they stay in the outbox, for a start with one.
    pub(crate) fn send(&self, mails: Vec<Mail>) {
        for mail in mails {
            if let Some(url) = self.app.post.url() {
                self.send_to(mail, url);
            }
        }
    }

    pub(crate) fn send_to(&self, mail: Mail, url: String) {
        let parcel = Parcel::new(mail, url);
        let queue = locked(&self.parcels).clone();
        if let Some(queue) = queue
            && let Err(TrySendError::Full(parcel)) = queue.try_send(parcel)
        {
            self.end(parcel.refused(&self.app), &parcel);
        }
    }

    /// Carries the events that are handed over, one attempt at a time, until the server ends.
    fn carry(&self, parcels: &mpsc::Receiver<Parcel>) {
        let mut sender = WebhookSender::default();
        loop {
            match parcels.recv_timeout(sender.wait()) {
                Ok(parcel) if sender.is_full() => self.end(parcel.refused(&self.app), &parcel),
                Ok(parcel) => sender.accept(parcel, &self.app),
                Err(RecvTimeoutError::Timeout) => {
                    let Some(parcel) = sender.next() else { continue };
                    let delivery = parcel.attempt(&self.app, sender.patience());
                    let is_known = delivery.as_ref().is_some_and(|delivery| sender.is_known(delivery));
                    match delivery.as_ref().and_then(|delivery| delivery.again) {
                        // That nothing listens is noted once, and not with each attempt.
                        Some(wait) => {
                            self.note(delivery.filter(|_| !is_known));
                            sender.again(parcel, wait);
                        }
                        None => self.end(delivery, &parcel),
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// Forgets an event that was accepted or given up.
    fn end(&self, delivery: Option<Delivery>, parcel: &Parcel) {
        self.note(delivery);
        if let Some(number) = parcel.mail.number {
            self.app.state().outbox.settle(number);
            // A server that is killed before this is written delivers the event again.
            self.send(self.app.save());
        }
    }

    /// Keeps and tells of an attempt.
    fn note(&self, delivery: Option<Delivery>) {
        let Some(delivery) = delivery else { return };
        if let Some(watcher) = &self.watchers.deliveries {
            watcher(&delivery);
        }
        let bytes = delivery.bytes();
        locked(&self.deliveries).push(delivery, bytes);
    }
}
