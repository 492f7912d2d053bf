//! State that the server's thread and the handle share. In: calls that were answered, and events to be delivered. Out: a log of
//! both with the resources that a call names, and one attempt for an event at a time. Never: a word about how a call is
//! answered, or an event that waits behind one that the receiver refuses.

use crate::app::App;
use crate::encode::percent_decode;
use crate::error::Error;
use crate::history::Bounded;
use crate::log::Call;
use crate::model::Model;
use crate::outbox::{DeliveryPolicy, Mail};
use crate::state::SandboxState;
use crate::webhook::{self, Delivery};
use crate::{encode, json, state};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::sync::mpsc::{self, RecvTimeoutError, TrySendError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

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
        let (parcels, queue) = mpsc::sync_channel(MOST_WAITING_EVENTS);
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
        note_place(&self.app, &mut call);
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

/// Most events that wait for an attempt; more of them fail at once.
const MOST_WAITING_EVENTS: usize = 10_000;
/// Longest time for which an event waits for the next one, to come behind it.
const LONGEST_SWAP_WAIT: Duration = Duration::from_secs(1);
/// Shortest and longest wait until it is tried again whether something listens.
const LISTENER_WAITS: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(1));
/// Longest wait for news.
const LONGEST_NEWS_WAIT: Duration = Duration::from_hours(1);

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
            failure: Some(format!("{MOST_WAITING_EVENTS} events are waiting already")),
            ..self.signed(app)?
        })
    }
}

impl WebhookSender {
    pub(crate) fn is_full(&self) -> bool {
        self.parcels.len() >= MOST_WAITING_EVENTS
    }

    /// The wait until something is due.
    pub(crate) fn wait(&self) -> Duration {
        let next = self.parcels.first_key_value().map(|((due, _), _)| *due);
        let held = self.held.as_ref().map(|(until, _)| *until);
        let due = next.into_iter().chain(held).min();
        due.map_or(LONGEST_NEWS_WAIT, |due| due.saturating_duration_since(Instant::now()))
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
            None if manner.swapped => self.held = Some((due + LONGEST_SWAP_WAIT, parcels)),
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
        let (shortest, longest) = LISTENER_WAITS;
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

/// Notes the place of a call in the history, and the resources that it names: first the one that it is about.
fn note_place(app: &App, call: &mut Call) {
    let path = call.target.split('?').next().unwrap_or_default();
    let path = path.split('/').filter(|part| !part.is_empty());
    let path: Vec<String> = path
        .map(|part| percent_decode(part, false).unwrap_or_else(|| part.to_owned()))
        .collect();
    let mut sent = Vec::new();
    ids(&serde_json::from_slice(&call.body).unwrap_or_default(), true, &mut sent);
    let contract = &app.api.contract;
    let operation = call.operation.as_ref().and_then(|id| contract.operation(id));
    let mut shown = Vec::new();
    // A list shows many resources, and is about none of them.
    if operation.is_none_or(|one| one.pagination.is_none()) {
        ids(
            &serde_json::from_slice(&call.answer_body).unwrap_or_default(),
            false,
            &mut shown,
        );
    }
    let answered = operation.and_then(Model::answered);

    let mut state = app.state();
    if call.place == 0 {
        call.place = state.history.next();
    }
    let path = numbers(&state, &path);
    let shown = numbers(&state, &shown);
    let is_answered = |number: &&u64| {
        let at = state.records.place(**number);
        at.map(|at| &state.records[at].schema) == answered.as_ref()
    };
    let subject = shown.iter().rev().find(is_answered).or(path.last()).copied();
    let all = subject
        .into_iter()
        .chain(path)
        .chain(numbers(&state, &sent))
        .chain(shown);
    for number in all {
        if !call.resources.contains(&number) {
            call.resources.push(number);
        }
    }
}

/// The texts of an object's members that can be ids; at every depth, if `deep`.
fn ids(value: &Value, deep: bool, found: &mut Vec<String>) {
    let members = value.as_object().into_iter().flatten();
    for (name, value) in members {
        match value {
            Value::String(text) => found.push(text.clone()),
            // Other whole numbers are amounts.
            Value::Number(_) if name.to_ascii_lowercase().ends_with("id") => found.extend(json::id(value)),
            Value::Array(items) if deep => items.iter().for_each(|item| ids(item, deep, found)),
            _ if deep => ids(value, deep, found),
            _ => {}
        }
    }
}

/// Numbers of the resources with these ids, in their order.
fn numbers(state: &SandboxState, ids: &[String]) -> Vec<u64> {
    let places = ids.iter().flat_map(|id| state.records.with_id(id));
    places.map(|at| state.records[at].number).collect()
}
