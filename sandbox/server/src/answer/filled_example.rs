//! In: an example of the contract and what is known of the call. Out: the example with ids, members and states of here.
//! Never: a member that the schema does not have.

use super::Answering;
use crate::contract::Contract;
use crate::json;
use crate::model::ResourceKind;
use serde_json::Value;
use std::collections::BTreeMap;

impl Answering<'_> {
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
