//! In: an operation that makes something, or a list that shows what others made. Out: a new resource in the state.
//! Never: a resource without an id where its schema has one.

use super::Answering;
use crate::change;
use crate::clock::Instant;
use crate::example;
use crate::formula::Formula;
use crate::json;
use crate::model::{self, Model, ResourceKind};
use crate::operation::Response;
use crate::records::Entity;
use serde_json::Value;
use std::collections::BTreeMap;

/// Most lists that follow from something else and are kept until it changes.
const DERIVED: usize = 1_000;

impl Answering<'_> {
    /// Puts a resource with the contract's example id into being.
    pub(super) fn known_example(&mut self, kind: &str, id: &str, owners: &[usize]) -> Option<usize> {
        let (name, resource) = self.api.model.by_id(kind)?;
        let is_of_path = resource.parameter.is_some();
        let scope = if is_of_path {
            self.scope(owners)
        } else {
            BTreeMap::new()
        };
        let mut value = example::from_schema(&self.api.contract, &resource.schema);
        json::shift_times(&mut value, self.now);
        if let Some(member) = &resource.id_member {
            let property = self.api.contract.property(&resource.schema, member);
            let id = self.api.contract.id(property.unwrap_or(&Value::Null), id);
            json::put(&mut value, member, id);
        }
        Some(self.keep(name, resource, scope, value, None))
    }

    pub(crate) fn keep(
        &mut self,
        name: &str,
        resource: &ResourceKind,
        scope: BTreeMap<String, String>,
        value: Value,
        body: Option<Value>,
    ) -> usize {
        let member = resource.id_member.as_ref();
        let id = member.and_then(|member| json::id(value.get(member)?));
        let number = self.state.next();
        self.state.records.push(Entity {
            number,
            schema: name.to_owned(),
            id_kind: id.as_ref().and(resource.id_kind.clone()),
            id,
            scope,
            value,
            made_by: body.is_some().then(|| self.operation.id.clone()),
            made_with: body,
            since: Some(self.now),
            ..Entity::default()
        });
        let at = self.state.records.len() - 1;
        self.change().schedule(at);
        at
    }

    /// Returns the owners of a new resource: all ids of the path, and their owners.
    pub(super) fn scope(&self, around: &[usize]) -> BTreeMap<String, String> {
        let mut scope = BTreeMap::new();
        for record in around.iter().filter_map(|&at| self.state.records.get(at)) {
            scope.extend(record.scope.clone());
            scope.extend(record.id_kind.clone().zip(record.id.clone()));
        }
        scope
    }

    pub(super) fn example(&self, answer: &Response) -> Value {
        let known = answer.example.clone();
        known.unwrap_or_else(|| example::from_schema(&self.api.contract, &answer.schema))
    }

    pub(super) fn make(&mut self, name: &str, around: &[usize], answer: &Response) -> usize {
        let model = &self.api.model;
        let Some(resource) = model.resources.get(name) else {
            return 0;
        };
        let scope = self.scope(around);
        let mut value = self.new_value(resource, &scope, answer);
        self.forget_times(name, resource, &mut value);
        self.fresh(resource, &mut value);
        if resource.state_member.is_some() && resource.lifecycle.is_some() {
            // If a resource of the path has the same state member, its state is used.
            let parent = around.iter().rev().find_map(|&at| self.shared_state(at, resource));
            let asked = self.settings.begin.get(name).cloned();
            if let Some(state) = asked.or(parent).as_deref().or(resource.initial()) {
                resource.set_state(&mut value, state);
            }
        }
        let body = self.input.body.clone().or(Some(Value::Null));
        let follows = around.iter().any(|&at| self.shared_state(at, resource).is_some());
        let at = self.keep(name, resource, scope, value, body);
        if follows {
            self.state.records[at].since = None;
            self.change().schedule(at);
        }
        at
    }

    /// An example with the ids of the path and the members of the body: of alternatives, one that matches the schema with them.
    fn new_value(&self, resource: &ResourceKind, scope: &BTreeMap<String, String>, answer: &Response) -> Value {
        let fill = |mut value: Value| {
            json::shift_times(&mut value, self.now);
            self.put_scope(&resource.schema, resource.id_member.as_deref(), scope, &mut value);
            self.put_body(resource, true, &mut value);
            value
        };
        let first = fill(self.whole_example(answer));
        let is_valid = |value: &Value| self.api.is_answer(&resource.schema, value);
        if self.operation.identity.is_none() || is_valid(&first) {
            return first;
        }
        let alternatives = example::alternatives(&self.api.contract, &resource.schema).into_iter();
        alternatives.map(fill).find(is_valid).unwrap_or(first)
    }

    /// Leaves out the times of moves that are still to come, which an example can have.
    fn forget_times(&self, name: &str, resource: &ResourceKind, value: &mut Value) {
        let required = self.api.contract.required(&resource.schema);
        let set = self.api.rules.steps(name).iter().flatten().flat_map(|step| &step.set);
        for (pointer, _) in set.filter(|(_, formula)| formula.uses.iter().eq(["now"])) {
            let given = self.input.body.as_ref().and_then(|body| body.pointer(pointer));
            if given.is_none()
                && !required
                    .iter()
                    .any(|member| json::tokens(pointer).first() == Some(member))
            {
                json::remove(value, pointer);
            }
        }
    }

    pub(super) fn fresh(&mut self, resource: &ResourceKind, value: &mut Value) {
        if let Some(member) = &resource.id_member {
            let example = value.get(member).and_then(Value::as_str).map(str::to_owned);
            let property = self
                .api
                .contract
                .property(&resource.schema, member)
                .unwrap_or(&Value::Null);
            // The word that stands for a text without an example is not the form of an id.
            let example = example.filter(|text| !text.starts_with("text"));
            let own = self.own_id.take();
            let id = own.unwrap_or_else(|| {
                let schemas: Vec<&Value> = [property].into_iter().chain(resource.parameter.as_ref()).collect();
                change::fresh(&self.api.contract, self.state, &schemas, example.as_deref())
            });
            json::put(value, member, self.api.contract.id(property, &id));
        }
    }

    /// A resource that a creation with the same reference made before, where the operation knows of that (200 and 201).
    pub(super) fn same_reference(&self, name: &str, first: &Response) -> Option<usize> {
        if !(self.operation.has_status(200) && self.operation.has_status(201)) {
            return None;
        }
        let body = self.input.body.as_ref()?;
        let schema = self.input.schema.as_ref()?;
        let references: Vec<String> = self
            .api
            .contract
            .required(schema)
            .into_iter()
            .filter(|member| {
                let property = self.api.contract.property(schema, member);
                let text = property.is_some_and(|own| {
                    self.api.contract.type_of(own) == Some("string") && self.api.contract.word(own, "enum").is_none()
                });
                text && self.api.contract.property(&first.schema, member).is_some()
            })
            .collect();
        let same = |record: &Entity| {
            record.made_by.as_deref() == Some(&self.operation.id)
                && record.schema == name
                && references
                    .iter()
                    .all(|member| record.value.get(member) == body.get(member))
        };
        let records = &self.state.records;
        let texts = references.iter().filter_map(|member| {
            let text = body.get(member)?.as_str()?;
            Some(records.referred(&self.operation.id, member, text))
        });
        let fewest = texts.min_by_key(|places| places.len())?;
        fewest.iter().copied().filter(|&at| same(&records[at])).min()
    }

    /// Fills the lists that no call can fill and that have to do with money, so that sums do not change because somebody looks.
    pub(super) fn seed_money(&mut self, scope: &BTreeMap<String, String>) {
        let (model, contract) = (&self.api.model, &self.api.contract);
        if !self.state.is_first_list(&format!("money {scope:?}")) {
            return;
        }
        for operation in &contract.operations {
            let is_of_scope = operation.path_parameters().all(|one| scope.contains_key(&one.kind));
            let Some(name) = Model::listed(contract, operation).filter(|_| is_of_scope) else {
                continue;
            };
            let (Some(resource), Some(answer)) = (model.resources.get(&name), operation.answers.first()) else {
                continue;
            };
            let is_money = !self.api.rules.bookings(&name).is_empty() || !self.api.rules.records(&name).is_empty();
            if is_money && !resource.creatable && self.state.is_first_list(&format!("{name} {scope:?}")) {
                let page = self.example(answer);
                let examples = operation
                    .items()
                    .and_then(|pointer| page.pointer(pointer)?.as_array())
                    .cloned();
                self.seed(&name, resource, scope, examples.unwrap_or_default());
            }
        }
    }

    /// The numbers of all changes that can change a formula's value; `None` where time or anything that the path does not name can.
    fn stamp(&self, formula: &Formula, around: &[usize]) -> Option<Vec<u64>> {
        let kinds = self
            .operation
            .path_parameters()
            .filter(|one| self.api.model.is_id(&one.kind));
        let of_path: Vec<String> = kinds.map(|one| model::reference_name(&one.name, &one.kind)).collect();
        let is_known = |name: &String| {
            let is_path = of_path.contains(name);
            is_path || name == "ledger" || (name == "resources" && !around.is_empty())
        };
        if !formula.uses.iter().all(is_known) {
            return None;
        }
        let versions = around.iter().map(|&at| self.state.records.version(at));
        versions.chain([Some(self.state.ledger.postings.last())]).collect()
    }

    /// The items of a list that follow from something else; `None` where the contract does not say so.
    pub(super) fn derived_items(&mut self, name: &str, around: &[usize]) -> Option<Vec<Entity>> {
        let (rules, operation) = (&self.api.rules, self.operation);
        let formula = rules.derived_list(operation)?;
        let value = |answering: &Self| {
            let variables = answering.variables(formula, around, &[], None)?;
            formula.value(variables).ok()
        };
        let items = match self.stamp(formula, around) {
            None => value(self),
            Some(stamp) => {
                let place = (operation.id.clone(), around.to_vec());
                let known = self.state.derived.get(&place).filter(|(known, _)| *known == stamp);
                if let Some((_, items)) = known {
                    Some(items.clone())
                } else {
                    let items = value(self);
                    if self.state.derived.len() >= DERIVED {
                        self.state.derived.clear();
                    }
                    let kept = items.clone().unwrap_or_default();
                    self.state.derived.insert(place, (stamp, kept));
                    items
                }
            }
        };
        let items = items.as_ref().and_then(Value::as_array).cloned().unwrap_or_default();
        let numbered = (1..=items.len() as u64).rev().zip(items);
        let records = numbered.map(|(number, value)| Entity {
            number,
            schema: name.to_owned(),
            value,
            seen: true,
            ..Entity::default()
        });
        Some(records.collect())
    }

    /// Fills a list that no call can fill with the contract's examples: some of each, one in every state worth showing.
    pub(super) fn seed(
        &mut self,
        name: &str,
        resource: &ResourceKind,
        scope: &BTreeMap<String, String>,
        mut examples: Vec<Value>,
    ) {
        if examples.is_empty() {
            examples.push(example::from_schema(&self.api.contract, &resource.schema));
        }
        let states = resource
            .lifecycle
            .as_ref()
            .map(|life| life.showcase(self.api.contract.extensions.owner()))
            .unwrap_or_default();
        let many = if resource.id_member.is_some() {
            states.len().max(examples.len()).max(3)
        } else {
            examples.len()
        };
        for index in (0..many).rev() {
            let mut value = examples[index % examples.len()].clone();
            let past = i64::try_from(index).unwrap_or(0) * 60;
            json::shift_times(
                &mut value,
                Instant {
                    seconds: self.now.seconds - past,
                    nanos: 0,
                },
            );
            self.put_scope(&resource.schema, resource.id_member.as_deref(), scope, &mut value);
            self.fresh(resource, &mut value);
            if let Some(state) = states.get(index % states.len().max(1)) {
                resource.set_state(&mut value, state);
            }
            let at = self.keep(name, resource, scope.clone(), value, None);
            self.change().begin(at);
        }
    }
}
