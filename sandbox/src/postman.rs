//! In: events that may be delivered. Out: attempts to deliver each of them, until the receiver accepts it or it is given up, and a log of them.
//! Never: an event that waits behind one that the receiver refuses.

use crate::encode;
use crate::json;
use crate::mail::Mail;
use crate::shared::{Shared, locked};
use crate::state;
use crate::webhook::{self, Delivery};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// Most events that wait for an attempt; more of them fail at once.
pub(crate) const MOST: usize = 10_000;
/// Longest time for which an event waits for the next one, to come behind it.
const SWAP: Duration = Duration::from_secs(1);
/// Longest wait for news.
const IDLE: Duration = Duration::from_secs(3600);

/// An event on its way.
#[derive(Debug, Clone)]
pub(crate) struct Parcel {
    pub(crate) mail: Mail,
    pub(crate) url: String,
    attempt: u8,
    is_forged: bool,
}

impl Parcel {
    pub(crate) fn new(mail: Mail, url: String) -> Self {
        Self {
            mail,
            url,
            attempt: 1,
            is_forged: false,
        }
    }
}

/// Carries events of one client, one attempt at a time.
struct Postman<'a> {
    shared: &'a Shared,
    /// By the time of their next attempt, in the order in which they came.
    parcels: BTreeMap<(Instant, u64), Parcel>,
    /// Parcels that wait for the next event, and until when.
    held: Option<(Instant, Vec<Parcel>)>,
    came: u64,
}

/// Carries what comes, until the server ends.
pub(crate) fn carry(shared: &Arc<Shared>, parcels: &Receiver<Parcel>) {
    let mut postman = Postman {
        shared,
        parcels: BTreeMap::new(),
        held: None,
        came: 0,
    };
    loop {
        let next = postman.parcels.first_key_value().map(|((due, _), _)| *due);
        let held = postman.held.as_ref().map(|(until, _)| *until);
        let next = next.into_iter().chain(held).min();
        let wait = next.map_or(IDLE, |due| due.saturating_duration_since(Instant::now()));
        match parcels.recv_timeout(wait) {
            Ok(parcel) => postman.accept(parcel),
            Err(RecvTimeoutError::Timeout) => postman.go(),
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

impl Postman<'_> {
    /// Plans the attempts for an event, in the manner of now.
    fn accept(&mut self, parcel: Parcel) {
        if self.parcels.len() >= MOST {
            return self.shared.refuse(parcel);
        }
        let manner = self.shared.app.post.manner();
        let mut parcels = Vec::new();
        if manner.forged {
            parcels.push(self.forged(&parcel));
        }
        parcels.push(parcel);
        if manner.twice {
            // The copy is of the same event, and is not kept: the first one is.
            let mut copy = parcels[parcels.len() - 1].clone();
            copy.mail.number = None;
            parcels.push(copy);
        }
        let earlier = self.held.take().map(|(_, parcels)| parcels);
        let due = Instant::now() + manner.delay;
        match earlier {
            None if manner.swapped => self.held = Some((due + SWAP, parcels)),
            None => self.plan(due, parcels),
            Some(earlier) if manner.swapped => self.plan(due, parcels.into_iter().chain(earlier)),
            Some(earlier) => self.plan(due, earlier.into_iter().chain(parcels)),
        }
    }

    fn plan(&mut self, due: Instant, parcels: impl IntoIterator<Item = Parcel>) {
        for parcel in parcels {
            self.came += 1;
            self.parcels.insert((due, self.came), parcel);
        }
    }

    /// Makes the next attempt that is due.
    fn go(&mut self) {
        let now = Instant::now();
        if let Some((_, parcels)) = self.held.take_if(|(until, _)| *until <= now) {
            self.plan(now, parcels);
        }
        if let Some(entry) = self.parcels.first_entry().filter(|entry| entry.key().0 <= now) {
            let parcel = entry.remove();
            self.attempt(parcel);
        }
    }

    fn attempt(&mut self, mut parcel: Parcel) {
        let app = &self.shared.app;
        let other = encode::hex(&encode::random::<24>());
        let secret = if parcel.is_forged {
            &other
        } else {
            &app.credentials.webhook_secret
        };
        let signed = webhook::sign(
            &app.contract,
            secret,
            &parcel.mail.event,
            &parcel.mail.body,
            app.clock.now(),
        );
        let Ok(mut delivery) = signed else {
            return self.settle(&parcel);
        };
        delivery.attempt = parcel.attempt;
        delivery.forged = parcel.is_forged;
        delivery.url.clone_from(&parcel.url);
        match webhook::post(&parcel.url, &delivery) {
            Ok((status, answer)) => (delivery.status, delivery.answer) = (Some(status), answer),
            Err(error) => delivery.failure = Some(error.to_string()),
        }
        if !delivery.is_accepted() && !delivery.forged {
            delivery.again = app.post.attempts.behind(parcel.attempt);
            delivery.failed = delivery.again.is_none();
        }
        let again = delivery.again;
        self.shared.delivered(delivery);
        match again {
            None => self.settle(&parcel),
            Some(wait) => {
                parcel.attempt += 1;
                self.plan(Instant::now() + wait, [parcel]);
            }
        }
    }

    /// Forgets an event that was accepted or given up.
    fn settle(&mut self, parcel: &Parcel) {
        self.shared.settle(parcel);
    }

    /// The same event under another id, which is signed with another secret.
    fn forged(&self, parcel: &Parcel) -> Parcel {
        let mut forged = Parcel {
            is_forged: true,
            ..parcel.clone()
        };
        forged.mail.number = None;
        let webhooks = self.shared.app.contract.extensions.webhooks.as_ref();
        let pointer = webhooks.and_then(|webhooks| webhooks.pointer("/envelope/id")?.as_str());
        let body = &mut forged.mail.body;
        if let Some((pointer, id)) = pointer.and_then(|at| Some((at, body.pointer(at)?.as_str()?.to_owned()))) {
            json::set(body, pointer, Value::String(state::alike(&id)));
        }
        forged
    }
}

impl Shared {
    /// Hands an event to the postman, if there is a receiver.
    pub(crate) fn send(&self, mails: Vec<Mail>) {
        for mail in mails {
            // Without one it stays in the outbox, for a start with one.
            if let Some(url) = self.app.post.url() {
                self.send_to(mail, url);
            }
        }
    }

    pub(crate) fn send_to(&self, mail: Mail, url: String) {
        let parcel = Parcel::new(mail, url);
        let refused = locked(&self.parcels).as_ref().map(|queue| queue.try_send(parcel));
        if let Some(Err(std::sync::mpsc::TrySendError::Full(parcel))) = refused {
            self.refuse(parcel);
        }
    }

    /// Gives an event up for which there is no room.
    fn refuse(&self, parcel: Parcel) {
        let app = &self.app;
        let secret = &app.credentials.webhook_secret;
        let signed = webhook::sign(
            &app.contract,
            secret,
            &parcel.mail.event,
            &parcel.mail.body,
            app.clock.now(),
        );
        if let Ok(delivery) = signed {
            self.delivered(Delivery {
                attempt: 0,
                url: parcel.url.clone(),
                failed: true,
                failure: Some(format!("{MOST} events wait already")),
                ..delivery
            });
        }
        self.settle(&parcel);
    }

    fn settle(&self, parcel: &Parcel) {
        if let Some(number) = parcel.mail.number {
            self.app.state().outbox.settle(number);
            // With the next call, too, if not now; until then a server that is killed delivers it again.
            self.send(self.app.save());
        }
    }

    /// Keeps and tells of an attempt.
    fn delivered(&self, delivery: Delivery) {
        if let Some(watcher) = &self.watchers.deliveries {
            watcher(&delivery);
        }
        let bytes = delivery.bytes();
        locked(&self.deliveries).push(delivery, bytes);
    }
}
