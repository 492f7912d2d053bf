//! In: events that may be delivered. Out: when each of them is to be delivered, and one attempt at a time. Never: an event that waits behind
//! one that the receiver refuses.

use crate::app::App;
use crate::encode;
use crate::json;
use crate::outbox::{DeliveryPolicy, Mail};
use crate::state;
use crate::webhook::{self, Delivery};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::time::{Duration, Instant};

/// Most events that wait for an attempt; more of them fail at once.
pub(crate) const MOST: usize = 10_000;
/// Longest time for which an event waits for the next one, to come behind it.
const SWAP: Duration = Duration::from_secs(1);
/// Shortest and longest wait until it is tried again whether something listens.
const ABSENT: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(1));
/// Longest wait for news.
const IDLE: Duration = Duration::from_hours(1);

/// An event on its way.
#[derive(Debug, Clone)]
pub(crate) struct Parcel {
    pub(crate) mail: Mail,
    url: String,
    attempt: u8,
    is_forged: bool,
}

/// Events of one client, by the time of their next attempt.
#[derive(Debug, Default)]
pub(crate) struct WebhookSender {
    /// In the order in which they came, where they are due at one time.
    parcels: BTreeMap<(Instant, u64), Parcel>,
    /// Parcels that wait for the next event, and until when.
    held: Option<(Instant, Vec<Parcel>)>,
    came: u64,
    /// Attempts since something listened at the address of events.
    absences: u32,
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

    /// The same event under another id, to be signed with another secret.
    fn forged(&self, app: &App) -> Self {
        let mut forged = Self {
            is_forged: true,
            ..self.clone()
        };
        forged.mail.number = None;
        let pointer = app.api.contract.extensions.envelope("id");
        let body = &mut forged.mail.body;
        if let Some((pointer, id)) = pointer.and_then(|at| Some((at, body.pointer(at)?.as_str()?.to_owned()))) {
            json::set(body, pointer, Value::String(state::alike(&id)));
        }
        forged
    }

    fn signed(&self, app: &App) -> Option<Delivery> {
        let other = encode::hex(&encode::random::<24>());
        let own = &app.credentials.webhook_secret;
        let secret = if self.is_forged { &other } else { own };
        let Mail { event, body, .. } = &self.mail;
        let mut delivery = webhook::sign(&app.api.contract, secret, event, body, app.clock.now()).ok()?;
        delivery.attempt = self.attempt;
        delivery.origin = self.mail.origin;
        delivery.forged = self.is_forged;
        delivery.url.clone_from(&self.url);
        Some(delivery)
    }

    /// Delivers it, and says what became of that. If nothing listens, it may wait for so long.
    pub(crate) fn attempt(&self, app: &App, patience: Duration) -> Option<Delivery> {
        let (mut delivery, attempts) = (self.signed(app)?, app.post.attempts);
        delivery.place = app.state().history.next();
        match webhook::post(&self.url, &delivery) {
            Ok((status, answer)) => (delivery.status, delivery.answer) = (Some(status), answer),
            Err(error) => {
                delivery.waits = attempts.awaits_receiver && error.kind() == ErrorKind::ConnectionRefused;
                delivery.failure = Some(error.to_string());
            }
        }
        if delivery.waits {
            delivery.again = Some(patience);
        } else if !delivery.is_accepted() && !delivery.forged {
            delivery.again = attempts.behind(self.attempt);
            delivery.failed = delivery.again.is_none();
        }
        Some(delivery)
    }

    /// The report of an event for which there is no room.
    pub(crate) fn refused(&self, app: &App) -> Option<Delivery> {
        Some(Delivery {
            place: app.state().history.next(),
            attempt: 0,
            failed: true,
            failure: Some(format!("{MOST} events are waiting already")),
            ..self.signed(app)?
        })
    }
}

impl WebhookSender {
    pub(crate) fn is_full(&self) -> bool {
        self.parcels.len() >= MOST
    }

    /// The wait until something is due.
    pub(crate) fn wait(&self) -> Duration {
        let next = self.parcels.first_key_value().map(|((due, _), _)| *due);
        let held = self.held.as_ref().map(|(until, _)| *until);
        let due = next.into_iter().chain(held).min();
        due.map_or(IDLE, |due| due.saturating_duration_since(Instant::now()))
    }

    /// Plans the first attempts for an event, in the manner of now.
    pub(crate) fn accept(&mut self, parcel: Parcel, app: &App) {
        let manner: DeliveryPolicy = app.post.manner();
        let mut parcels = Vec::new();
        if manner.forged {
            parcels.push(parcel.forged(app));
        }
        parcels.push(parcel.clone());
        if manner.twice {
            // The copy is of the same event, and is not kept: the first one is.
            let mut copy = parcel;
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

    /// The wait for the next attempt if nothing listens.
    pub(crate) fn patience(&self) -> Duration {
        let (shortest, longest) = ABSENT;
        shortest
            .saturating_mul(2_u32.saturating_pow(self.absences))
            .min(longest)
    }

    /// Counts attempts while nothing listens, and returns `true` if that was so before.
    pub(crate) fn is_known(&mut self, delivery: &Delivery) -> bool {
        let absences = self.absences;
        self.absences = if delivery.waits { absences.saturating_add(1) } else { 0 };
        delivery.waits && absences > 0
    }

    /// Plans the next attempt for an event.
    pub(crate) fn again(&mut self, mut parcel: Parcel, wait: Duration) {
        if self.absences == 0 {
            parcel.attempt += 1;
        }
        self.plan(Instant::now() + wait, [parcel]);
    }

    /// Takes out the next event that is due.
    pub(crate) fn next(&mut self) -> Option<Parcel> {
        let now = Instant::now();
        if let Some((_, parcels)) = self.held.take_if(|(until, _)| *until <= now) {
            self.plan(now, parcels);
        }
        let entry = self.parcels.first_entry().filter(|entry| entry.key().0 <= now)?;
        Some(entry.remove())
    }
}
