//! In: a contract. Out: what its resources are: which member is the id, which one the state, who creates and who reads them, and
//! which members name others (`x-newtype`). Never: a resource's content.

use crate::contract::Contract;
use crate::encode::plain_name;
use crate::json;
use crate::lifecycle::Lifecycle;
use crate::operation::{Operation, Parameter};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A kind of resource: a schema that an operation answers with, or lists.
#[derive(Debug, Clone)]
pub(crate) struct ResourceKind {
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
    /// The schema of the parameter with its id if the path and not an `x-newtype` names the kind.
    pub(crate) parameter: Option<Value>,
}

impl ResourceKind {
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

/// A kind of resource in a response.
struct NamedSchema<'a> {
    name: String,
    schema: &'a Value,
}

impl<'a> NamedSchema<'a> {
    /// Returns the kind that an operation answers with, unless it is a list.
    fn answered(operation: &'a Operation) -> Option<Self> {
        if operation.pagination.is_some() {
            return None;
        }
        let first = || Some(Self::with_schema(operation, &operation.answers.first()?.schema));
        Self::named_by_path(operation).or_else(first)
    }

    /// Returns the kind that an operation lists.
    fn listed(contract: &'a Contract, operation: &'a Operation) -> Option<Self> {
        let pointer = operation.items()?;
        let schema = &operation.answers.first()?.schema;
        let item = contract.schema_at(schema, &json::tokens(&format!("{pointer}/*")))?;
        Some(Self::named_by_path(operation).unwrap_or_else(|| Self::with_schema(operation, item)))
    }

    fn named_by_path(operation: &'a Operation) -> Option<Self> {
        let identity = operation.identity.as_ref()?;
        Some(Self {
            name: identity.name.clone(),
            schema: &identity.schema,
        })
    }

    fn with_schema(operation: &Operation, schema: &'a Value) -> Self {
        let name = Contract::component(schema).unwrap_or_else(|| format!("the response of {}", operation.id));
        Self { name, schema }
    }
}

/// All kinds by schema name.
#[derive(Debug, Default)]
pub(crate) struct Model {
    pub(crate) resources: BTreeMap<String, ResourceKind>,
}

impl Model {
    pub(crate) fn new(contract: &Contract) -> Self {
        let mut resources = BTreeMap::new();
        for operation in &contract.operations {
            let listed = NamedSchema::listed(contract, operation).into_iter();
            for kind in listed.chain(NamedSchema::answered(operation)) {
                if !resources.contains_key(&kind.name) {
                    resources.insert(kind.name.clone(), describe(contract, &kind));
                }
            }
        }
        Self { resources }
    }

    /// The states of a kind of resource.
    pub(crate) fn states<'a>(&'a self, contract: &'a Contract, name: &str) -> Vec<&'a str> {
        let resource = self.resources.get(name);
        resource.map_or_else(Vec::new, |resource| resource.states(contract))
    }

    pub(crate) fn is_id(&self, kind: &str) -> bool {
        self.by_id(kind).is_some()
    }

    /// The resource with ids of this kind that can be read by them, or else any.
    pub(crate) fn by_id(&self, kind: &str) -> Option<(&String, &ResourceKind)> {
        let resources = self.resources.iter();
        let mut all = resources.filter(|(_, resource)| resource.id_kind.as_deref() == Some(kind));
        let first = all.clone().next();
        all.find(|(_, resource)| resource.readable).or(first)
    }

    /// Returns the name of the kind of resource that an operation answers with, unless it is a list.
    pub(crate) fn answered(operation: &Operation) -> Option<String> {
        NamedSchema::answered(operation).map(|kind| kind.name)
    }

    /// Returns the name of the kind of resource that an operation lists.
    pub(crate) fn listed(contract: &Contract, operation: &Operation) -> Option<String> {
        NamedSchema::listed(contract, operation).map(|kind| kind.name)
    }
}

fn describe(contract: &Contract, kind: &NamedSchema<'_>) -> ResourceKind {
    let operations = contract.operations.iter();
    let answers = |one: &&Operation| NamedSchema::answered(one).is_some_and(|known| known.name == kind.name);
    let answering: Vec<&Operation> = operations.clone().filter(answers).collect();
    let lists = |one: &&Operation| NamedSchema::listed(contract, one).is_some_and(|known| known.name == kind.name);
    let listing = operations.clone().find(lists);
    let mut identities = operations.filter_map(|one| one.identity.as_deref());
    let identity = identities.find(|identity| identity.name == kind.name);
    let (id_member, id_kind) = if let Some(identity) = identity {
        (Some(identity.id_member.clone()), Some(identity.id_kind.clone()))
    } else {
        let found = id_member(contract, kind, &answering, listing);
        found.map(|member| (member.name.to_owned(), member.kind)).unzip()
    };
    let has_id_in_path = |one: &Operation| {
        let mut path = one.path_parameters();
        path.any(|parameter| Some(&parameter.kind) == id_kind.as_ref())
    };
    let state = contract
        .properties(kind.schema)
        .into_iter()
        .find_map(|(member, property)| {
            let life = contract.word(property, "x-lifecycle")?;
            Some((member.to_owned(), Lifecycle::new(life)))
        });
    let (state_member, lifecycle) = state.unzip();
    ResourceKind {
        schema: kind.schema.clone(),
        creatable: answering.iter().any(|one| !one.safe() && !has_id_in_path(one)),
        readable: answering.iter().any(|one| one.safe() && has_id_in_path(one)),
        parameter: identity.map(|identity| identity.parameter.clone()),
        listed: listing.is_some(),
        id_member,
        id_kind,
        state_member,
        lifecycle,
    }
}

/// A member of a resource, with the kind of id that it would be.
struct IdCandidate<'a> {
    name: &'a str,
    kind: String,
    property: &'a Value,
}

impl IdCandidate<'_> {
    fn is_in(&self, parameter: &Parameter) -> bool {
        self.name == parameter.name || self.kind == parameter.kind
    }
}

/// Returns the member that is the id. A path that ends in it shows it; else it is the likeliest one that is neither in the path nor
/// in the body of the call that creates the resource.
fn id_member<'a>(
    contract: &'a Contract,
    kind: &NamedSchema<'a>,
    answering: &[&Operation],
    listing: Option<&Operation>,
) -> Option<IdCandidate<'a>> {
    let members = contract.properties(kind.schema).into_iter();
    let members = members.map(|(name, property)| IdCandidate {
        name,
        kind: contract.kind(name, property),
        property,
    });
    let ends = answering.iter().filter_map(|one| {
        let last = one.path_parameters().next_back()?;
        one.template.ends_with(&format!("{{{}}}", last.name)).then_some(last)
    });
    for last in ends {
        if let Some(member) = members.clone().find(|member| member.is_in(last)) {
            return Some(member);
        }
    }
    let makers = answering.iter().copied().filter(|one| !one.safe());
    let maker = makers.min_by_key(|one| (!one.has_status(201), one.template.matches('/').count()));
    let maker = maker.or(listing)?;
    let sent = maker.bodies().flat_map(|(_, schema)| contract.properties(schema));
    let sent: Vec<&str> = sent.map(|(member, _)| member).collect();
    let in_paths = contract.operations.iter().flat_map(Operation::path_parameters);
    let in_paths: BTreeSet<&str> = in_paths.map(|parameter| parameter.kind.as_str()).collect();
    let is_candidate = |member: &IdCandidate<'_>| {
        // Not every newtype is an id: amounts and assets are newtypes, too.
        let looks = is_id_name(member.name) || is_id_name(&member.kind) || in_paths.contains(member.kind.as_str());
        let is_text = matches!(contract.type_of(member.property), Some("string" | "integer"));
        looks && is_text && !maker.path_parameters().any(|parameter| member.is_in(parameter))
    };
    let name = plain_name(&kind.name);
    members.filter(is_candidate).min_by_key(|member| {
        let plain = plain_name(member.name);
        // The reasons for a member, the strongest first.
        let reasons = [
            !sent.contains(&member.name),
            name.contains(plain.trim_end_matches("id")),
            in_paths.contains(member.kind.as_str()),
            plain.ends_with("id"),
        ];
        reasons.map(|is_so| !is_so)
    })
}

fn is_id_name(name: &str) -> bool {
    name == "id" || ["Id", "ID", "_id", "-id"].iter().any(|end| name.ends_with(end))
}

/// The id of a resource in a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ResourceReference {
    pub(crate) pointer: String,
    /// The member.
    pub(crate) member: String,
    pub(crate) kind: String,
    pub(crate) id: String,
    /// `true` for one of many.
    pub(crate) in_list: bool,
}

/// The name of a resource in rules: that of the member or parameter with its id, without `Id`.
pub(crate) fn reference_name(member: &str, kind: &str) -> String {
    let stem = |text: &str| {
        let ends = ["Id", "ID", "_id", "-id"].iter().find_map(|end| text.strip_suffix(end));
        ends.unwrap_or(text).to_owned()
    };
    let stem = if member.eq_ignore_ascii_case("id") {
        stem(kind)
    } else {
        stem(member)
    };
    let mut letters = stem.replace('-', "_").chars().collect::<Vec<_>>();
    if let Some(first) = letters.first_mut() {
        *first = first.to_ascii_lowercase();
    }
    letters.into_iter().collect()
}

/// The kind of resource that a member names.
fn named_kind<'a>(contract: &'a Contract, model: &Model, property: &'a Value) -> Option<&'a str> {
    let kind = contract.text(property, "x-newtype")?;
    model.is_id(kind).then_some(kind)
}

/// The references of a value.
pub(crate) fn references(contract: &Contract, model: &Model, schema: &Value, value: &Value) -> Vec<ResourceReference> {
    let mut found = Vec::new();
    contract.visit(schema, value, "", &mut |pointer, schema, value| {
        let Some((kind, id)) = named_kind(contract, model, schema).zip(json::id(value)) else {
            return;
        };
        let (indices, mut names): (Vec<_>, Vec<_>) = json::tokens(pointer)
            .into_iter()
            .partition(|token| token.parse::<usize>().is_ok());
        found.push(ResourceReference {
            pointer: pointer.to_owned(),
            member: names.pop().unwrap_or_default(),
            kind: kind.to_owned(),
            id,
            in_list: !indices.is_empty(),
        });
    });
    found
}

/// The members of a schema, at any depth but not in lists, that name a resource: each with its kind.
pub(crate) fn declared_references(contract: &Contract, model: &Model, schema: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    collect(contract, model, schema, 0, &mut found);
    found
}

fn collect(contract: &Contract, model: &Model, schema: &Value, depth: usize, found: &mut Vec<(String, String)>) {
    if depth > 6 {
        return;
    }
    for (member, property) in contract.properties(schema) {
        match named_kind(contract, model, property) {
            Some(kind) => found.push((member.to_owned(), kind.to_owned())),
            None => collect(contract, model, property, depth + 1, found),
        }
    }
}
