//! In: a contract. Out: what its resources are: which member is the id, which one the state, who creates and who reads
//! them. Never: a resource's content.

use crate::contract::Contract;
use crate::encode::plain_name;
use crate::json;
use crate::lifecycle::Lifecycle;
use crate::operation::{Operation, Parameter};
use serde_json::Value;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// A kind of resource: a schema that an operation answers with, or lists.
#[derive(Debug, Clone)]
pub(crate) struct Resource {
    pub(crate) schema: Value,
    pub(crate) id_member: Option<String>,
    pub(crate) id_kind: Option<String>,
    pub(crate) state_member: Option<String>,
    pub(crate) lifecycle: Option<Lifecycle>,
    /// `true` if a call creates resources of this kind.
    pub(crate) creatable: bool,
    /// `true` if one of them can be read by its id.
    pub(crate) readable: bool,
    /// `true` if a list has them.
    pub(crate) listed: bool,
    /// The schema of the parameter with its id, where the path and not an `x-newtype` names the kind.
    pub(crate) parameter: Option<Value>,
}

impl Resource {
    /// The schema of the member with the state.
    pub(crate) fn state_property<'a>(&'a self, contract: &'a Contract) -> Option<&'a Value> {
        contract.property(&self.schema, self.state_member.as_deref()?)
    }

    /// The component that lists the states; kinds with the same one have states in common.
    pub(crate) fn state_component(&self, contract: &Contract) -> Option<String> {
        Contract::component(self.state_property(contract)?)
    }

    /// The states, in the order of the contract.
    pub(crate) fn states<'a>(&'a self, contract: &'a Contract) -> Vec<&'a str> {
        let property = self.state_property(contract);
        let listed = property.and_then(|property| contract.listed(property, "enum"));
        listed.into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// The state of one of them.
    pub(crate) fn state<'v>(&self, value: &'v Value) -> Option<&'v str> {
        value.get(self.state_member.as_deref()?)?.as_str()
    }

    /// Puts one of them into a state, if this kind has states.
    pub(crate) fn set_state(&self, value: &mut Value, state: &str) {
        if let Some(member) = &self.state_member {
            json::put(value, member, state.into());
        }
    }

    /// The state in which each of them begins.
    pub(crate) fn initial(&self) -> Option<&str> {
        self.lifecycle.as_ref()?.initial.as_deref()
    }
}

/// All kinds by schema name.
#[derive(Debug, Default)]
pub(crate) struct Model {
    pub(crate) resources: BTreeMap<String, Resource>,
}

impl Model {
    pub(crate) fn of(contract: &Contract) -> Self {
        let mut model = Self::default();
        for operation in &contract.operations {
            for (name, schema) in Self::item(contract, operation)
                .into_iter()
                .chain(Self::answered(operation))
            {
                if let Entry::Vacant(place) = model.resources.entry(name) {
                    let resource = describe(contract, place.key(), &schema);
                    place.insert(resource);
                }
            }
        }
        model
    }

    /// The states of a kind of resource.
    pub(crate) fn states<'a>(&'a self, contract: &'a Contract, name: &str) -> Vec<&'a str> {
        let resource = self.resources.get(name);
        resource.map_or_else(Vec::new, |resource| resource.states(contract))
    }

    pub(crate) fn is_id(&self, kind: &str) -> bool {
        self.resources
            .values()
            .any(|resource| resource.id_kind.as_deref() == Some(kind))
    }

    /// The resource with ids of this kind that can be read by them, or else any.
    pub(crate) fn by_id(&self, kind: &str) -> Option<(&String, &Resource)> {
        let all = || {
            self.resources
                .iter()
                .filter(|(_, resource)| resource.id_kind.as_deref() == Some(kind))
        };
        all().find(|(_, resource)| resource.readable).or_else(|| all().next())
    }

    /// Returns the kind of resource that an operation answers with, unless it is a list.
    pub(crate) fn answered(operation: &Operation) -> Option<(String, Value)> {
        if operation.pagination.is_some() {
            return None;
        }
        if let Some(identity) = &operation.identity {
            return Some((identity.name.clone(), identity.schema.clone()));
        }
        let schema = &operation.answers.first()?.schema;
        Some((name(operation, schema), schema.clone()))
    }

    /// Returns the kind of resource that an operation lists.
    pub(crate) fn item(contract: &Contract, operation: &Operation) -> Option<(String, Value)> {
        let pointer = operation.items()?;
        let schema = &operation.answers.first()?.schema;
        let item = contract.schema_at(schema, &json::tokens(&format!("{pointer}/*")))?;
        if let Some(identity) = &operation.identity {
            return Some((identity.name.clone(), identity.schema.clone()));
        }
        Some((name(operation, item), item.clone()))
    }
}

fn name(operation: &Operation, schema: &Value) -> String {
    Contract::component(schema).unwrap_or_else(|| format!("the response of {}", operation.id))
}

fn describe(contract: &Contract, name: &str, schema: &Value) -> Resource {
    let answers = |operation: &&Operation| Model::answered(operation).is_some_and(|(known, _)| known == name);
    let lists = |operation: &&Operation| Model::item(contract, operation).is_some_and(|(known, _)| known == name);
    let mut identities = contract.operations.iter().filter_map(|one| one.identity.as_deref());
    let identity = identities.find(|identity| identity.name == name);
    let (id_member, id_kind) = if let Some(identity) = identity {
        (Some(identity.id_member.clone()), Some(identity.id_kind.clone()))
    } else {
        let member = id_member(contract, name, schema, &answers, &lists);
        let kind = member.as_ref().and_then(|member| {
            let property = contract.property(schema, member)?;
            Some(contract.kind(member, property))
        });
        (member, kind)
    };
    let own = |parameter: &Parameter| Some(&parameter.kind) == id_kind.as_ref();
    let all = || contract.operations.iter().filter(answers);
    let state = contract.properties(schema).into_iter().find_map(|(member, property)| {
        let life = contract.word(property, "x-lifecycle")?;
        Some((member.to_owned(), Lifecycle::read(life)))
    });
    let (state_member, lifecycle) = state.unzip();
    Resource {
        schema: schema.clone(),
        creatable: all().any(|operation| !operation.safe() && !operation.path_parameters().any(own)),
        readable: all().any(|operation| operation.safe() && operation.path_parameters().any(own)),
        parameter: identity.map(|identity| identity.parameter.clone()),
        listed: contract.operations.iter().any(|operation| lists(&operation)),
        id_member,
        id_kind,
        state_member,
        lifecycle,
    }
}

/// The member that is the id. A path that ends in it says so; else it is the member that looks like an id and is
/// neither in the path nor in the body of the call that makes it.
fn id_member(
    contract: &Contract,
    name: &str,
    schema: &Value,
    answers: &dyn Fn(&&Operation) -> bool,
    lists: &dyn Fn(&&Operation) -> bool,
) -> Option<String> {
    let members = contract.properties(schema);
    let same = |parameter: &Parameter, member: &str, property: &Value| {
        member == parameter.name || contract.kind(member, property) == parameter.kind
    };
    let of_path = contract.operations.iter().filter(answers).find_map(|operation| {
        let last = operation.path_parameters().next_back()?;
        let ends = operation.template.ends_with(&format!("{{{}}}", last.name));
        let mut own = members.iter();
        let own = own.find(|(member, property)| ends && same(last, member, property));
        own.map(|(member, _)| (*member).to_owned())
    });
    if of_path.is_some() {
        return of_path;
    }
    let makers = contract.operations.iter().filter(answers).filter(|one| !one.safe());
    let maker = makers.min_by_key(|one| (!one.has_status(201), one.template.matches('/').count()));
    let maker = maker.or_else(|| contract.operations.iter().find(lists))?;
    let sent: Vec<&str> = maker
        .bodies()
        .flat_map(|(_, schema)| contract.properties(schema))
        .map(|(member, _)| member)
        .collect();
    let in_a_path = |kind: &str| {
        let mut all = contract.operations.iter().flat_map(Operation::path_parameters);
        all.any(|parameter| parameter.kind == kind)
    };
    let candidates = members.into_iter().filter(|(member, property)| {
        // Not every newtype is an id: amounts and assets are newtypes, too.
        let kind = contract.kind(member, property);
        let looks = is_id_name(member) || is_id_name(&kind) || in_a_path(&kind);
        let mut path = maker.path_parameters();
        looks
            && matches!(contract.type_of(property), Some("string" | "integer"))
            && !path.any(|parameter| same(parameter, member, property))
    });
    let rank = |member: &str, property: &Value| {
        let kind = contract.kind(member, property);
        let in_path = in_a_path(&kind);
        let stem = plain_name(member).trim_end_matches("id").to_owned();
        (
            sent.contains(&member),
            !plain_name(name).contains(&stem),
            !in_path,
            !plain_name(member).ends_with("id"),
        )
    };
    candidates
        .min_by_key(|(member, property)| rank(member, property))
        .map(|(member, _)| member.to_owned())
}

fn is_id_name(name: &str) -> bool {
    name == "id" || ["Id", "ID", "_id", "-id"].iter().any(|end| name.ends_with(end))
}
