//! In: the operations of a contract that does not name the types of its ids. Out: the kind of resource that each operation is about, by
//! its path. Never: a parameter whose type the contract names (`x-newtype`), or a list that it describes (`x-pagination`).

use crate::contract::Contract;
use crate::encode::plain_name;
use crate::json;
use crate::operation::{Operation, Parameter, PathIdentity};
use serde_json::{Value, json};
use std::sync::Arc;

/// A kind of resource under the path that ends in its id.
struct FoundKind {
    /// The path, with `{}` for each parameter.
    position: String,
    /// The path of its list.
    collection: String,
    parameter: String,
    /// The schema of the response in which it was found.
    response: Value,
    identity: Arc<PathIdentity>,
}

/// Sets the kind of resource of each operation, the kinds of the ids in its path, and the place of the items of a list.
pub(crate) fn assign(contract: &Contract, operations: &mut [Operation]) {
    let mut kinds = KindFinder {
        contract,
        found: Vec::new(),
    };
    for method in ["GET", "PUT", "PATCH", "POST"] {
        for operation in operations.iter().filter(|operation| operation.method == method) {
            let next = if method == "POST" {
                kinds.of_creation(operations, operation)
            } else {
                kinds.of_item(operation)
            };
            kinds.found.extend(next);
        }
    }
    for operation in operations {
        kinds.set_identity(operation);
        kinds.set_id_kinds(operation);
    }
}

/// The last segment of a path, if it is one parameter, with what is before it and after it.
struct PathEnd<'a> {
    before: &'a str,
    name: &'a str,
    after: &'a str,
}

impl<'a> PathEnd<'a> {
    fn new(template: &'a str) -> Option<Self> {
        let (before, last) = template.trim_end_matches('/').rsplit_once('/')?;
        let (name, after) = last.strip_prefix('{')?.split_once('}')?;
        (!after.contains('{')).then_some(Self { before, name, after })
    }

    fn position(&self) -> String {
        format!("{}/{{}}", erased(self.before))
    }
}

/// A path with `{}` for each parameter.
fn erased(template: &str) -> String {
    let mut parts = template.split('{');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str("{}");
        text.push_str(part.split_once('}').map_or("", |(_, rest)| rest));
    }
    text
}

/// The path of an operation, which is that of a list if it does not end in an id.
fn collection(operation: &Operation) -> String {
    erased(operation.template.trim_end_matches('/'))
}

fn position(template: &str, name: &str) -> Option<String> {
    let end = template.find(&format!("{{{name}}}"))?;
    Some(format!("{}{{}}", erased(&template[..end])))
}

fn untyped<'a>(operation: &'a Operation, name: &str) -> Option<&'a Parameter> {
    let mut parameters = operation.path_parameters();
    parameters.find(|parameter| parameter.name == name && parameter.kind == parameter.name)
}

/// The kinds of resources that were found.
struct KindFinder<'a> {
    contract: &'a Contract,
    found: Vec<FoundKind>,
}

impl KindFinder<'_> {
    fn of_item(&self, operation: &Operation) -> Option<FoundKind> {
        let ending = PathEnd::new(&operation.template)?;
        let parameter = untyped(operation, ending.name)?;
        let position = ending.position();
        if self.found.iter().any(|known| known.position == position) {
            return None;
        }
        let collection = format!("{}{}", erased(ending.before), ending.after);
        self.find(operation, parameter, position, collection)
    }

    /// The kind of what a creation makes, if other operations name one of them by a path below it.
    fn of_creation(&self, operations: &[Operation], operation: &Operation) -> Option<FoundKind> {
        let collection = collection(operation);
        let position = format!("{collection}/{{}}");
        let is_it = |known: &FoundKind| known.position == position || known.collection == collection;
        if self.found.iter().any(is_it) {
            return None;
        }
        let of_path = operations.iter().find_map(|other| {
            let mut own = other.path_parameters();
            own.find(|one| self::position(&other.template, &one.name).as_ref() == Some(&position))
                .map(|parameter| untyped(other, &parameter.name))
        });
        let find = |parameter: &Parameter| self.find(operation, parameter, position.clone(), collection.clone());
        if let Some(parameter) = of_path {
            return find(parameter?);
        }
        // No path has its id, but a list shows it.
        let is_list = |other: &&Operation| other.method == "GET" && self::collection(other) == collection;
        let list = operations.iter().find(is_list)?;
        if self.contract.root.get("x-pagination").is_some() {
            return None;
        }
        let lists = likely_lists(self.contract, &list.answers.first()?.schema);
        let mut types = ["string", "integer"].into_iter();
        let made = types.find_map(|name| find(&Parameter::with_schema("id", &json!({ "type": name }))));
        made.filter(|made| likely_items(self.contract, &lists, &made.identity).is_some())
    }

    /// Finds the kind of resource in the response of an operation.
    fn find(
        &self,
        operation: &Operation,
        parameter: &Parameter,
        position: String,
        collection: String,
    ) -> Option<FoundKind> {
        let contract = self.contract;
        let answer = operation.answers.first()?;
        let (pointer, schema) = likely_object(contract, &answer.schema, parameter, &collection)?;
        let id_member = likely_member(contract, schema, parameter, Some(&collection))?;
        let component = Contract::component(schema);
        // A component within a response, such as metadata, can be in those of several kinds.
        let same = self.found.iter().find(|known| {
            component.as_ref() == Some(&known.identity.name)
                && known.identity.id_member == id_member
                && (pointer.is_empty() || known.response == answer.schema)
        });
        let identity = if let Some(known) = same {
            Arc::clone(&known.identity)
        } else {
            let identities = || self.found.iter().map(|known| &known.identity);
            let is_kind_free = |kind: &String| !identities().any(|known| known.id_kind == *kind);
            let is_free = |name: &String| !identities().any(|known| known.name == *name);
            let mut names = id_kinds(component.as_deref(), parameter, &collection).into_iter();
            let example = answer.example.as_ref().and_then(|example| example.pointer(&pointer));
            Arc::new(PathIdentity {
                name: component.filter(is_free).unwrap_or_else(|| position.clone()),
                schema: schema.clone(),
                example: example.filter(|example| example.is_object()).cloned(),
                id_kind: names.find(is_kind_free).unwrap_or_else(|| position.clone()),
                parameter: parameter.schema.clone(),
                id_member,
            })
        };
        Some(FoundKind {
            position,
            collection,
            parameter: parameter.name.clone(),
            response: answer.schema.clone(),
            identity,
        })
    }

    /// Sets the kind of resource that an operation reads, lists, makes or changes, and where its response has it.
    fn set_identity(&self, operation: &mut Operation) {
        let item = PathEnd::new(&operation.template).and_then(|ending| {
            untyped(operation, ending.name)?;
            let position = ending.position();
            self.found.iter().find(|known| known.position == position)
        });
        if operation.pagination.is_some() {
            return;
        }
        if item.is_none() && operation.method == "GET" {
            if self.contract.root.get("x-pagination").is_none()
                && let Some((known, items)) = self.listed(operation)
            {
                operation.identity = Some(Arc::clone(&known.identity));
                operation.pagination = Some(json!({ "items": items }));
            }
        } else if let Some((known, inside)) = self.made_or_changed(operation, item) {
            operation.identity = Some(Arc::clone(&known.identity));
            operation.inside = inside;
        }
    }

    /// The kind of resource that an operation lists, and the pointer to the items.
    fn listed(&self, operation: &Operation) -> Option<(&FoundKind, String)> {
        let answer = operation.answers.first()?;
        let path = collection(operation);
        let lists = likely_lists(self.contract, &answer.schema);
        let mut own = self.found.iter().filter(|known| known.collection == path);
        let own = own.find_map(|known| Some((known, likely_items(self.contract, &lists, &known.identity)?)));
        own.or_else(|| {
            let (pointer, item) = json::exactly_one(lists.iter().filter(|(_, item)| item.get("$ref").is_some()))?;
            Some((self.with_schema(item)?, pointer.clone()))
        })
    }

    /// The kind of resource that a response has, and the pointer to it.
    fn made_or_changed<'a>(
        &'a self,
        operation: &Operation,
        item: Option<&'a FoundKind>,
    ) -> Option<(&'a FoundKind, Option<String>)> {
        let answer = operation.answer(201)?;
        let path = collection(operation);
        let is_maker = |known: &&FoundKind| operation.method == "POST" && known.collection == path;
        if let Some(known) = item.or_else(|| self.found.iter().find(is_maker)) {
            let parameter = Parameter::with_schema(&known.parameter, &known.identity.parameter);
            let object = likely_object(self.contract, &answer.schema, &parameter, &known.collection);
            // A call that makes something else under the path of the list is not about this kind.
            if item.is_some() || object.is_some() {
                return Some((known, object.map(|(pointer, _)| pointer)));
            }
        }
        let objects = likely_objects(self.contract, &answer.schema).into_iter();
        let mut named = objects.filter(|(_, schema)| schema.get("$ref").is_some());
        named.find_map(|(pointer, schema)| Some((self.with_schema(schema)?, Some(pointer))))
    }

    fn with_schema(&self, schema: &Value) -> Option<&FoundKind> {
        self.found.iter().find(|known| known.identity.schema == *schema)
    }

    /// Names the ids in the path by the kinds of the resources that they are of.
    fn set_id_kinds(&self, operation: &mut Operation) {
        let template = operation.template.clone();
        let path = operation.parameters.iter_mut().filter(|one| one.place == "path");
        for parameter in path.filter(|one| one.kind == one.name) {
            let position = position(&template, &parameter.name);
            let own = self
                .found
                .iter()
                .find(|known| Some(&known.position) == position.as_ref());
            let mut called = self
                .found
                .iter()
                .filter(|known| known.identity.id_kind == parameter.name);
            if let Some(known) = own.or_else(|| called.next()) {
                parameter.kind.clone_from(&known.identity.id_kind);
            } else if is_general(&parameter.name) && !self.found.is_empty() {
                // A name such as `id` is of any kind.
                parameter.kind = position.unwrap_or_default();
            }
        }
    }
}

/// Names for the type of an id, the best first.
fn id_kinds(component: Option<&str>, parameter: &Parameter, collection: &str) -> Vec<String> {
    let own = Some(parameter.name.clone()).filter(|name| !is_general(name));
    let mut literals = collection
        .rsplit('/')
        .filter(|part| !part.is_empty() && !part.contains('{'));
    let stem = component.or_else(|| literals.next()).unwrap_or_default();
    own.into_iter().chain([format!("{stem}Id")]).collect()
}

// The member of a response that is the id which a path has in a parameter.

/// Names that can be the id whatever a path calls it, the most usual first.
const SURE: [&str; 7] = ["id", "gid", "uid", "uuid", "sid", "guid", "token"];
/// Names that ids of every kind have, but other members, too.
const UNSURE: [&str; 5] = ["key", "slug", "code", "name", "number"];

fn general() -> impl Iterator<Item = &'static str> {
    SURE.into_iter().chain(UNSURE)
}

/// Returns `true` for the name of an id that does not name a kind of resource.
fn is_general(name: &str) -> bool {
    let name = plain_name(name);
    general().any(|known| known == name)
}

/// The members of an object that can be the id which a path has in a parameter.
struct Candidates<'a> {
    /// Each with its plain name.
    members: Vec<(&'a str, String)>,
    /// The plain name of the parameter.
    wanted: String,
    /// Name of one item, by the path of the list.
    stem: String,
}

impl<'a> Candidates<'a> {
    fn named(&self, name: &str) -> Option<&'a str> {
        let mut members = self.members.iter();
        members.find(|(_, plain)| plain == name).map(|(member, _)| *member)
    }

    /// The only member with the name of an id that fits.
    fn only_id(&self, fits: impl Fn(&str) -> bool) -> Option<&'a str> {
        let ids = self
            .members
            .iter()
            .filter(|(member, plain)| is_id(member) && fits(plain));
        json::exactly_one(ids).map(|(member, _)| *member)
    }

    fn is_of_kind(&self, name: &str) -> bool {
        name.starts_with(&self.stem) || self.wanted.contains(name.trim_end_matches("id"))
    }
}

type Guess = for<'a> fn(&Candidates<'a>) -> Option<&'a str>;

/// Members whose name alone makes them the id, the surest first.
const BY_NAME: &[Guess] = &[
    |all| all.named(&all.wanted),
    |all| {
        general()
            .filter(|name| all.wanted.ends_with(name))
            .find_map(|name| all.named(name))
    },
    |all| SURE.into_iter().find_map(|name| all.named(name)),
];

/// Members that the path of the list makes the id, the surest first.
const BY_COLLECTION: &[Guess] = &[
    |all| all.only_id(|name| all.is_of_kind(name)),
    |all| all.only_id(|_| true),
    |all| {
        SURE.into_iter()
            .find_map(|end| all.named(&format!("{}{end}", all.stem)))
    },
];

/// The member of an object that is the id which a path has in a parameter; without a collection, only a member whose name alone
/// makes it an id.
fn likely_member(
    contract: &Contract,
    schema: &Value,
    parameter: &Parameter,
    collection: Option<&str>,
) -> Option<String> {
    let is_number = contract.is_integer(&parameter.schema);
    let fits = |property: &Value| match contract.type_of(property) {
        Some("string") => !is_number && contract.text(property, "format") != Some("date-time"),
        Some("integer") => contract.word(&parameter.schema, "format").is_none() || is_number,
        _ => false,
    };
    let members = contract.properties(schema).into_iter();
    let members = members.filter(|(_, property)| fits(property));
    let list = collection.and_then(|path| path.rsplit('/').find(|part| !part.contains('{')));
    let candidates = Candidates {
        members: members.map(|(name, _)| (name, plain_name(name))).collect(),
        wanted: plain_name(&parameter.name),
        stem: plain_name(list.unwrap_or_default()).trim_end_matches('s').to_owned(),
    };
    let by_collection = collection.map_or(&[] as &[Guess], |_| BY_COLLECTION);
    let mut guesses = BY_NAME.iter().chain(by_collection);
    guesses.find_map(|guess| guess(&candidates)).map(str::to_owned)
}

fn is_id(member: &str) -> bool {
    ["Id", "ID", "_id", "-id"].iter().any(|end| member.ends_with(end))
}

/// The object of a response that has an id for a parameter: the response itself, or its one member that has.
fn likely_object<'a>(
    contract: &'a Contract,
    schema: &'a Value,
    parameter: &Parameter,
    collection: &str,
) -> Option<(String, &'a Value)> {
    let is_sure = |schema: &Value| likely_member(contract, schema, parameter, None).is_some();
    let has_id = |schema: &Value| likely_member(contract, schema, parameter, Some(collection)).is_some();
    if is_sure(schema) {
        return Some((String::new(), schema));
    }
    let properties = contract.properties(schema).into_iter();
    let objects = properties.filter(|(_, property)| {
        contract.word(property, "items").is_none() && !contract.properties(property).is_empty()
    });
    let objects: Vec<(&str, &Value)> = objects.collect();
    let one = |fits: &dyn Fn(&Value) -> bool| {
        let (name, property) = json::exactly_one(objects.iter().filter(|(_, property)| fits(property)))?;
        Some((format!("/{}", json::token(name)), *property))
    };
    let own = || has_id(schema).then_some((String::new(), schema));
    one(&is_sure).or_else(own).or_else(|| one(&has_id))
}

/// The objects of one member of a response, each with its pointer, and the response itself.
fn likely_objects<'a>(contract: &'a Contract, schema: &'a Value) -> Vec<(String, &'a Value)> {
    let properties = contract.properties(schema);
    let is_object = |property: &Value| !contract.properties(property).is_empty();
    let scalars = || properties.iter().filter(|(_, property)| !is_object(property));
    let is_envelope = scalars().count() < 4 && !scalars().any(|(name, _)| *name == "id" || is_id(name));
    let within = properties
        .iter()
        .filter(|(_, property)| is_envelope && is_object(property));
    let within = within.map(|(name, property)| (format!("/{}", json::token(name)), *property));
    [(String::new(), schema)].into_iter().chain(within).collect()
}

/// The lists of a response: the pointer to the items of each, and their schema.
fn likely_lists<'a>(contract: &'a Contract, schema: &'a Value) -> Vec<(String, &'a Value)> {
    let is_list = |list: &Value| contract.type_of(list) == Some("array");
    let items = |list: &'a Value| contract.word(list, "items").filter(|_| is_list(list));
    if let Some(item) = items(schema) {
        return vec![(String::new(), item)];
    }
    let lists_of = |schema: &'a Value, before: &str| -> Vec<(String, &'a Value)> {
        let properties = contract.properties(schema).into_iter();
        let lists = properties
            .filter_map(|(name, property)| Some((format!("{before}/{}", json::token(name)), items(property)?)));
        lists.collect()
    };
    let own = lists_of(schema, "");
    if !own.is_empty() {
        return own;
    }
    let properties = contract.properties(schema).into_iter();
    properties
        .flat_map(|(name, property)| lists_of(property, &format!("/{}", json::token(name))))
        .collect()
}

/// The pointer to the only list of objects with an id member; `None` where there is none or more than one.
fn likely_items(contract: &Contract, lists: &[(String, &Value)], identity: &PathIdentity) -> Option<String> {
    let has_id = |item: &Value| contract.property(item, &identity.id_member).is_some();
    let found = lists
        .iter()
        .filter(|(_, item)| **item == identity.schema || has_id(item));
    json::exactly_one(found).map(|(pointer, _)| pointer.clone())
}
