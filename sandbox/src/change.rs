//! In: a resource and its next state. Out: the state, and what the contract's ledger posts for it. Never: a state of its own
//! choice.

use crate::clock::Moment;
use crate::contract::Contract;
use crate::decimal::Decimal;
use crate::formula::{self, Formula, Owned};
use crate::json;
use crate::ledger::Posting;
use crate::model::Model;
use crate::references;
use crate::rules::{Booking, Rules};
use crate::state::State;
use serde_json::Value;

/// Everything that a change needs.
#[derive(Debug)]
pub(crate) struct Change<'a> {
    pub(crate) contract: &'a Contract,
    pub(crate) model: &'a Model,
    pub(crate) rules: &'a Rules,
    pub(crate) state: &'a mut State,
    pub(crate) now: Moment,
}

impl Change<'_> {
    /// The member with the state of a resource, and the state.
    pub(crate) fn state_of(&self, at: usize) -> Option<(&str, &str)> {
        let record = self.state.records.get(at)?;
        let member = self.model.resources.get(&record.schema)?.state_member.as_deref()?;
        Some((member, record.value.get(member)?.as_str()?))
    }

    /// Puts a resource into a state, and posts what that means.
    pub(crate) fn enter(&mut self, at: usize, to: &str) {
        let Some((member, from)) = self.state_of(at) else {
            return;
        };
        let (pointer, from) = (format!("/{}", json::token(member)), from.to_owned());
        let record = &mut self.state.records[at];
        json::set(&mut record.value, &pointer, Value::String(to.to_owned()));
        json::mark_changed(&mut record.value, self.now);
        record.seen = false;
        if from != to {
            self.post(at, Some(&from), to);
        }
    }

    /// Posts for a resource that came into being in its present state.
    pub(crate) fn begin(&mut self, at: usize) {
        if let Some(state) = self.state_of(at).map(|(_, state)| state.to_owned()) {
            self.post(at, None, &state);
        }
    }

    fn post(&mut self, at: usize, from: Option<&str>, to: &str) {
        let rules = self.rules;
        let schema = self.state.records[at].schema.clone();
        for booking in rules
            .bookings(&schema)
            .iter()
            .filter(|booking| booking.is_for(from, to))
        {
            if let Some(posting) = self.posting(at, booking) {
                self.state.ledger.post(posting);
            }
        }
    }

    /// The posting; `None` where its condition does not hold, or a member that it needs is not there.
    fn posting(&self, at: usize, booking: &Booking) -> Option<Posting> {
        if let Some(when) = &booking.when
            && self.value(when, at)? != Value::Bool(true)
        {
            return None;
        }
        let text = |formula: &Formula| self.value(formula, at)?.as_str().map(str::to_owned);
        Some(Posting {
            debit: text(&booking.debit)?,
            credit: text(&booking.credit)?,
            unit: text(&booking.unit)?,
            amount: Decimal::read(&text(&booking.amount)?)?,
            resource: self.state.records[at].number,
        })
    }

    /// The value of a formula about a resource; `None` if it has none.
    fn value(&self, formula: &Formula, at: usize) -> Option<Value> {
        let variables = formula
            .uses
            .iter()
            .map(|name| Some((name.clone(), self.variable(name, at)?)));
        formula.value(variables.collect::<Option<Vec<(String, Owned)>>>()?).ok()
    }

    fn variable(&self, name: &str, at: usize) -> Option<Owned> {
        match name {
            "now" => formula::of_moment(self.now),
            "ledger" => Some(Box::new(self.state.ledger.balances())),
            "self" => Some(self.record(at)),
            name => {
                let record = &self.state.records[at];
                let resource = self.model.resources.get(&record.schema)?;
                let members = references::of(self.contract, self.model, &resource.schema, &record.value);
                let mut known = members.iter().filter(|one| !one.in_list);
                let one = known.find(|one| references::name(&one.member, &one.kind) == name)?;
                Some(self.record(self.state.find(&one.kind, &one.id)?))
            }
        }
    }

    fn record(&self, at: usize) -> Owned {
        let record = &self.state.records[at];
        let schema = self
            .model
            .resources
            .get(&record.schema)
            .map_or(&Value::Null, |resource| &resource.schema);
        formula::value_of(self.contract, schema, &record.value)
    }
}
