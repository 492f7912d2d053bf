//! In: a resource and its next state. Out: the state, and what the contract's ledger posts for it. Never: a state of its own
//! choice.

use crate::api::Api;
use crate::clock::Instant;
use crate::contract::Contract;
use crate::decimal::Decimal;
use crate::example;
use crate::formula::{self, Formula, Owned};
use crate::history::Posting;
use crate::json;
use crate::lifecycle::{After, Course, Lifecycle, Transition};
use crate::model::{self, ResourceKind};
use crate::outbox::ResourceChange;
use crate::records::Entity;
use crate::rules::{Booking, CompiledStep, Recording};
use crate::state::SandboxState;
use serde_json::Value;

/// Everything that a change needs.
#[derive(Debug)]
pub(crate) struct ChangeContext<'a> {
    pub(crate) api: &'a Api,
    pub(crate) state: &'a mut SandboxState,
    pub(crate) now: Instant,
}

/// The seconds of a step that a scenario makes and that the contract gives no time.
const ON_DEMAND: i64 = 1;

/// A moment so many seconds later, in whole milliseconds, as the timers have them.
fn later(since: Instant, seconds: i64) -> Instant {
    Instant::of_millis(since.millis().saturating_add(seconds.saturating_mul(1000)))
}

/// A new id that schemas describe, in the form of another one where they allow it.
pub(crate) fn fresh(contract: &Contract, state: &mut SandboxState, schemas: &[&Value], like: Option<&str>) -> String {
    let limit = |word: &str| schemas.iter().find_map(|schema| contract.word(schema, word)?.as_i64());
    if schemas.iter().any(|schema| contract.is_integer(schema)) {
        return state.fresh_number(limit("minimum").unwrap_or(1));
    }
    let fits = |id: &str| schemas.iter().all(|schema| example::fits(contract, schema, id));
    let id = state.fresh_id(like.unwrap_or("00000000-0000-4000-8000-000000000000"));
    if fits(&id) {
        return id;
    }
    let patterns = schemas.iter().filter_map(|schema| contract.text(schema, "pattern"));
    let patterns: Vec<&str> = patterns.collect();
    let most = limit("maxLength")
        .and_then(|most| usize::try_from(most).ok())
        .unwrap_or(64);
    let mut made = (0..64).filter_map(|round| example::id(&patterns, round, most));
    made.find(|id| fits(id) && state.records.with_id(id).is_empty())
        .unwrap_or(id)
}

impl<'a> ChangeContext<'a> {
    /// The state of a resource.
    pub(crate) fn state_of(&self, at: usize) -> Option<&str> {
        self.resource(at)?.state(&self.state.records[at].value)
    }

    /// Puts a resource into a state, and posts what that means.
    pub(crate) fn enter(&mut self, at: usize, to: &str) {
        let Some(from) = self.state_of(at).map(str::to_owned) else {
            return;
        };
        let Some(resource) = self.resource(at) else { return };
        let record = &mut self.state.records[at];
        resource.set_state(&mut record.value, to);
        json::mark_changed(&mut record.value, self.now);
        record.seen = false;
        record.since = record.since.and(Some(self.now));
        let is_other = from != to;
        if is_other {
            self.post(at, Some(&from), to);
        }
        self.state.happens(ResourceChange {
            number: self.state.records[at].number,
            is_new: false,
            from: is_other.then_some(from),
            to: is_other.then(|| to.to_owned()),
        });
        self.tell(at);
        self.follow(at);
        self.schedule(at);
    }

    /// Writes what the contract records of a resource: one resource of another schema, which follows it.
    fn tell(&mut self, at: usize) {
        let rules = &self.api.rules;
        let (source, of) = (self.state.records[at].number, self.state.records[at].schema.clone());
        for one in rules.records(&of) {
            let key = (source, one.schema.clone(), one.part);
            let known = self.state.recording.get(&key).copied();
            if one.once && known.is_some() {
                continue;
            }
            let mut conditions = one.when.iter();
            if known.is_none() && !conditions.all(|when| self.value(when, at) == Some(Value::Bool(true))) {
                continue;
            }
            let before = known.and_then(|place| Some(self.state_of(place)?.to_owned()));
            let mut value = match known {
                Some(place) => self.state.records[place].value.clone(),
                None => Value::Object(serde_json::Map::new()),
            };
            for (member, formula) in &one.members {
                json::assign(&mut value, member, self.value(formula, at).unwrap_or_default());
            }
            let place = match known {
                Some(place) => {
                    self.state.records[place].value = value;
                    place
                }
                None => self.begin_record(at, one, value),
            };
            self.state.recording.insert(key, place);
            if one.once {
                self.begin(place);
                self.schedule(place);
                continue;
            }
            let to = self.state_of(place).map(str::to_owned);
            let is_other = before != to;
            self.state.happens(ResourceChange {
                number: self.state.records[place].number,
                is_new: known.is_none(),
                from: before.filter(|_| is_other),
                to: to.filter(|_| is_other),
            });
        }
    }

    fn begin_record(&mut self, of: usize, row: &Recording, mut value: Value) -> usize {
        let schema = row.schema.as_str();
        let resource = self.api.model.resources.get(schema);
        let member = resource.and_then(|resource| resource.id_member.clone());
        let id = member.map(|member| {
            if let Some(given) = value.get(&member).and_then(json::id) {
                return given;
            }
            let property = resource.and_then(|resource| self.api.contract.property(&resource.schema, &member));
            let property = property.unwrap_or(&Value::Null);
            let example = resource.map(|resource| example::from_schema(&self.api.contract, &resource.schema));
            let like = example.as_ref().and_then(|example| example.get(&member)?.as_str());
            let id = fresh(&self.api.contract, self.state, &[property], like);
            json::put(&mut value, &member, self.api.contract.id(property, &id));
            id
        });
        let mut scope = self.state.records[of].scope.clone();
        if row.once {
            let source = &self.state.records[of];
            scope.extend(source.id_kind.clone().zip(source.id.clone()));
            let life =
                resource.and_then(|resource| Some((resource.state_member.as_ref()?, resource.lifecycle.as_ref()?)));
            if let Some((member, life)) = life
                && value.get(member).is_none()
            {
                value[member] = life.initial.clone().map_or(Value::Null, Value::String);
            }
        }
        let record = Entity {
            number: self.state.next(),
            schema: schema.to_owned(),
            id_kind: id.as_ref().and(resource.and_then(|resource| resource.id_kind.clone())),
            id,
            scope,
            value,
            since: row.once.then_some(self.now),
            of: Some(self.state.records[of].number),
            part: Some(row.part),
            ..Entity::default()
        };
        self.state.records.push(record);
        self.state.records.len() - 1
    }

    /// The kind of a resource.
    fn resource(&self, at: usize) -> Option<&'a ResourceKind> {
        self.api.model.resources.get(&self.state.records.get(at)?.schema)
    }

    fn life(&self, at: usize) -> Option<&'a Lifecycle> {
        self.resource(at)?.lifecycle.as_ref()
    }

    fn transition(&self, at: usize, number: usize) -> Option<(&Transition, &CompiledStep)> {
        let steps = self.api.rules.steps(&self.state.records.get(at)?.schema);
        Some((self.life(at)?.transitions().get(number)?, steps.get(number)?.as_ref()?))
    }

    /// Returns `true` if a transition has no condition, or one that holds.
    pub(crate) fn holds(&self, at: usize, number: usize) -> bool {
        let step = self.transition(at, number).map(|(_, step)| step);
        step.is_some_and(|step| {
            let mut conditions = step.when.iter();
            conditions.all(|when| self.value(when, at) == Some(Value::Bool(true)))
        })
    }

    /// Makes a transition: first what it sets, then the state.
    pub(crate) fn make(&mut self, at: usize, number: usize) {
        let rules = &self.api.rules;
        let Some(to) = self.transition(at, number).map(|(one, _)| one.to.clone()) else {
            return;
        };
        let step = rules.steps(&self.state.records[at].schema).get(number);
        let set = step.into_iter().flatten().flat_map(|step| &step.set);
        // All of them are computed before the first is set, so that their order says nothing.
        let set: Vec<_> = set.map(|(member, formula)| (member, self.value(formula, at))).collect();
        for (member, value) in set {
            if let Some(value) = value {
                json::assign(&mut self.state.records[at].value, member, value);
            }
        }
        self.enter(at, &to);
    }

    /// Puts a resource into a state: by the owner's transition where there is one, with what it sets.
    pub(crate) fn go(&mut self, at: usize, to: &str) {
        let owner = self.api.contract.extensions.owner();
        let own = self.life(at).zip(self.state_of(at)).and_then(|(life, state)| {
            let mut own = life.leaving(owner, state);
            own.find(|number| life.transitions()[*number].to == to)
        });
        match own {
            Some(number) => self.make(at, number),
            None => self.enter(at, to),
        }
    }

    /// The owner's transitions by time from the present state: when each is due, and its number.
    fn timed(&self, at: usize) -> Vec<(Instant, usize)> {
        let since = self.state.records.get(at).and_then(|record| record.since);
        let (Some(life), Some(state), Some(since)) = (self.life(at), self.state_of(at), since) else {
            return Vec::new();
        };
        let course = self.state.records[at].course.as_ref();
        let slow = course.and_then(|course| course.after);
        let due = |number: usize, is_led: bool| {
            let (one, step) = self.transition(at, number)?;
            match one.after.as_ref() {
                Some(After::Seconds(seconds)) => Some(later(since, slow.unwrap_or(*seconds))),
                Some(After::Instant) if slow.is_none() || !is_led => {
                    let instant = Instant::parse(self.value(step.at.as_ref()?, at)?.as_str()?)?;
                    Some(Instant::of_millis(instant.millis()))
                }
                _ => is_led.then(|| later(since, slow.unwrap_or(ON_DEMAND))),
            }
        };
        let owner = self.api.contract.extensions.owner();
        if let Some(next) = course.and_then(|course| life.toward(state, course.to.first()?)) {
            let leads = |number: &usize| life.transitions()[*number].to == next && self.holds(at, *number);
            let led = life.leaving(owner, state).find(leads);
            if let Some(step) = led.and_then(|number| Some((due(number, true)?, number))) {
                return vec![step];
            }
        }
        let own = life.leaving(owner, state);
        own.filter_map(|number| Some((due(number, false)?, number))).collect()
    }

    /// Begins the way of a scenario in the present state.
    pub(crate) fn lead(&mut self, at: usize, course: Course) {
        let record = &mut self.state.records[at];
        record.course = Some(course);
        record.since = record.since.and(Some(self.now));
        self.follow(at);
        self.schedule(at);
    }

    /// Goes on with the way of a scenario behind the present state; one that is at its end or leads nowhere is forgotten.
    fn follow(&mut self, at: usize) {
        let Some(mut course) = self.state.records[at].course.take() else {
            return;
        };
        let is_left = self.state_of(at).zip(self.life(at)).is_some_and(|(state, life)| {
            let mut next = course.reach(state).then(|| course.to.first()).into_iter();
            next.any(|next| next.is_none_or(|next| life.toward(state, next).is_some()))
        });
        self.state.records[at].course = is_left.then_some(course);
    }

    /// Notes when time moves a resource next.
    pub(crate) fn schedule(&mut self, at: usize) {
        if let Some(number) = self.state.records.get(at).map(|record| record.number) {
            let due = self.timed(at).into_iter().map(|(due, _)| due).min();
            self.state.timers.set(number, due);
        }
    }

    /// Makes the first transition that is due and whose condition holds. Where none does, the next one's time is waited for.
    pub(crate) fn ripen(&mut self, at: usize) -> bool {
        let timed = self.timed(at);
        let mut due = timed.iter().filter(|(due, _)| *due <= self.now);
        if let Some(number) = due
            .find(|(_, number)| self.holds(at, *number))
            .map(|(_, number)| *number)
        {
            self.make(at, number);
            return true;
        }
        let later = timed
            .into_iter()
            .map(|(due, _)| due)
            .filter(|due| *due > self.now)
            .min();
        let number = self.state.records[at].number;
        self.state.timers.set(number, later);
        false
    }

    /// Posts for a resource that came into being in its present state.
    pub(crate) fn begin(&mut self, at: usize) {
        let state = self.state_of(at).map(str::to_owned);
        self.state.happens(ResourceChange {
            number: self.state.records[at].number,
            is_new: true,
            from: None,
            to: state.clone(),
        });
        if let Some(state) = state {
            self.post(at, None, &state);
            self.tell(at);
        }
    }

    fn post(&mut self, at: usize, from: Option<&str>, to: &str) {
        let rules = &self.api.rules;
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
            amount: Decimal::parse(&text(&booking.amount)?)?,
            resource: self.state.records[at].number,
        })
    }

    /// The value of a formula about a resource; `None` if it has none.
    pub(crate) fn value(&self, formula: &Formula, at: usize) -> Option<Value> {
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
            "self" => Some(record_value(self.api, self.state, at)),
            name => {
                let named = named_by(self.api, self.state, at, name)?;
                Some(record_value(self.api, self.state, named))
            }
        }
    }
}

/// A resource as a value of the rule language.
pub(crate) fn record_value(api: &Api, state: &SandboxState, at: usize) -> Owned {
    let record = &state.records[at];
    let resource = api.model.resources.get(&record.schema);
    let schema = resource.map_or(&Value::Null, |resource| &resource.schema);
    formula::value_of(&api.contract, schema, &record.value)
}

/// The resource that a resource names by an id, under the name that rules know it by.
pub(crate) fn named_by(api: &Api, state: &SandboxState, at: usize, name: &str) -> Option<usize> {
    let record = &state.records[at];
    let resource = api.model.resources.get(&record.schema)?;
    let members = model::references(&api.contract, &api.model, &resource.schema, &record.value);
    let mut known = members.iter().filter(|one| !one.in_list);
    let one = known.find(|one| model::reference_name(&one.member, &one.kind) == name)?;
    state.find(&one.kind, &one.id)
}
