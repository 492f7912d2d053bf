//! The kinds that alternatives take, together.

use sdkwright_contract::source::Node;

use super::build::{stated, written_values};
use super::{Group, Kinds};
use crate::contract::{Contract, is_true, items};

/// Most schemas that are asked: alternatives have alternatives.
const ASKED: usize = 1024;
/// Most schemas inside of each other.
const DEPTH: usize = 12;

/// Returns the kinds that fit one alternative of each group; all of them where that is too long to tell.
pub(crate) fn joined<'t>(contract: &Contract<'t>, groups: &[Group<'t>]) -> Kinds {
    let mut asked = 0;
    let each = groups.iter().map(|group| {
        let all = group.alternatives.iter();
        all.map(|one| of(contract, *one, DEPTH, &mut asked))
            .fold(Kinds::NONE, Kinds::or)
    });
    each.fold(Kinds::ALL, Kinds::and)
}

/// Returns the kinds that may fit a schema.
pub(super) fn kinds_of<'t>(contract: &Contract<'t>, schema: Node<'t>) -> Kinds {
    of(contract, schema, DEPTH, &mut 0)
}

fn of<'t>(contract: &Contract<'t>, schema: Node<'t>, depth: usize, asked: &mut usize) -> Kinds {
    *asked += 1;
    if schema.as_bool() == Some(false) {
        return Kinds::NONE;
    }
    if *asked > ASKED || depth == 0 || !schema.is_map() {
        return Kinds::ALL;
    }
    let target = contract.target(schema);
    let mut kinds = target.map_or(Kinds::ALL, |target| of(contract, target, depth - 1, asked));
    if contract.is_only_reference(schema) {
        return kinds;
    }
    kinds = kinds.and(stated(schema));
    if let Some(values) = written_values(schema) {
        let of_values = values.into_iter().map(Kinds::of_value);
        kinds = kinds.and(of_values.fold(Kinds::STRING, Kinds::or));
    }
    for one in items(schema, "allOf") {
        kinds = kinds.and(of(contract, one, depth - 1, asked));
    }
    for word in ["oneOf", "anyOf"]
        .into_iter()
        .filter(|word| items(schema, word).next().is_some())
    {
        let all = items(schema, word);
        kinds = kinds.and(
            all.map(|one| of(contract, one, depth - 1, asked))
                .fold(Kinds::NONE, Kinds::or),
        );
    }
    if is_true(schema, "nullable") {
        kinds.or(Kinds::NULL)
    } else {
        kinds
    }
}
