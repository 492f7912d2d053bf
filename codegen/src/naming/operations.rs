//! Names of groups, operations, their methods and parameters, and of webhooks.
//!
//! In: the operations of a sealed API. Out: their part of the [`Names`].

use std::collections::BTreeMap;

use sdkwright_contract::words::{Case, Words};

use super::frameworks::{Called, before_place, own_version, set_own, with_version};
use super::groups::{self, segments};
use super::names::{Names, OperationNames};
use super::scope::{NameClaim, NameFit, Resolver, Strength, Wish};
use super::standard::{self, MethodWords};
use super::steps::{has_no_id, joined_apart, with_place, within_class, without_duplicate};
use super::verbs::QUANTIFIERS;
use super::{reserved, shorten, through, turned, verbless};
use crate::{limits, workers};
use sdkwright_contract::ir::{self, ParameterLocation, PartContent, PathPiece};

pub(super) fn name(api: &ir::Api, resolver: &mut Resolver<'_>, names: &mut Names) {
    names.operations = api.operations().map(|_| OperationNames::default()).collect();
    let mut called: Vec<Called<'_>> = api.operations().map(|(_, operation)| Called::of(operation)).collect();
    groups::name(api, resolver, names);
    set_own(api, names, &mut called);
    markers(api, &called, resolver, names);
    methods(api, &called, resolver, names);
    for (id, operation) in api.operations() {
        names.operations[id.0 as usize].parameters = parameters(operation, resolver);
    }
    deliveries(api, resolver, names);
    links(api, resolver, names);
    schemes(api, resolver, names);
    let headers = api.headers();
    let claims = headers.iter().map(|(name, all)| {
        let origin = all.first().map(|header| header.origin.clone()).unwrap_or_default();
        NameClaim::spelled(format!("header/{name}"), origin, name, Strength::Given)
    });
    let settled = resolver.settle(&reserved::HEADER, claims.collect());
    names.headers = headers.into_keys().zip(settled).collect();
    names.servers = resolver.settle(&reserved::SERVER, api.choices().into_iter().map(server).collect());
}

/// Names the functions of credentials, then those of client credentials and of device authorizations, which give way.
fn schemes(api: &ir::Api, resolver: &mut Resolver<'_>, names: &mut Names) {
    let all = api.security.iter();
    let mut claims: Vec<NameClaim> = all
        .map(|one| NameClaim::stated(one.origin.pointer.clone(), &one.origin, &one.name))
        .collect();
    let claim = |one: &ir::SecurityScheme, place: &str, word: &str| {
        NameClaim::spelled(
            format!("{}/{place}", one.origin.pointer),
            one.origin.clone(),
            &format!("{} {word}", one.name),
            Strength::Shared,
        )
    };
    let clients = api.security.iter().filter(|one| one.tokens.is_some());
    claims.extend(clients.map(|one| claim(one, "x-token", "client")));
    let devices = api.security.iter().filter(|one| one.device.is_some());
    claims.extend(devices.map(|one| claim(one, "flows/deviceAuthorization", "device")));
    let mut settled = resolver.settle(&reserved::SCHEME, claims).into_iter();
    names.schemes = settled.by_ref().take(api.security.len()).collect();
    let mut next = |has: bool| if has { settled.next() } else { None };
    names.clients = api.security.iter().map(|one| next(one.tokens.is_some())).collect();
    names.devices = api.security.iter().map(|one| next(one.device.is_some())).collect();
}

/// Claims the `name` of a server, else the short name that its description begins with, else its address. A server of
/// single operations without `name` has its address, so that operations do not affect each other's names.
fn server(server: &ir::Server) -> NameClaim {
    let address = server
        .url
        .split_once("://")
        .map_or(server.url.as_str(), |(_, rest)| rest);
    let text = server.description.as_deref().unwrap_or_default();
    let first = text.split(['.', ':', ',', ';', '(', '\n']).next();
    let described = first.filter(|text| server.is_of_all() && (1..=4).contains(&text.split_whitespace().count()));
    let short = server.name.as_deref().or(described).unwrap_or_default().trim();
    let is_name = short.chars().any(char::is_alphanumeric);
    let (spelling, wishes) = if is_name {
        let longer = [address, &server.url].map(|more| Words::join([short, more]));
        (short, std::iter::once(Words::new(short)).chain(longer).collect())
    } else {
        (address, [address, &server.url].map(Words::new).to_vec())
    };
    NameClaim::words(
        server.origin.pointer.clone(),
        server.origin.clone(),
        spelling,
        Strength::Given,
        wishes,
    )
}

/// Returns the strength of a name that the contract gives, or that is derived.
fn strength(is_given: bool) -> Strength {
    if is_given { Strength::Given } else { Strength::Derived }
}

/// Names group handles, markers and the types of operations, which share one scope.
fn markers(api: &ir::Api, called: &[Called<'_>], resolver: &mut Resolver<'_>, names: &mut Names) {
    let mut claims: Vec<NameClaim> = names
        .groups
        .iter()
        .map(|group| {
            let key = format!("handle/{}", group.spelling);
            // Users do not write the handle's name; an operation of the same name keeps it.
            let base = Words::new(&group.spelling);
            let wishes = vec![base.clone(), base.and_word("group")];
            NameClaim::words(key, ir::Origin::default(), &group.spelling, Strength::Derived, wishes).shy()
        })
        .collect();
    let groups = claims.len();
    for ((_, operation), called) in api.operations().zip(called) {
        let strength = strength(operation.id_given);
        let Called { id, whole, place, .. } = called;
        // A name that the user gives an operation names its types as well.
        let pinned = resolver
            .overrides
            .0
            .get(&operation.origin.pointer)
            .map(|name| Words::new(name));
        for (part, more) in [
            ("", ""),
            ("/required", "required"),
            ("/draft-required", "draft_required"),
            ("/answer", "answer"),
            ("/failure", "failure"),
        ] {
            let key = format!("{}{part}", operation.origin.pointer);
            let id = pinned.as_ref().filter(|_| !more.is_empty()).unwrap_or(id);
            let wishes = [id.clone(), whole.clone().and_word("operation"), place.clone()]
                .map(|words| words.and_word(more))
                .to_vec();
            // Types of an operation give way to names of the contract.
            let strength = if more.is_empty() { strength } else { Strength::Derived };
            claims.push(NameClaim::words(
                key,
                operation.origin.clone(),
                &operation.id,
                strength,
                wishes,
            ));
        }
    }
    let mut settled = resolver.settle(&reserved::MARKER, claims).into_iter();
    for group in names.groups.iter_mut().take(groups) {
        group.pascal = settled.next().unwrap_or_default();
    }
    for operation in &mut names.operations {
        operation.marker = settled.next().unwrap_or_default();
        operation.required = settled.next().unwrap_or_default();
        operation.draft_required = settled.next().unwrap_or_default();
        operation.answer = settled.next().unwrap_or_default();
        operation.failure = settled.next().unwrap_or_default();
    }
}

/// The method that a settled name belongs to.
#[derive(Clone, Copy)]
enum MethodKind {
    Form(usize),
    Alias(usize),
    Draft,
}

fn methods(api: &ir::Api, called: &[Called<'_>], resolver: &mut Resolver<'_>, names: &mut Names) {
    let operations: Vec<_> = api.operations().zip(called).collect();
    // Naming takes most of its time here.
    let claims = workers::map(resolver.threads, operations.len(), |at| {
        let ((id, operation), called) = operations[at];
        let group = &names.groups.get(names.operations[id.0 as usize].group)?.spelling;
        Some(method_claims(api, operation, called, &Words::new(groups::noun(group))))
    });
    let mut scopes = vec![(Vec::new(), Vec::new()); names.groups.len()];
    for (((id, operation), _), claims) in operations.into_iter().zip(claims) {
        let Some(claims) = claims else { continue };
        let own = &mut names.operations[id.0 as usize];
        own.methods = vec![String::new(); forms(operation).len().max(1)];
        own.aliases = vec![String::new(); operation.aliases.len()];
        let claims = claims.into_iter().map(|(kind, claim)| ((id, kind), claim));
        scopes[own.group].extend(claims);
    }
    for (slots, claims) in scopes {
        for ((id, slot), name) in slots.into_iter().zip(resolver.settle(&reserved::METHOD, claims)) {
            let operation = &mut names.operations[id.0 as usize];
            match slot {
                MethodKind::Form(index) => operation.methods[index] = name,
                MethodKind::Alias(index) => operation.aliases[index] = name,
                MethodKind::Draft => operation.draft = Some(name),
            }
        }
    }
}

/// Returns the media types of the body that have a method each.
fn forms(operation: &ir::Operation) -> &[ir::BodyForm] {
    operation.body.as_ref().map_or(&[], |body| &body.forms)
}

/// Claims the methods of an operation: one for each form of its body, its other names, and that of its draft.
fn method_claims(
    api: &ir::Api,
    operation: &ir::Operation,
    called: &Called<'_>,
    group: &Words,
) -> Vec<(MethodKind, NameClaim)> {
    let form = |at| (MethodKind::Form(at), method(api, operation, called, group, at));
    let mut claims: Vec<_> = (0..forms(operation).len().max(1)).map(form).collect();
    claims.extend(operation.aliases.iter().enumerate().map(|(at, alias)| {
        let key = format!("{}/alias/{}", operation.origin.pointer, alias.method);
        (
            MethodKind::Alias(at),
            NameClaim::stated(key, &operation.origin, &alias.method),
        )
    }));
    if api.approval(operation).is_some() {
        let base = operation.name.as_deref();
        let base = base.map_or_else(|| derived(api, operation, called, group).short, Words::new);
        let draft = Words::new("draft");
        let alone = (base == Words::new("create")).then(|| draft.clone());
        let wishes = alone.into_iter().chain([draft.and(base)]).collect();
        let key = format!("{}/draft", operation.origin.pointer);
        let claim = NameClaim::words(key, operation.origin.clone(), "draft", Strength::Derived, wishes);
        claims.push((MethodKind::Draft, claim));
    }
    claims
}

/// Claims the method of one form of the body: the first has the operation's name, the others add their content.
fn method(api: &ir::Api, operation: &ir::Operation, called: &Called<'_>, group: &Words, at: usize) -> NameClaim {
    let form = forms(operation).get(at);
    if let Some(ir::BodyForm {
        name: Some(name),
        origin,
        ..
    }) = form
    {
        return NameClaim::stated(format!("{}/method/{name}", operation.origin.pointer), origin, name);
    }
    let other = form.filter(|_| at > 0);
    let key = match other {
        None => format!("{}/method", operation.origin.pointer),
        Some(form) => format!("{}/method/{}", operation.origin.pointer, form.media_type),
    };
    let mut first = match &operation.name {
        Some(name) => MethodWords::new(Words::new(name), Vec::new()),
        None => derived(api, operation, called, group),
    };
    if operation.name.is_none() {
        let own = || called.own.map_or_else(|| called.id.clone(), Words::new);
        first.short = shorten::readable(&first.short, own);
    }
    let is_shortened = other.is_none() && operation.name.is_none() && first.short != called.id;
    let fit = if other.is_none() { first.fit } else { NameFit::Any };
    let staged = |words: Words| match called.stage.filter(|_| operation.name.is_none()) {
        Some(stage) => {
            let words: Vec<&str> = words.each().collect();
            let is_many = words.get(1).is_some_and(|word| QUANTIFIERS.contains(word));
            let (verb, nouns) = words.split_at(words.len().min(1 + usize::from(is_many)));
            Words::of_each(&[verb, &[stage], nouns].concat())
        }
        None => words,
    };
    let mut wishes: Vec<Words> = std::iter::once(first.short)
        .chain(first.long)
        .map(staged)
        .map(shorten::without_repeat)
        .collect();
    wishes.extend([&called.id, &called.whole, &called.place].into_iter().cloned());
    wishes.dedup();
    if let Some(form) = other {
        let with = |words: &Words, content: Words| words.clone().and_word("with").and(content);
        let by_media_type = with(&wishes[0], Words::new(&form.media_type));
        wishes = wishes.iter().map(|words| with(words, carried(form))).collect();
        wishes.insert(1, by_media_type);
    }
    let claim = NameClaim::words(
        key,
        operation.origin.clone(),
        operation.name.as_deref().unwrap_or(&operation.id),
        strength(operation.name.is_some()),
        wishes,
    );
    let claim = NameClaim { fit, ..claim };
    if is_shortened { claim.shy() } else { claim }
}

/// Returns the standard method, if the id adds nothing; else the id without its group, if that changes no meaning.
fn derived(api: &ir::Api, operation: &ir::Operation, called: &Called<'_>, group: &Words) -> MethodWords {
    // Nobody reads a method of a longer id.
    if operation.id_given && operation.called.len() > limits::READABLE_ID_BYTES {
        return MethodWords::new(called.id.clone(), Vec::new());
    }
    let id = called.own.unwrap_or(&operation.called);
    let own = || shorten::without_surroundings(id, &operation.path, group).unwrap_or(id);
    // `getMapUsingGET_1`
    let appended =
        |id| shorten::without_number(id).filter(|own| shorten::without_suffix(own, operation.method.token()) != *own);
    let stated = (!has_no_id(operation)).then(|| joined_apart(operation, appended(own()).unwrap_or(own())));
    let dotted = turned::dotted(operation, group).or_else(|| through::through(operation, group));
    if let Some((short, long)) = dotted.filter(|_| operation.id_given) {
        return MethodWords::new(short, long);
    }
    // `getContact_1` beside `getContact`
    if let Some(own) = duplicate(api, operation, called) {
        let whole = joined_apart(operation, own);
        let words = shorten::without_group(own, &whole, group, &operation.path).unwrap_or(whole);
        let words = without_duplicate(operation, &words, group);
        let words = turned::with_verb(api, operation, group, words);
        return turned::as_list(api, operation, group, true, MethodWords::new(words, Vec::new()));
    }
    let own = turned::with_verb(api, operation, group, without_group(operation, called, group));
    let own = verbless::with_verb(api, operation, own);
    // Another operation may have the same path with another query, or without a query.
    let is_apart = stated.is_none() || called.stage.is_some() || !operation.path.contains('?');
    let standard = standard::method(api, operation, stated.as_ref(), group).filter(|_| is_apart);
    let is_own = standard.is_none();
    let mut words = if let Some(mut words) = standard {
        words.long.extend((own != words.short).then_some(own.clone()));
        words
    } else {
        let function = before_place(&operation.called, operation);
        let long = function.map_or_else(Vec::new, |_| with_place(operation, &own, group));
        MethodWords::new(own.clone(), long)
    };
    words.long.splice(0..0, with_version(operation, &words.short, &own));
    // `RmaManagementV1SaveRmaPut` of `/returns/{id}` beside the `POST` of `/returns`
    if within_class(operation).is_some()
        && let Some(placed) = standard::method(api, operation, None, group)
    {
        words.long.extend(std::iter::once(placed.short).chain(placed.long));
    }
    let words = turned::as_list(api, operation, group, is_own, words);
    let mut words = verbless::acting(operation, group, words);
    if let Some(version) = own_version(api, operation, group) {
        words.short = words.short.and(version);
    }
    words
}

/// Returns an id before its number, if another operation has that id.
fn duplicate<'a>(api: &ir::Api, operation: &'a ir::Operation, called: &Called<'_>) -> Option<&'a str> {
    let is_plain = operation.id_given && called.own.is_none() && !has_no_id(operation);
    let own = shorten::without_number(&operation.called).filter(|_| is_plain)?;
    let is_method = shorten::without_suffix(own, operation.method.token()) != own;
    (!is_method && api.operations.iter().any(|other| other.called == own)).then_some(own)
}

/// Returns the id without its group; without an id, method and path without version segments.
fn without_group(operation: &ir::Operation, called: &Called<'_>, group: &Words) -> Words {
    let mut id = called.id.clone();
    if has_no_id(operation) {
        let mut words = Words::new(operation.method.token());
        for piece in &operation.pieces {
            words = words.and(match piece {
                PathPiece::Literal(text) => {
                    let names = segments(text).map(shorten::without_extension);
                    // An extension alone may follow a parameter.
                    Words::join(names.filter(|name| !name.is_empty()))
                }
                PathPiece::Parameter(name) => Words::join(["by", name]),
            });
        }
        id = words;
    }
    let stated = called.own.unwrap_or(&operation.called);
    let mut own = shorten::without_suffix(stated, operation.method.token());
    if own != operation.called {
        id = joined_apart(operation, own);
    }
    if let Some(rest) = shorten::without_path(own, &operation.path).filter(|_| operation.id_given) {
        (own, id) = (rest, joined_apart(operation, rest));
    }
    shorten::without_group(own, &id, group, &operation.path).unwrap_or(id)
}

/// Returns a word for the content of a body form.
fn carried(form: &ir::BodyForm) -> Words {
    let media_type = ir::essence(&form.media_type);
    Words::new(match &form.content {
        PartContent::Json(_) => match media_type.split_once('/') {
            Some((_, subtype)) if subtype.ends_with("+json") => subtype.trim_end_matches("+json"),
            _ => "json",
        },
        PartContent::Form(_) => "form",
        PartContent::Multipart(..) => "multipart",
        PartContent::Binary => "bytes",
        PartContent::Text if media_type.ends_with("xml") => "xml",
        PartContent::Text => "text",
        PartContent::Items(..) => "lines",
    })
}

fn deliveries(api: &ir::Api, resolver: &mut Resolver<'_>, names: &mut Names) {
    let Some(webhooks) = &api.webhooks else { return };
    let events = webhooks.events.iter();
    let events = events.map(|one| NameClaim::stated(format!("event/{}", one.name), &one.origin, &one.name));
    names.events = resolver.settle(&reserved::VARIANT, events.collect());
    let nowhere = ir::Origin::default();
    let resources = webhooks.resources.iter();
    let resources = resources.map(|(name, _)| NameClaim::stated(format!("resource/{name}"), &nowhere, name));
    names.resources = resolver.settle(&reserved::VARIANT, resources.collect());
}

/// Names the functions of links; each operation is a scope. The link of a failure adds the status of the response, and so does
/// that of a success if an earlier one has a link of this name.
fn links(api: &ir::Api, resolver: &mut Resolver<'_>, names: &mut Names) {
    let mut scopes: BTreeMap<ir::OperationId, Vec<usize>> = BTreeMap::new();
    for (at, link) in api.links.iter().enumerate() {
        scopes.entry(link.source).or_default().push(at);
    }
    names.links = vec![String::new(); api.links.len()];
    for (source, all) in scopes {
        let operation = api.operation(source);
        let claim = |at: &usize| {
            let link = &api.links[*at];
            let status = operation.responses.get(link.response).map(|response| response.status);
            let text = match status {
                Some(ir::StatusRange::Exactly(status)) => status.to_string(),
                Some(ir::StatusRange::Class(class)) => format!("{class}xx"),
                _ => "default".to_owned(),
            };
            let key = format!("{}/responses/{text}/links/{}", operation.origin.pointer, link.name);
            let mut wishes = vec![Words::join([&link.name, "of", &text])];
            let is_success = |link: &ir::Link| {
                let response = operation.responses.get(link.response);
                response.is_some_and(|response| response.status.is_success())
            };
            let mut others = all.iter().map(|other| &api.links[*other]);
            let is_first =
                others.all(|other| other.name != link.name || other.response >= link.response || !is_success(other));
            if is_first && is_success(link) {
                wishes.insert(0, Words::new(&link.name));
            }
            NameClaim::words(key, link.origin.clone(), &link.name, Strength::Given, wishes)
        };
        let settled = resolver.settle(&reserved::METHOD, all.iter().map(claim).collect());
        for (at, name) in all.into_iter().zip(settled) {
            names.links[at] = name;
        }
    }
}

// Parameters of one operation.

fn parameters(operation: &ir::Operation, resolver: &mut Resolver<'_>) -> Vec<String> {
    let has_key = operation.intent.is_some() || operation.aliases.iter().any(|alias| alias.intent.is_some());
    let argument = reserved::argument(has_key, operation.body.is_some());
    let words: Vec<Words> = { operation.parameters.iter() }
        .map(|one| Words::new(&one.name))
        .collect();
    let claims = operation
        .parameters
        .iter()
        .enumerate()
        .map(|(at, parameter)| {
            // The word behind the digit of the order.
            let place = &order(parameter.location)[2..];
            let key = parameter_key(operation, parameter);
            let mut claim = NameClaim::spelled(key, parameter.origin.clone(), &parameter.name, Strength::Given);
            claim.wishes[1] = Wish::Words(Words::spelled(&parameter.name));
            // The location tells nothing apart if another parameter of it has the same words.
            let is_shared = operation
                .parameters
                .iter()
                .enumerate()
                .any(|(other, one)| other != at && one.location == parameter.location && words[other] == words[at]);
            let with_place = Wish::Words(words[at].clone().and_word(place));
            claim.wishes.insert(if is_shared { 2 } else { 1 }, with_place);
            if parameter.required || parameter.location == ParameterLocation::Path {
                claim.wishes[0] = Wish::Exact(claim.name(0, &argument));
            }
            // Between locations the spelling does not decide: the path parameter keeps the name.
            if !is_shared {
                claim.spelling = words[at].render(Case::Snake);
            }
            claim
        })
        .collect();
    resolver.settle(&reserved::PARAMETER, claims)
}

/// Returns the place under which users name a parameter of an operation.
pub fn parameter_key(operation: &ir::Operation, parameter: &ir::Parameter) -> String {
    let order = order(parameter.location);
    format!("{}/parameters/{order}/{}", operation.origin.pointer, parameter.name)
}

/// Returns the rank of a location for keeping a name; part of the key.
fn order(location: ParameterLocation) -> &'static str {
    match location {
        ParameterLocation::Path => "1-path",
        ParameterLocation::Query | ParameterLocation::Querystring => "2-query",
        ParameterLocation::Header => "3-header",
        ParameterLocation::Cookie => "4-cookie",
    }
}
