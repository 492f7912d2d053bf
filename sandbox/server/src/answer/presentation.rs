//! In: a resource that the path of an operation names, or an example of the contract. Out: the same in the form of the response,
//! with ids, members and states of here. Never: a resource whose kind the contract names (`x-newtype`), except as it is, or a
//! member that the schema does not have.

use super::Answering;
use crate::contract::Contract;
use crate::example;
use crate::json;
use crate::log::Call;
use crate::model::ResourceKind;
use crate::operation::{Parameter, Response};
use crate::problem::{self, Problem};
use crate::records::Entity;
use serde_json::Value;
use std::collections::BTreeMap;

impl Answering<'_> {
    /// The body of a response with a resource; `None` for a response without content.
    pub(super) fn shown(&self, at: usize, answer: &Response) -> Option<Value> {
        answer.media.as_ref()?;
        let record = &self.state.records[at];
        let identity = self.operation.identity.as_ref().filter(|one| one.name == record.schema);
        let Some(identity) = identity else {
            return Some(record.value.clone());
        };
        let mut body = self.example(answer);
        json::shift_times(&mut body, self.now);
        let Some(pointer) = &self.operation.inside else {
            return Some(body);
        };
        let schema = self
            .api
            .contract
            .schema_at(&answer.schema, &json::tokens(pointer))
            .unwrap_or(&Value::Null);
        let inner = if *schema == identity.schema {
            record.value.clone()
        } else {
            self.in_form(schema, &record.value, body.pointer(pointer).cloned())
        };
        json::set(&mut body, pointer, inner);
        Some(body)
    }

    /// A resource with the members of another schema. What it has not comes from an example.
    fn in_form(&self, schema: &Value, value: &Value, example: Option<Value>) -> Value {
        let example = example.filter(Value::is_object);
        let mut out = example.unwrap_or_else(|| example::from_schema(&self.api.contract, schema));
        for (member, property) in self.api.contract.properties(schema) {
            let pointer = format!("/{}", json::token(member));
            let fits = |given: &&Value| self.api.is_answer(property, given);
            match value.get(member).filter(fits) {
                Some(given) => json::set(&mut out, &pointer, given.clone()),
                None if !self.api.contract.requires(schema, member) => json::remove(&mut out, &pointer),
                None => {}
            }
        }
        out
    }

    /// The example of a resource that is made: one with all its members, where another operation shows more of it.
    pub(super) fn whole_example(&self, answer: &Response) -> Value {
        let Some(identity) = &self.operation.identity else {
            return self.example(answer);
        };
        let is_whole = |example: &&Value| self.api.is_answer(&identity.schema, example);
        let pointer = self.operation.inside.as_ref();
        let own = pointer.and_then(|pointer| answer.example.as_ref()?.pointer(pointer));
        let own = own.filter(is_whole);
        let known = own.or_else(|| identity.example.as_ref().filter(is_whole)).cloned();
        known.unwrap_or_else(|| example::from_schema(&self.api.contract, &identity.schema))
    }

    /// All of a list on its only page.
    pub(super) fn whole_list(&self, answer: &Response, records: Vec<Entity>, mut page: Value) -> Value {
        let pointer = self.operation.items().unwrap_or_default();
        let mut tokens = json::tokens(pointer);
        tokens.push("*".to_owned());
        let item = self.api.contract.schema_at(&answer.schema, &tokens);
        let item = item.unwrap_or(&Value::Null);
        let identity = self.operation.identity.as_ref();
        let is_same = identity.is_some_and(|identity| identity.schema == *item);
        let shown = records.into_iter().map(|record| {
            if is_same {
                record.value
            } else {
                self.in_form(item, &record.value, None)
            }
        });
        let items: Vec<Value> = shown.collect();
        self.end_page(&answer.schema, items.len(), &mut page);
        json::set(&mut page, pointer, Value::Array(items));
        page
    }

    /// Sets the members beside the items as those of the last page: counts, `hasMore`, and no next one.
    fn end_page(&self, schema: &Value, count: usize, page: &mut Value) {
        for (member, property) in self.api.contract.properties(schema) {
            let Some(value) = page.get_mut(member) else { continue };
            let name = member.to_ascii_lowercase();
            let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
            match self.api.contract.type_of(property) {
                Some("boolean") if has(&["more", "next", "prev", "truncated"]) => *value = false.into(),
                Some("boolean") if has(&["done", "last", "end"]) => *value = true.into(),
                Some("integer" | "number") if has(&["total", "count"]) => *value = count.into(),
                Some("object")
                    if matches!(name.as_str(), "next" | "prev" | "previous")
                        && !self.api.contract.requires(schema, member) =>
                {
                    json::remove(page, &format!("/{}", json::token(member)));
                }
                Some("object") if !self.api.contract.requires(schema, member) || value.is_object() => {
                    self.end_page(property, count, value);
                }
                _ if has(&["next", "prev", "cursor", "iterator", "after", "before"]) => {
                    let fits = |end: &Value| self.api.is_answer(property, end);
                    if !self.api.contract.requires(schema, member) {
                        json::remove(page, &format!("/{}", json::token(member)));
                    } else if let Some(end) = [Value::Null, Value::from("")].into_iter().find(fits) {
                        *value = end;
                    }
                }
                _ => {}
            }
        }
    }

    /// The place of the resource with this id, which belongs to the resources before it in the path.
    pub(super) fn known(&self, kind: &str, id: &str, owners: &[usize]) -> Option<usize> {
        let records = &self.state.records;
        let scope = self.scope(owners);
        let (_, resource) = self.api.model.by_id(kind)?;
        records.find_owned(kind, id, &scope).or_else(|| {
            // A caller's own id is as good as that of the server.
            resource.parameter.as_ref()?;
            let has_uid = |record: &Entity| record.value.get("uid").and_then(Value::as_str) == Some(id);
            records
                .iter()
                .rposition(|record| record.is_owned(kind, &scope) && has_uid(record))
        })
    }

    /// Returns `true` if a resource exists under each id: the contract has no call that makes or lists one, or this call is about
    /// something that belongs to it.
    pub(super) fn is_presumed(&self, parameter: &Parameter) -> bool {
        let Some((name, resource)) = self.api.model.by_id(&parameter.kind) else {
            return false;
        };
        let last = self.operation.path_parameters().next_back();
        let is_itself = self.operation.identity.as_ref().is_some_and(|one| one.name == *name)
            && last.is_some_and(|last| last.name == parameter.name)
            && self.operation.pagination.is_none();
        resource.parameter.is_some() && !resource.creatable && !(is_itself && resource.listed)
    }

    /// Returns `true` if this deletion leaves nothing to be read: its response is not the resource.
    pub(super) fn removes(&self) -> bool {
        let answer = self.operation.answers.first();
        self.operation.identity.as_ref().is_some_and(|identity| {
            let inner = self.operation.inside.as_ref().zip(answer);
            let inner = inner.and_then(|(pointer, answer)| {
                let tokens = json::tokens(pointer);
                self.api.contract.schema_at(&answer.schema, &tokens)
            });
            inner != Some(&identity.schema)
        })
    }

    /// Takes the id that the body of a creation gives, or refuses one that something else has.
    pub(super) fn own_id_is_free(&mut self, name: &str, around: &[usize], call: &mut Call) -> Result<(), Problem> {
        let Some(identity) = self.operation.identity.as_ref().filter(|one| one.name == name) else {
            return Ok(());
        };
        let request = self.input.schema.clone().unwrap_or_default();
        let declared = self.api.contract.property(&request, &identity.id_member);
        let is_declared = declared.is_some_and(|property| !self.api.contract.is_set(property, "readOnly"));
        let body = self.input.body.as_ref().filter(|_| is_declared);
        let given = body.and_then(|body| json::id(body.get(&identity.id_member)?));
        let Some(id) = given.filter(|_| self.own_id.is_none()) else {
            return Ok(());
        };
        if self.known(&identity.id_kind, &id, around).is_some() {
            let note = format!("There already is one with this {}.", identity.id_member);
            call.fail("owner", &note);
            return Err(problem::taken(note));
        }
        self.own_id = Some(id);
        Ok(())
    }

    /// Puts ids of the scope and of the path into the members that carry them.
    pub(super) fn put_scope(
        &self,
        schema: &Value,
        own: Option<&str>,
        scope: &BTreeMap<String, String>,
        value: &mut Value,
    ) {
        for (member, property) in self.api.contract.properties(schema) {
            let kind = self.api.contract.kind(member, property);
            let id = scope.get(&kind).or_else(|| self.input.path.get(member));
            let Some(inner) = value.get_mut(member).filter(|_| own != Some(member)) else {
                continue;
            };
            match (inner, id) {
                (Value::Array(items), _) => {
                    if let Some(item) = self.api.contract.word(property, "items") {
                        for value in items {
                            self.put_scope(item, None, scope, value);
                        }
                    }
                }
                (inner @ Value::Object(_), _) => self.put_scope(property, None, scope, inner),
                (inner, Some(id)) => *inner = self.api.contract.id(property, id),
                _ => {}
            }
        }
    }

    /// Puts members of the body into the members of the same name; what the body leaves out, the answer of a creation does too, and a
    /// null where the answer has none removes what was there. A member that the contract does not have in this body says nothing: otherwise a request could name its own expiry or fee.
    pub(super) fn put_body(&self, resource: &ResourceKind, is_new: bool, value: &mut Value) {
        let Some(Value::Object(body)) = &self.input.body else {
            return;
        };
        let fixed = [resource.id_member.as_deref(), resource.state_member.as_deref()];
        let contract = &self.api.contract;
        let request = self.input.schema.clone().unwrap_or_default();
        let declared = self.api.contract.properties(&request);
        let is_servers = |property: &Value| contract.is_set(property, "readOnly");
        let is_declared = |member: &str| {
            let mut own = declared.iter().filter(|(known, _)| *known == member);
            declared.is_empty() || own.next().is_some_and(|(_, property)| !is_servers(property))
        };
        for (member, property) in self.api.contract.properties(&resource.schema) {
            if fixed.contains(&Some(member)) || is_servers(property) {
                continue;
            }
            let pointer = format!("/{}", json::token(member));
            if self.api.contract.is_write_only(property) {
                json::remove(value, &pointer);
                continue;
            }
            match body.get(member).filter(|_| is_declared(member)) {
                Some(given) if self.is_value(resource, member, given) => {
                    json::set(value, &pointer, given.clone());
                }
                Some(Value::Null) if !contract.requires(&resource.schema, member) => json::remove(value, &pointer),
                None if is_new
                    && !contract.requires(&resource.schema, member)
                    && contract
                        .property(&request, member)
                        .is_some_and(|property| !is_servers(property)) =>
                {
                    json::remove(value, &pointer);
                }
                _ => {}
            }
        }
    }

    /// Returns `true` for a value of a member, in any alternative of the schema.
    fn is_value(&self, resource: &ResourceKind, member: &str, given: &Value) -> bool {
        let mut properties = self.api.contract.all_of(&resource.schema, member).into_iter();
        properties.any(|property| self.api.is_answer(property, given))
    }

    /// In an overview, ids of what was made for the same owner become the latest ones, and states beside them follow.
    pub(super) fn point_to_latest(
        &mut self,
        schema: &Value,
        scope: &BTreeMap<String, String>,
        value: &mut Value,
        depth: usize,
    ) {
        let contract = &self.api.contract;
        match value {
            Value::Array(items) => {
                let item = contract.word(schema, "items").cloned().unwrap_or_default();
                for value in items {
                    self.point_to_latest(&item, scope, value, depth + 1);
                }
            }
            Value::Object(members) if depth < 16 => {
                for (member, property) in contract.properties(schema) {
                    let kind = contract.kind(member, property);
                    if scope.contains_key(&kind) {
                        continue;
                    }
                    let places = self.state.records.owned(scope).into_iter();
                    let is_of_kind = |at: &usize| self.state.records[*at].id_kind.as_deref() == Some(&kind);
                    if let Some(at) = places.rev().find(is_of_kind) {
                        self.glance(at);
                        self.want_state(at);
                        self.copy_latest(schema, member, at, members);
                    } else if self.never_made(&kind) && !contract.requires(schema, member) {
                        self.forget(schema, member, &kind, members);
                    } else if let Some(value) = members.get_mut(member) {
                        self.point_to_latest(property, scope, value, depth + 1);
                    }
                }
            }
            _ => {}
        }
    }

    /// Returns `true` if an example's id of this kind would name nothing: calls make such resources, or the contract lists all that exists.
    pub(super) fn never_made(&self, kind: &str) -> bool {
        let resource = self.api.model.by_id(kind).map(|(_, resource)| resource);
        resource.is_some_and(|resource| resource.creatable || self.api.contract.has_seed())
    }

    /// Leaves out an id of nothing, and the state beside it.
    pub(super) fn forget(
        &self,
        schema: &Value,
        member: &str,
        kind: &str,
        members: &mut serde_json::Map<String, Value>,
    ) {
        let contract = &self.api.contract;
        let state = self.api.model.by_id(kind);
        let state = state.and_then(|(_, resource)| resource.state_component(contract));
        members.remove(member);
        for (name, property) in self.api.contract.properties(schema) {
            if state.is_some() && Contract::component(property) == state && !contract.requires(schema, name) {
                members.remove(name);
            }
        }
    }

    pub(super) fn copy_latest(
        &self,
        schema: &Value,
        member: &str,
        at: usize,
        members: &mut serde_json::Map<String, Value>,
    ) {
        let record = &self.state.records[at];
        let property = self.api.contract.property(schema, member).unwrap_or(&Value::Null);
        let id = record.id.as_ref().map(|id| self.api.contract.id(property, id));
        members.insert(member.to_owned(), id.unwrap_or(Value::Null));
        let Some((resource, state)) = self.state_of(at) else {
            return;
        };
        let Some(known) = resource.state_component(&self.api.contract) else {
            return;
        };
        for (name, property) in self.api.contract.properties(schema) {
            if Contract::component(property).as_deref() == Some(&known) {
                members.insert(name.to_owned(), Value::String(state.to_owned()));
            }
        }
    }
}
