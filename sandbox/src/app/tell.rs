//! In: what changed in a call or in a step. Out: the events that tell of it, in the outbox. Never: an event where there is no receiver.

use super::App;
use crate::clock::Moment;
use crate::error::Error;
use crate::history::{Cause, Time};
use crate::mail::{Mail, Origin};
use crate::state::State;
use crate::store::Turn;
use crate::webhook::{self, About};
use serde_json::Value;

impl App {
    /// Notes what happened, and puts the events that tell of it into the outbox.
    pub(super) fn tell(&self, state: &mut State, now: Moment, by: Cause) {
        let time = Time::new(&self.clock, now);
        let happened = state.note(time, by);
        if !self.post.has_receiver() {
            return;
        }
        for happening in happened {
            let Some(at) = state.records.place(happening.number) else {
                continue;
            };
            let mut events = Vec::new();
            for cause in self.causes.of(&state.records[at].schema) {
                let change = self.change(state);
                let mut conditions = cause.when.iter();
                if (cause.off && !self.events.contains(&cause.sent_as))
                    || !cause.tells_of(&happening)
                    || !conditions.all(|when| change.value(when, at) == Some(Value::Bool(true)))
                {
                    continue;
                }
                let about = About {
                    record: &state.records[at],
                    records: &state.records,
                };
                let Ok(mut body) = webhook::event(&self.contract, &cause.event, Some(about), now) else {
                    continue;
                };
                webhook::set_type(&self.contract, &cause.sent_as, &mut body);
                events.push((cause.sent_as.clone(), body));
            }
            for (event, body) in events {
                let origin = state.history.event(&event, time, happening.number, by);
                state.outbox.add(event, body, origin);
            }
        }
    }

    /// An example of an event, which tells of no resource.
    pub(crate) fn example(&self, event: &str) -> Result<Mail, Error> {
        let origin = Origin {
            place: self.state().history.next(),
            resource: None,
        };
        Ok(Mail {
            number: None,
            event: event.to_owned(),
            body: webhook::event(&self.contract, event, None, self.clock.life())?,
            origin,
        })
    }

    /// Writes what was changed to the store, if there is one, and returns the events that may be delivered from now on: those of
    /// changes that are written.
    pub(super) fn keep(&self, turn: Option<&mut Turn<'_>>) -> Result<Vec<Mail>, Error> {
        let mut state = self.state();
        let mails = state.outbox.take();
        let Some(turn) = turn else {
            return Ok(mails);
        };
        let rows = state.changes(&self.clock);
        drop(state);
        if let Err(error) = turn.keep(rows) {
            self.state().outbox.take_back(&mails);
            return Err(error);
        }
        Ok(mails)
    }
}
