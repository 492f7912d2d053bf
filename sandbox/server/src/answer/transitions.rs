//! In: a call and the resources it is about. Out: their next states. Never: a step that `x-lifecycle` does not name,
//! unless the call asks for it.

use super::Answering;
use crate::change::ChangeContext;
use crate::clock::Instant;
use crate::json;
use crate::lifecycle::Move;
use crate::log::Call;
use crate::model::ResourceKind;
use crate::outbox::ResourceChange;
use crate::problem::{self, Problem};
use serde_json::Value;

impl<'a> Answering<'a> {
    pub(super) fn shared_state(&self, at: usize, resource: &ResourceKind) -> Option<String> {
        let record = self.state.records.get(at)?;
        let other = self.api.model.resources.get(&record.schema)?;
        let component = other.state_component(&self.api.contract)?;
        let is_same = resource.state_component(&self.api.contract) == Some(component);
        other.state(&record.value).filter(|_| is_same).map(str::to_owned)
    }

    /// Returns `true` if a resource has no state but that of another one.
    pub(super) fn follows(&self, at: usize, other: usize) -> bool {
        self.resource(at)
            .is_none_or(|resource| resource.state_member.is_none() || self.shared_state(other, resource).is_some())
    }

    pub(super) fn update(&mut self, at: usize) {
        let mut value = self.state.records[at].value.clone();
        if let Some(resource) = self.resource(at) {
            // PUT replaces (RFC 9110, section 9.3.4).
            self.put_body(resource, self.operation.method == "PUT", &mut value);
        }
        self.state.records.note(at, &value);
        self.state.records[at].value = value;
        self.changed(at);
        self.want_state(at);
    }

    /// Marks a resource as changed now.
    pub(super) fn changed(&mut self, at: usize) {
        let record = &mut self.state.records[at];
        record.seen = false;
        json::mark_changed(&mut record.value, self.now);
        self.state.happens(ResourceChange {
            number: self.state.records[at].number,
            ..ResourceChange::default()
        });
        self.change().schedule(at);
    }

    /// The kind of a resource.
    fn resource(&self, at: usize) -> Option<&'a ResourceKind> {
        self.api.model.resources.get(&self.state.records.get(at)?.schema)
    }

    /// The kind of a resource, and its state.
    pub(super) fn state_of(&self, at: usize) -> Option<(&'a ResourceKind, &str)> {
        let resource = self.resource(at)?;
        Some((resource, resource.state(&self.state.records[at].value)?))
    }

    pub(super) fn change(&mut self) -> ChangeContext<'_> {
        ChangeContext {
            api: self.api,
            state: self.state,
            now: self.now,
        }
    }

    /// The effect of this operation on a resource, and its present state.
    fn effect_on(&mut self, at: usize) -> Option<(String, Move)> {
        let operation = self.operation;
        let (resource, state) = self.state_of(at)?;
        let (life, state) = (resource.lifecycle.as_ref()?, state.to_owned());
        let change = self.change();
        let effect = life.by_operation(&operation.id, &state, |number| change.holds(at, number));
        Some((state, effect))
    }

    pub(super) fn set_state(&mut self, at: usize, to: &str) {
        if self.state_of(at).is_some() {
            self.change().enter(at, to);
            self.changed(at);
        }
    }

    /// Puts a resource into the state that the call asks for, if its enum has it.
    pub(super) fn want_state(&mut self, at: usize) {
        let Some(wanted) = self.wanted_state.clone() else {
            return;
        };
        let known = self
            .state_of(at)
            .map(|(resource, _)| resource.states(&self.api.contract));
        if known.is_some_and(|states| states.contains(&wanted.as_str())) {
            self.set_state(at, &wanted);
            self.has_wanted_state = true;
        }
    }

    /// The transitions that this operation makes, with the places of their resources, or a refusal. Nothing is changed yet.
    pub(super) fn moves(&mut self, around: &[usize], call: &mut Call) -> Result<Vec<(usize, usize)>, Problem> {
        let mut steps = Vec::new();
        let named = self.named_in_body();
        for (member, at) in &named {
            if let Some(code) =
                problem::unusable(&self.api.contract, self.operation, member).filter(|_| self.expired(*at))
            {
                let note = format!("The resource of {member} has expired.");
                call.fail("state", &note);
                return Err(Problem::new(code, note));
            }
        }
        let of_path = around.iter().map(|&at| (None, at));
        for (member, at) in of_path.chain(named.into_iter().map(|(member, at)| (Some(member), at))) {
            let Some((state, effect)) = self.effect_on(at) else {
                continue;
            };
            match effect {
                Move::None => {}
                Move::By(number) => steps.push((at, number)),
                Move::Refused(from) => {
                    let note = format!("The state is {state}; this call is for {}.", from.join(", "));
                    let unusable =
                        member.and_then(|member| problem::unusable(&self.api.contract, self.operation, &member));
                    if let Some(code) = unusable.or_else(|| problem::wrong_state(&self.api.contract, self.operation)) {
                        call.fail("state", &note);
                        return Err(Problem::new(code, note));
                    }
                    call.pass("state", format!("{note} The operation has no problem code for this."));
                }
            }
        }
        Ok(steps)
    }

    pub(super) fn make_moves(&mut self, steps: Vec<(usize, usize)>, call: &mut Call) {
        for (at, number) in steps {
            let state = |answering: &Self| answering.state_of(at).map(|(_, state)| state.to_owned());
            let from = state(self).unwrap_or_default();
            self.change().make(at, number);
            self.changed(at);
            call.pass("state", format!("{from} -> {}", state(self).unwrap_or_default()));
        }
    }

    /// Returns `true` if the resource states a time of expiry that has passed.
    fn expired(&self, at: usize) -> bool {
        let mut members = self.state.records[at].value.as_object().into_iter().flatten();
        members.any(|(name, value)| {
            let instant = value.as_str().and_then(Instant::parse);
            name.to_ascii_lowercase().contains("expir") && instant.is_some_and(|instant| instant <= self.now)
        })
    }

    /// The known resources that members of the body name by their ids, with the members.
    fn named_in_body(&self) -> Vec<(String, usize)> {
        let (Some(Value::Object(body)), Some(schema)) = (&self.input.body, &self.input.schema) else {
            return Vec::new();
        };
        let members = self.api.contract.properties(schema).into_iter();
        let known = members.filter_map(|(member, property)| {
            let kind = self.api.contract.kind(member, property);
            let at = self.state.find(&kind, &json::id(body.get(member)?)?)?;
            Some((member.to_owned(), at))
        });
        known.collect()
    }

    /// A read: the owner goes one step on. A state that a call could still leave is shown once before.
    pub(super) fn glance(&mut self, at: usize) {
        let record = &self.state.records[at];
        if self.api.rules.is_record(&record.schema) || record.course.is_some() {
            return;
        }
        let seen = record.seen;
        let step = self.state_of(at).and_then(|(resource, state)| {
            let owner = self.api.contract.extensions.owner();
            let life = resource.lifecycle.as_ref().filter(|life| !life.is_timed(owner))?;
            let shown = seen || !life.is_callers(owner, state);
            life.by_owner(owner, state).filter(|_| shown)
        });
        if let Some(to) = step {
            self.set_state(at, &to);
        }
        self.state.records[at].seen = true;
    }
}
