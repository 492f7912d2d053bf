//! In: a call and the scenarios of its operation. Out: the refusal or the ways that they state for it. Never: a scenario whose condition
//! does not hold.

use super::Answering;
use super::ruling::Named;
use crate::example;
use crate::json;
use crate::log::Call;
use crate::problem::Refusal;
use crate::references;
use crate::rules::{Led, Scenario};
use serde_json::Value;
use std::collections::BTreeMap;

impl<'a> Answering<'a> {
    /// The scenarios that the call asks for; one of them can be that it is refused.
    pub(super) fn scenarios(
        &self,
        around: &[usize],
        named: &[Named],
        call: &mut Call,
    ) -> Result<Vec<&'a Scenario>, Refusal> {
        let rules = self.rules;
        let all = rules.of(&self.operation.id).map_or(&[][..], |ruling| &ruling.scenarios);
        let mut found = Vec::new();
        for scenario in all {
            let variables = self.variables(&scenario.when, around, named, None);
            if variables.and_then(|variables| scenario.when.value(variables).ok()) != Some(Value::Bool(true)) {
                continue;
            }
            let note = format!("{}: {}", scenario.name, scenario.message);
            if let Some(code) = &scenario.refuses {
                call.fail("scenario", note);
                return Err(Refusal::new(code, &scenario.message));
            }
            call.pass("scenario", note);
            found.push(scenario);
        }
        Ok(found)
    }

    /// Leads what the call made or changed, or what it names, on the ways of scenarios.
    pub(super) fn stage(&mut self, scenarios: &[&Scenario], at: usize, around: &[usize], named: &[Named]) {
        for scenario in scenarios {
            let Some((led, course)) = &scenario.leads else { continue };
            let mut own = std::iter::once(at).chain(around.iter().rev().copied());
            let place = match led {
                Led::Own(schema) => own.find(|&at| self.state.records[at].schema == *schema),
                Led::Named(name) => self.place(name, around, named),
                Led::New(schema) => self.bring(schema, &own.collect::<Vec<_>>()),
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
            let Some(resource) = self.model.resources.get(&record.schema) else {
                continue;
            };
            let found = references::of(self.contract, self.model, &resource.schema, &record.value).into_iter();
            named.extend(found.filter(|one| !one.in_list).map(|one| (one.kind, one.id)));
        }
        named
    }

    /// Puts a resource that no call makes into being, as the contract's example shows it.
    fn bring(&mut self, name: &str, around: &[usize]) -> Option<usize> {
        let model = self.model;
        let resource = model.resources.get(name)?;
        let mut value = example::of(self.contract, &resource.schema);
        json::shift_times(&mut value, self.now);
        let scope = self.scope(around);
        let mut known = self.named_by(around);
        known.extend(scope.clone());
        self.put_scope(&resource.schema, resource.id_member.as_deref(), &known, &mut value);
        self.fresh(resource, &mut value);
        if let (Some(member), Some(life)) = (&resource.state_member, &resource.lifecycle)
            && let Some(state) = &life.initial
        {
            json::set(
                &mut value,
                &format!("/{}", json::token(member)),
                Value::String(state.clone()),
            );
        }
        let at = self.keep(name, resource, scope, value, None);
        self.change().begin(at);
        Some(at)
    }
}
