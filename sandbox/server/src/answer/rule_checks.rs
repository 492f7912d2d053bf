//! In: a call, the resources that it names, and the rules and scenarios of the contract. Out: whether the rules allow it, the members
//! that they compute, and the ways that scenarios lead. Never: a rule or a scenario that the contract does not state.

use super::Answering;
use crate::budget::StepBudget;
use crate::change;
use crate::example;
use crate::formula::{self, Formula, Owned};
use crate::json;
use crate::lifecycle::Move;
use crate::log::Call;
use crate::model::{self, Model, ResourceReference};
use crate::problem::{self, Problem};
use crate::rules::{LedResource, RequestCondition, Scenario};
use crate::schema::FieldError;
use serde_json::Value;
use std::collections::BTreeMap;

/// A reference in the body, and the place of what it names.
pub(super) type NamedResource = (ResourceReference, usize);

impl Answering<'_> {
    /// The resources that the body names: each exists and belongs to the same owner, or the call is refused.
    pub(super) fn referred(&mut self, around: &[usize], call: &mut Call) -> Result<Vec<NamedResource>, Problem> {
        let (Some(body), Some(schema)) = (&self.input.body, &self.input.schema) else {
            return Ok(Vec::new());
        };
        let answered = Model::answered(self.operation);
        let own = answered.and_then(|name| self.api.model.resources.get(&name)?.id_kind.clone());
        let scope = self.scope(around);
        let mut named = Vec::new();
        for one in model::references(&self.api.contract, &self.api.model, schema, body) {
            let of_owner = self.state.records.find_owned(&one.kind, &one.id, &scope);
            let found = of_owner.or_else(|| self.state.find(&one.kind, &one.id));
            // A creation may give the id of what it makes, unless it exists; if no path has it, unless its owner has it.
            let is_own = Some(&one.kind) == own.as_ref();
            let is_in_path = || {
                self.api
                    .model
                    .by_id(&one.kind)
                    .is_some_and(|(_, resource)| resource.readable)
            };
            if is_own && of_owner.is_none() && (found.is_none() || !is_in_path()) {
                self.own_id.get_or_insert(one.id);
                continue;
            }
            let tokens = json::tokens(&one.pointer).into_iter();
            let tokens: Vec<String> = tokens
                .map(|token| token.parse::<usize>().map_or(token, |_| "*".to_owned()))
                .collect();
            let property = self.api.contract.schema_at(schema, &tokens);
            let example = property.and_then(|property| json::id(self.api.contract.word(property, "example")?));
            let at = match found {
                None if self.settings.examples_exist && example.as_ref() == Some(&one.id) => {
                    self.known_example(&one.kind, &one.id, &[])
                }
                other => other,
            };
            let Some(at) = at.filter(|&at| self.state.records[at].has_owners(&scope)) else {
                let note = format!("{} is not the id of a {} of this owner.", one.pointer, one.kind);
                call.fail("reference", &note);
                return Err(self.unknown(&one, &note));
            };
            if !is_own {
                named.push((one, at));
            }
        }
        if !named.is_empty() {
            let members: Vec<&str> = named.iter().map(|(one, _)| one.member.as_str()).collect();
            call.pass(
                "reference",
                format!("{} of the body: each exists and has the same owner", members.join(", ")),
            );
        }
        Ok(named)
    }

    fn unknown(&self, reference: &ResourceReference, note: &str) -> Problem {
        match problem::unknown_reference(&self.api.contract, self.operation, &reference.member) {
            Some(code) => Problem::new(code, note),
            None => problem::invalid(
                &self.api.contract,
                self.operation,
                vec![FieldError::new(reference.pointer.as_str(), "x-newtype", note)],
            ),
        }
    }

    /// Refuses a call that names a resource in a state in which nothing can refer to it.
    pub(super) fn usable(&self, named: &[NamedResource], call: &mut Call) -> Result<(), Problem> {
        for (reference, at) in named {
            let Some((resource, state)) = self.state_of(*at) else {
                continue;
            };
            let Some(life) = &resource.lifecycle else { continue };
            if life.by_operation(&self.operation.id, state, |_| true) != Move::None || life.is_usable(state) {
                continue;
            }
            let note = format!(
                "{} is the id of a {} that is {state}.",
                reference.pointer, reference.kind
            );
            call.fail("state", &note);
            let code = problem::unusable(&self.api.contract, self.operation, &reference.member);
            return Err(
                match code.or_else(|| problem::wrong_state(&self.api.contract, self.operation)) {
                    Some(code) => Problem::new(code, note),
                    None => problem::invalid(
                        &self.api.contract,
                        self.operation,
                        vec![FieldError::new(reference.pointer.as_str(), "state", &note)],
                    ),
                },
            );
        }
        Ok(())
    }

    /// Refuses a call that a rule of the contract does not allow.
    pub(super) fn rules_hold(&self, around: &[usize], named: &[NamedResource], call: &mut Call) -> Result<(), Problem> {
        let Some(ruling) = self.api.rules.ruling(&self.operation.id) else {
            return Ok(());
        };
        let mut budget = StepBudget::default();
        for condition in &ruling.conditions {
            let Some(variables) = self.variables(&condition.formula, around, named, None) else {
                continue;
            };
            match condition.formula.value_within(variables, &mut budget) {
                Ok(Value::Bool(true)) => {}
                Ok(_) => {
                    call.fail("rules", &condition.message);
                    return Err(self.refused(condition));
                }
                Err(why) => {
                    call.fail("rules", format!("{} The rule has no value: {why}", condition.message));
                    return Err(self.refused(condition));
                }
            }
        }
        if !ruling.conditions.is_empty() {
            call.pass(
                "rules",
                format!("{} of the contract allow the call", ruling.conditions.len()),
            );
        }
        Ok(())
    }

    fn refused(&self, condition: &RequestCondition) -> Problem {
        let message = &condition.message;
        let errors = condition.at.iter().map(|at| FieldError::new(at, "x-rules", message));
        let errors: Vec<FieldError> = errors.collect();
        let code = condition.code.clone();
        let of_state = || problem::wrong_state(&self.api.contract, self.operation).filter(|_| errors.is_empty());
        match code.or_else(of_state) {
            Some(code) => Problem {
                errors,
                ..Problem::new(code, message.clone())
            },
            None => Problem {
                detail: message.clone(),
                ..problem::invalid(&self.api.contract, self.operation, errors)
            },
        }
    }

    /// Computes the members of a resource that follow from the request and the state.
    pub(super) fn derive(&mut self, at: usize, around: &[usize], named: &[NamedResource], call: &mut Call) {
        let Some(ruling) = self.api.rules.ruling(&self.operation.id) else {
            return;
        };
        let mut budget = StepBudget::default();
        for derived in &ruling.derived {
            let Some(variables) = self.variables(&derived.formula, around, named, Some(at)) else {
                continue;
            };
            match derived.formula.value_within(variables, &mut budget) {
                Ok(value) => json::assign(&mut self.state.records[at].value, &derived.member, value),
                Err(why) => call.fail("derives", format!("{} has no value: {why}", derived.member)),
            }
        }
        self.change().schedule(at);
    }

    /// Computes the members of an answer that is read, and keeps none of them.
    pub(super) fn derive_overview(&self, schema: &Value, around: &[usize], value: &mut Value) {
        let ruling = self.api.rules.ruling(&self.operation.id);
        let mut budget = StepBudget::default();
        for derived in ruling.into_iter().flat_map(|ruling| &ruling.derived) {
            let Some(mut variables) = self.variables(&derived.formula, around, &[], None) else {
                continue;
            };
            variables.push(("self".to_owned(), formula::value_of(&self.api.contract, schema, value)));
            if let Ok(computed) = derived.formula.value_within(variables, &mut budget) {
                json::assign(value, &derived.member, computed);
            }
        }
    }

    /// The values of a formula's variables; `None` if it is about a resource that the call does not name.
    pub(super) fn variables(
        &self,
        formula: &Formula,
        around: &[usize],
        named: &[NamedResource],
        itself: Option<usize>,
    ) -> Option<Vec<(String, Owned)>> {
        let mut values = Vec::new();
        for name in &formula.uses {
            let value = match name.as_str() {
                "now" => formula::of_moment(self.now)?,
                "clock" => formula::of_moment(self.clock)?,
                "ledger" => Box::new(self.state.ledger.balances()),
                "path" => self.path_value(),
                "body" => {
                    let (body, schema) = self.input.body.as_ref().zip(self.input.schema.as_ref())?;
                    let mut body = body.clone();
                    for (member, file) in &self.input.files {
                        body[member] = file.clone();
                    }
                    formula::value_of(&self.api.contract, schema, &body)
                }
                "resources" => self.siblings(formula, around),
                // An answer that is no resource is given by its caller.
                "self" if itself.is_none() => continue,
                "self" => change::record_value(self.api, self.state, itself?),
                name => change::record_value(self.api, self.state, self.place(name, around, named)?),
            };
            values.push((name.clone(), value));
        }
        Some(values)
    }

    fn path_value(&self) -> Owned {
        formula::value_of(&self.api.contract, &Value::Null, &serde_json::json!(self.input.path))
    }

    /// The resources of the same owner that a formula takes, by their schemas.
    fn siblings(&self, formula: &Formula, around: &[usize]) -> Owned {
        let own = self.state.records.owned(&self.scope(around));
        formula::map_of(self.api.model.resources.keys().map(|name| {
            let taken = if formula.takes(name) { own.as_slice() } else { &[] };
            let own = taken.iter().filter(|at| self.state.records[**at].schema == *name);
            let values = own.map(|&at| change::record_value(self.api, self.state, at));
            (name.clone(), formula::list_of(values))
        }))
    }

    /// The resource that rules know under a name: one of the path, one that the body names, or one that those of the path
    /// belong to or name.
    pub(super) fn place(&self, name: &str, around: &[usize], named: &[NamedResource]) -> Option<usize> {
        let parameters = self.operation.path_parameters();
        let mut of_path = parameters.filter(|one| self.api.model.is_id(&one.kind)).zip(around);
        if let Some((_, at)) = of_path.find(|(one, _)| model::reference_name(&one.name, &one.kind) == name) {
            return Some(*at);
        }
        let mut of_body = named.iter().filter(|(one, _)| !one.in_list);
        if let Some((_, at)) = of_body.find(|(one, _)| model::reference_name(&one.member, &one.kind) == name) {
            return Some(*at);
        }
        let mut around = around.iter();
        around.find_map(|&at| change::named_by(self.api, self.state, at, name))
    }
}

impl<'a> Answering<'a> {
    /// The scenarios that the call asks for; one of them can be that it is refused.
    pub(super) fn scenarios(
        &self,
        around: &[usize],
        named: &[NamedResource],
        call: &mut Call,
    ) -> Result<Vec<&'a Scenario>, Problem> {
        let rules = &self.api.rules;
        let all = rules
            .ruling(&self.operation.id)
            .map_or(&[][..], |ruling| &ruling.scenarios);
        let mut found = Vec::new();
        for scenario in all {
            let variables = self.variables(&scenario.when, around, named, None);
            if variables.and_then(|variables| scenario.when.value(variables).ok()) != Some(Value::Bool(true)) {
                continue;
            }
            let note = format!("{}: {}", scenario.name, scenario.message);
            if let Some(code) = &scenario.refuses {
                call.fail("scenario", note);
                return Err(Problem::new(code, &scenario.message));
            }
            call.pass("scenario", note);
            found.push(scenario);
        }
        Ok(found)
    }

    /// Leads what the call made or changed, or what it names, on the ways of scenarios.
    pub(super) fn stage(&mut self, scenarios: &[&Scenario], at: usize, around: &[usize], named: &[NamedResource]) {
        for scenario in scenarios {
            let Some((led, course)) = &scenario.leads else { continue };
            let mut own = std::iter::once(at).chain(around.iter().rev().copied());
            let place = match led {
                LedResource::Own(schema) => own.find(|&at| self.state.records[at].schema == *schema),
                LedResource::Named(name) => self.place(name, around, named),
                LedResource::New(schema) => self.bring(schema, &own.collect::<Vec<_>>()),
            };
            if let Some(place) = place {
                self.change().lead(place, course.clone());
            }
        }
    }

    /// The ids that some resources have in their members, by what they name; those of the first ones count.
    fn named_by(&self, around: &[usize]) -> BTreeMap<String, String> {
        let mut named = BTreeMap::new();
        for record in around.iter().rev().filter_map(|&at| self.state.records.get(at)) {
            let Some(resource) = self.api.model.resources.get(&record.schema) else {
                continue;
            };
            let found =
                model::references(&self.api.contract, &self.api.model, &resource.schema, &record.value).into_iter();
            named.extend(found.filter(|one| !one.in_list).map(|one| (one.kind, one.id)));
        }
        named
    }

    /// Puts a resource that no call makes into being, as the contract's example shows it.
    fn bring(&mut self, name: &str, around: &[usize]) -> Option<usize> {
        let model = &self.api.model;
        let resource = model.resources.get(name)?;
        let mut value = example::from_schema(&self.api.contract, &resource.schema);
        json::shift_times(&mut value, self.now);
        let scope = self.scope(around);
        let mut known = self.named_by(around);
        known.extend(scope.clone());
        self.put_scope(&resource.schema, resource.id_member.as_deref(), &known, &mut value);
        self.fresh(resource, &mut value);
        if let Some(state) = resource.initial() {
            resource.set_state(&mut value, state);
        }
        let at = self.keep(name, resource, scope, value, None);
        self.change().begin(at);
        Some(at)
    }
}
