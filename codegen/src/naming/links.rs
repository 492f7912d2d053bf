//! Names of the functions of links.

use std::collections::BTreeMap;

use sdkwright_contract::ir;
use sdkwright_contract::words::Words;

use super::names::Names;
use super::overrides::Resolver;
use super::reserved;
use super::scope::{NameClaim, Strength};

/// Names the functions of links; each operation is a scope. The link of a failure adds the status of the response, and so does
/// that of a success if an earlier one has a link of this name.
pub(super) fn name(api: &ir::Api, resolver: &mut Resolver<'_>, names: &mut Names) {
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
