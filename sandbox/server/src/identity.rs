//! In: the operations of a contract that does not name the types of its ids. Out: the kind of resource that each operation is about, by
//! its path. Never: a parameter whose type the contract names (`x-newtype`), or a list that it describes (`x-pagination`).

use crate::contract::Contract;
use crate::encode::plain_name;
use crate::json;
use crate::operation::{Identity, Operation, Parameter};
use serde_json::{Value, json};
use std::sync::Arc;

/// A kind of resource under the path that ends in its id.
struct Found {
    /// The path, with `{}` for each parameter.
    position: String,
    /// The path of its list.
    collection: String,
    parameter: String,
    /// The schema of the response in which it was found.
    response: Value,
    identity: Arc<Identity>,
}

/// Sets the kind of resource of each operation, the kinds of the ids in its path, and the place of the items of a list.
pub(crate) fn assign(contract: &Contract, operations: &mut [Operation]) {
    let mut found = Vec::new();
    for source in ["GET", "PUT", "PATCH", "POST"] {
        let sources = operations.iter().filter(|operation| operation.method == source);
        for operation in sources {
            let next = if source == "POST" {
                of_creation(contract, operations, operation, &found)
            } else {
                of_item(contract, operation, &found)
            };
            found.extend(next);
        }
    }
    for operation in operations {
        place(contract, operation, &found);
        name_kinds(operation, &found);
    }
}

/// The last segment of a path, if it is one parameter, with what is before it and after it.
struct Ending<'a> {
    before: &'a str,
    name: &'a str,
    after: &'a str,
}

fn ending(template: &str) -> Option<Ending<'_>> {
    let (before, last) = template.trim_end_matches('/').rsplit_once('/')?;
    let (name, after) = last.strip_prefix('{')?.split_once('}')?;
    (!after.contains('{')).then_some(Ending { before, name, after })
}

/// A path with `{}` for each parameter.
fn erased(template: &str) -> String {
    let mut parts = template.trim_end_matches('/').split('{');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str("{}");
        text.push_str(part.split_once('}').map_or("", |(_, rest)| rest));
    }
    text
}

fn position(template: &str, name: &str) -> Option<String> {
    let end = template.find(&format!("{{{name}}}"))?;
    Some(format!("{}{{}}", erased_part(&template[..end])))
}

/// The same as `erased`, with the slash at the end.
fn erased_part(template: &str) -> String {
    let slash = if template.ends_with('/') { "/" } else { "" };
    format!("{}{slash}", erased(template))
}

fn of_item(contract: &Contract, operation: &Operation, found: &[Found]) -> Option<Found> {
    let ending = ending(&operation.template)?;
    let position = format!("{}/{{}}", erased(ending.before));
    let parameter = untyped(operation, ending.name)?;
    let is_known = found.iter().any(|known| known.position == position);
    (!is_known).then_some(())?;
    new(
        contract,
        operation,
        parameter,
        position,
        format!("{}{}", erased(ending.before), ending.after),
        found,
    )
}

/// The kind of what a creation makes, if other operations name one of them by a path below it.
fn of_creation(contract: &Contract, operations: &[Operation], operation: &Operation, found: &[Found]) -> Option<Found> {
    let collection = erased(&operation.template);
    let position = format!("{collection}/{{}}");
    let is_it = |known: &Found| known.position == position || known.collection == collection;
    if found.iter().any(is_it) {
        return None;
    }
    let of_path = operations.iter().find_map(|other| {
        let mut own = other.path_parameters();
        own.find(|one| self::position(&other.template, &one.name).as_ref() == Some(&position))
            .map(|parameter| untyped(other, &parameter.name))
    });
    let new = |parameter: &Parameter| {
        let (position, collection) = (position.clone(), collection.clone());
        new(contract, operation, parameter, position, collection, found)
    };
    if let Some(parameter) = of_path {
        return new(parameter?);
    }
    // No path has its id, but a list shows it.
    let is_list = |other: &&Operation| other.method == "GET" && erased(&other.template) == collection;
    let list = operations
        .iter()
        .find(is_list)
        .filter(|_| contract.root.get("x-pagination").is_none())?;
    let lists = likely_lists(contract, &list.answers.first()?.schema);
    let made = new(&Parameter::with_schema("id", &json!({ "type": "string" })))
        .or_else(|| new(&Parameter::with_schema("id", &json!({ "type": "integer" }))));
    made.filter(|made| likely_items(contract, &lists, &made.identity).is_some())
}

fn untyped<'a>(operation: &'a Operation, name: &str) -> Option<&'a Parameter> {
    let mut parameters = operation.path_parameters();
    parameters.find(|parameter| parameter.name == name && parameter.kind == parameter.name)
}

fn new(
    contract: &Contract,
    operation: &Operation,
    parameter: &Parameter,
    position: String,
    collection: String,
    found: &[Found],
) -> Option<Found> {
    let answer = operation.answers.first()?;
    let (pointer, schema) = likely_object(contract, &answer.schema, parameter, &collection)?;
    let id_member = likely_member(contract, schema, parameter, Some(&collection))?;
    let component = Contract::component(schema);
    // A component within a response, such as metadata, can be in those of several kinds.
    let same = found.iter().find(|known| {
        component.as_ref() == Some(&known.identity.name)
            && known.identity.id_member == id_member
            && (pointer.is_empty() || known.response == answer.schema)
    });
    let identity = if let Some(known) = same {
        Arc::clone(&known.identity)
    } else {
        let is_kind_free = |kind: &String| !found.iter().any(|known| known.identity.id_kind == *kind);
        let is_free = |name: &String| !found.iter().any(|known| known.identity.name == *name);
        let mut kinds = kinds(component.as_deref(), parameter, &collection).into_iter();
        let example = answer.example.as_ref().and_then(|example| example.pointer(&pointer));
        Arc::new(Identity {
            name: component.filter(is_free).unwrap_or_else(|| position.clone()),
            schema: schema.clone(),
            example: example.filter(|example| example.is_object()).cloned(),
            id_kind: kinds.find(is_kind_free).unwrap_or_else(|| position.clone()),
            parameter: parameter.schema.clone(),
            id_member,
        })
    };
    Some(Found {
        position,
        collection,
        parameter: parameter.name.clone(),
        response: answer.schema.clone(),
        identity,
    })
}

/// Names for the type of an id, the best first.
fn kinds(component: Option<&str>, parameter: &Parameter, collection: &str) -> Vec<String> {
    let own = Some(parameter.name.clone()).filter(|name| !is_general(name));
    let mut literals = collection
        .rsplit('/')
        .filter(|part| !part.is_empty() && !part.contains('{'));
    let stem = component.or_else(|| literals.next()).unwrap_or_default();
    own.into_iter().chain([format!("{stem}Id")]).collect()
}

/// Sets the kind of resource that an operation reads, lists, makes or changes, and where its response has it.
fn place(contract: &Contract, operation: &mut Operation, found: &[Found]) {
    let path = erased(&operation.template);
    let item = ending(&operation.template).and_then(|ending| {
        let position = format!("{}/{{}}", erased(ending.before));
        let is_own = |known: &&Found| known.position == position && untyped(operation, ending.name).is_some();
        found.iter().find(is_own)
    });
    if item.is_none() && operation.method == "GET" {
        if operation.pagination.is_none() && contract.root.get("x-pagination").is_none() {
            let listed = listed(contract, operation, &path, found);
            operation.identity = listed.as_ref().map(|(known, _)| Arc::clone(&known.identity));
            operation.pagination = listed.map(|(_, items)| serde_json::json!({ "items": items }));
        }
        return;
    }
    let Some(answer) = operation.answer(201).filter(|_| operation.pagination.is_none()) else {
        return;
    };
    let is_post = operation.method == "POST";
    let maker = || found.iter().find(|known| is_post && known.collection == path);
    let own = item.or_else(maker);
    let inside = own.and_then(|known| {
        let parameter = Parameter::with_schema(&known.parameter, &known.identity.parameter);
        let object = likely_object(contract, &answer.schema, &parameter, &known.collection)?;
        Some(object.0)
    });
    // A call that makes something else under the path of the list is not about this kind.
    let about = own
        .filter(|_| item.is_some() || inside.is_some())
        .map(|known| (known, inside));
    let about = about.or_else(|| {
        let objects = likely_objects(contract, &answer.schema);
        let mut named = objects.into_iter().filter(|(_, schema)| schema.get("$ref").is_some());
        named.find_map(|(pointer, schema)| {
            let known = found.iter().find(|known| known.identity.schema == *schema)?;
            Some((known, Some(pointer)))
        })
    });
    if let Some((known, inside)) = about {
        operation.identity = Some(Arc::clone(&known.identity));
        operation.inside = inside;
    }
}

/// The kind of resource that an operation lists, and the pointer to the items.
fn listed<'a>(
    contract: &Contract,
    operation: &Operation,
    path: &str,
    found: &'a [Found],
) -> Option<(&'a Found, String)> {
    let answer = operation.answers.first()?;
    let lists = likely_lists(contract, &answer.schema);
    let mut own = found.iter().filter(|known| known.collection == path);
    let own = own.find_map(|known| Some((known, likely_items(contract, &lists, &known.identity)?)));
    own.or_else(|| {
        let (pointer, item) = only(lists.iter().filter(|(_, item)| item.get("$ref").is_some()))?;
        let known = found.iter().find(|known| known.identity.schema == **item)?;
        Some((known, pointer.clone()))
    })
}

/// Names the ids in the path by the kinds of the resources that they are of.
fn name_kinds(operation: &mut Operation, found: &[Found]) {
    let template = operation.template.clone();
    let path = operation.parameters.iter_mut().filter(|one| one.place == "path");
    for parameter in path.filter(|one| one.kind == one.name) {
        let position = position(&template, &parameter.name);
        let own = found.iter().find(|known| Some(&known.position) == position.as_ref());
        let mut called = found.iter().filter(|known| known.identity.id_kind == parameter.name);
        let known = own.or_else(|| called.next());
        if let Some(known) = known {
            parameter.kind.clone_from(&known.identity.id_kind);
        } else if is_general(&parameter.name) && !found.is_empty() {
            // A name such as `id` is of any kind.
            parameter.kind = position.unwrap_or_default();
        }
    }
}

// The member of a response that is the id which a path has in a parameter.

/// Names that ids of every kind have, the most usual first.
const GENERAL: [&str; 12] = [
    "id", "gid", "uid", "uuid", "sid", "guid", "token", "key", "slug", "code", "name", "number",
];
/// Number of those that can be the id whatever a path calls it.
const SURE: usize = 7;

/// Returns `true` for the name of an id that does not name a kind of resource.
fn is_general(name: &str) -> bool {
    GENERAL.contains(&plain_name(name).as_str())
}

/// The one of its kind; `None` of several.
fn only<T>(mut all: impl Iterator<Item = T>) -> Option<T> {
    all.next().filter(|_| all.next().is_none())
}

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
    let members: Vec<(&str, String)> = members.map(|(name, _)| (name, plain_name(name))).collect();
    let named = |wanted: &str| members.iter().find(|(_, name)| name == wanted).map(|(name, _)| *name);
    let wanted = plain_name(&parameter.name);
    let is_end = |general: &&str| wanted.ends_with(general);
    let general = || GENERAL.into_iter().filter(is_end).find_map(named);
    let first = || GENERAL.into_iter().take(SURE).find_map(named);
    let ids = || members.iter().filter(|(member, _)| is_id(member));
    let of_kind = |collection: &str| {
        let kind = collection.rsplit('/').find(|part| !part.contains('{'));
        let kind = plain_name(kind.unwrap_or_default());
        let stem = kind.trim_end_matches('s');
        let is_named = |name: &str| name.starts_with(stem) || wanted.contains(name.trim_end_matches("id"));
        let with_stem = |name: &str| GENERAL.iter().take(SURE).any(|end| name == format!("{stem}{end}"));
        let found = only(ids().filter(|(_, name)| is_named(name))).or_else(|| only(ids()));
        let found = found.or_else(|| members.iter().find(|(_, name)| with_stem(name)));
        found.map(|(member, _)| *member)
    };
    let found = named(&wanted).or_else(general).or_else(first);
    found.or_else(|| of_kind(collection?)).map(str::to_owned)
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
        let (name, property) = only(objects.iter().filter(|(_, property)| fits(property)))?;
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
    let inner = || contract.properties(schema).into_iter().filter(|_| own.is_empty());
    let inner = inner().flat_map(|(name, property)| lists_of(property, &format!("/{}", json::token(name))));
    own.iter().cloned().chain(inner).collect()
}

/// The pointer to the only list of objects with an id member; `None` where there is none or more than one.
fn likely_items(contract: &Contract, lists: &[(String, &Value)], identity: &Identity) -> Option<String> {
    let has_id = |item: &Value| contract.property(item, &identity.id_member).is_some();
    let found = only(
        lists
            .iter()
            .filter(|(_, item)| **item == identity.schema || has_id(item)),
    );
    found.map(|(pointer, _)| pointer.clone())
}
