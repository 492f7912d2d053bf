//! Names of the parameters of one operation.

use sdkwright_contract::ir::{self, ParameterLocation};
use sdkwright_contract::words::{Case, Words};

use super::{
    overrides::Resolver,
    reserved,
    scope::{NameClaim, Strength, Wish},
};

pub(super) fn parameters(operation: &ir::Operation, resolver: &mut Resolver<'_>) -> Vec<String> {
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
