//! In: what the server needs, and what time and people do to its resources. Out: changed resources, and the events that tell of
//! them once they are written. Never: two calls at once inside the state.

pub(crate) mod call;
mod checks;
mod execution;
pub(crate) mod faults;

use crate::answer::AnswerSettings;
use crate::api::Api;
use crate::change::ChangeContext;
use crate::clock::{Instant, ServerClock};
use crate::error::Error;
use crate::history::{BothClocks, ChangeReason};
use crate::lifecycle::Course;
use crate::outbox::{EventOrigin, Mail, Post};
use crate::request::Reply;
use crate::requested_faults::FaultPlan;
use crate::server_model::BehaviorSwitch;
use crate::signature::Credentials;
use crate::state::SandboxState;
use crate::store::{Keeper, WriteTransaction};
use crate::webhook::{self, EventSubject};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The server, without its connections.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) api: Arc<Api>,
    pub(crate) state: Mutex<SandboxState>,
    /// Writes what calls change; `None` if memory is enough.
    pub(crate) keeper: Option<Keeper>,
    pub(crate) clock: Arc<ServerClock>,
    pub(crate) credentials: Credentials,
    pub(crate) answers: AnswerSettings,
    pub(crate) retry_after: u64,
    /// Events that are off by default and sent all the same.
    pub(crate) events: BTreeSet<String>,
    /// Codes with which operations are refused, by operation.
    pub(crate) refusals: BTreeMap<String, String>,
    pub(crate) behavior: BehaviorSwitch,
    pub(crate) plan: Option<FaultPlan>,
    /// The receiver of events, and how they come to it.
    pub(crate) post: Post,
}

/// Bytes to write to the connection.
#[derive(Debug)]
pub(crate) enum WireOutput {
    Reply(Reply),
    /// The connection is closed without an answer.
    Drop,
    /// The answer is cut off in the middle of its body.
    Truncate(Reply),
}

impl App {
    pub(crate) fn state(&self) -> MutexGuard<'_, SandboxState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn change<'a>(&'a self, state: &'a mut SandboxState) -> ChangeContext<'a> {
        ChangeContext {
            api: &self.api,
            state,
            now: self.clock.life(),
        }
    }

    /// Notes when time moves each resource of a store next.
    pub(crate) fn schedule(&self) {
        let mut state = self.state();
        for at in 0..state.records.len() {
            self.change(&mut state).schedule(at);
        }
    }

    /// Makes the earliest step that time has brought and writes it, with its events, in one transaction; `None` if nothing is due.
    pub(crate) fn advance(&self) -> Option<Vec<Mail>> {
        // Asked without a transaction, which a call can hold for long.
        if !self.state().timers.is_due(self.clock.life()) {
            return None;
        }
        let mut transaction = self.begin();
        let mut state = self.state();
        let (due, number) = state.timers.take(self.clock.life())?;
        if let Some(at) = state.records.place(number) {
            let mut change = self.change(&mut state);
            change.now = due;
            change.ripen(at);
        }
        self.tell(&mut state, due, ChangeReason::Time);
        drop(state);
        // If it cannot be written now, it is written with the next call, and told of then.
        Some(self.write(transaction.as_mut()).unwrap_or_default())
    }

    /// Puts a resource into a state, allowed by its lifecycle or not, and returns the events of that. The error says why that cannot be.
    pub(crate) fn put(&self, number: u64, to: &str) -> Result<Vec<Mail>, String> {
        let mut transaction = self.begin();
        let mut state = self.state();
        let at = state.records.place(number).ok_or("there is no such resource")?;
        let mut change = self.change(&mut state);
        if change.state_of(at).is_none() {
            return Err(format!("{} has no states", state.records[at].schema));
        }
        change.go(at, to);
        self.tell(&mut state, self.clock.life(), ChangeReason::Hand);
        drop(state);
        Ok(self.write(transaction.as_mut()).unwrap_or_default())
    }

    /// Leads a resource on a way, as a call that asks for the scenario does. Time makes its steps. The error says why that cannot be.
    pub(crate) fn lead(&self, number: u64, course: Course) -> Result<(), String> {
        let mut state = self.state();
        let at = state.records.place(number).ok_or("there is no such resource")?;
        self.change(&mut state).lead(at, course);
        Ok(())
    }

    /// Writes the changes outside of a call, and returns the events that may be delivered. After a failed write, the next call
    /// writes them.
    pub(crate) fn save(&self) -> Vec<Mail> {
        self.write(self.begin().as_mut()).unwrap_or_default()
    }

    /// Begins to change what the store has, if there is one. The next change waits for the end of this one.
    fn begin(&self) -> Option<WriteTransaction<'_>> {
        self.keeper.as_ref().map(Keeper::begin)
    }

    /// Writes what was changed to the store, if there is one, and returns the events that may be delivered from now on: those of
    /// changes that are written.
    fn write(&self, transaction: Option<&mut WriteTransaction<'_>>) -> Result<Vec<Mail>, Error> {
        let mut state = self.state();
        let mails = state.outbox.take();
        let Some(transaction) = transaction else {
            return Ok(mails);
        };
        let rows = state.changes(&self.clock);
        drop(state);
        if let Err(error) = transaction.write(rows) {
            self.state().outbox.take_back(&mails);
            return Err(error);
        }
        Ok(mails)
    }

    /// Records what happened, and puts its events into the outbox, if there is a receiver.
    fn tell(&self, state: &mut SandboxState, now: Instant, by: ChangeReason) {
        let time = BothClocks::new(&self.clock, now);
        let happened = state.note(time, by);
        if !self.post.has_receiver() {
            return;
        }
        let contract = &self.api.contract;
        for happening in happened {
            let Some(at) = state.records.place(happening.number) else {
                continue;
            };
            let mut events = Vec::new();
            for trigger in self.api.event_triggers.causes(&state.records[at].schema) {
                let change = self.change(state);
                let mut conditions = trigger.when.iter();
                if (trigger.off && !self.events.contains(&trigger.sent_as))
                    || !trigger.tells_of(&happening)
                    || !conditions.all(|when| change.value(when, at) == Some(Value::Bool(true)))
                {
                    continue;
                }
                let about = EventSubject {
                    record: &state.records[at],
                    records: &state.records,
                };
                let Ok(mut body) = webhook::event(contract, &trigger.event, Some(about), now) else {
                    continue;
                };
                webhook::set_type(contract, &trigger.sent_as, &mut body);
                events.push((trigger.sent_as.clone(), body));
            }
            for (event, body) in events {
                let origin = state.history.event(&event, time, happening.number, by);
                state.outbox.add(event, body, origin);
            }
        }
    }

    /// An example of an event, which tells of no resource.
    pub(crate) fn example(&self, event: &str) -> Result<Mail, Error> {
        let origin = EventOrigin {
            place: self.state().history.next(),
            resource: None,
        };
        Ok(Mail {
            number: None,
            event: event.to_owned(),
            body: webhook::event(&self.api.contract, event, None, self.clock.life())?,
            origin,
        })
    }
}
