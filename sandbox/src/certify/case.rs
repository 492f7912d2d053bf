//! In: a contract and the rounds of one program. Out: its requests, as the judges ask for them. Never: a judgement.

use super::fault::InjectedFault;
use super::line::Place;
use super::round::Round;
use super::stage::Recorded;
use crate::record::{self, Contract, Operation, Problem};

/// Everything that is judged.
#[derive(Debug)]
pub(crate) struct Case<'a> {
    pub(crate) contract: &'a Contract,
    pub(crate) rounds: &'a [Round],
}

/// A request with its place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sent<'a> {
    pub(crate) place: Place,
    pub(crate) came: &'a Recorded,
}

impl<'a> Case<'a> {
    /// All requests of a round, in the order of their answers.
    pub(crate) fn of_round(&self, round: usize) -> impl Iterator<Item = Sent<'a>> + use<'a> {
        let calls = self.rounds.get(round).map_or(&[][..], |round| &round.calls);
        calls.iter().enumerate().map(move |(at, came)| Sent {
            place: Place { round, number: at + 1 },
            came,
        })
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = Sent<'a>> + use<'a, '_> {
        (0..self.rounds.len()).flat_map(|round| self.of_round(round))
    }

    /// The first round with this trouble, and its number.
    pub(crate) fn round(&self, name: &str) -> Option<(usize, &'a Round)> {
        self.rounds
            .iter()
            .enumerate()
            .find(|(_, round)| round.trouble.name() == name)
    }

    /// The round in which nothing goes wrong.
    pub(crate) fn plain(&self) -> Option<&'a Round> {
        self.round(InjectedFault::None.name()).map(|(_, round)| round)
    }

    pub(crate) fn operation(&self, came: &Recorded) -> Option<&'a Operation> {
        let id = came.call.operation.as_ref()?;
        self.contract.operations.iter().find(|operation| operation.id == *id)
    }

    pub(crate) fn key<'c>(&self, came: &'c Recorded) -> Option<&'c str> {
        came.call.header(&self.contract.extensions.idempotency.as_ref()?.header)
    }

    /// The row of the code in the answer that the program got.
    pub(crate) fn row(&self, came: &Recorded) -> Option<&'a Problem> {
        if !came.is_heard {
            return None;
        }
        self.contract.extensions.registry.get(came.call.code.as_ref()?)
    }

    /// The values that say what a request acts on; `None` where the contract or the request names none.
    pub(crate) fn subject(&self, came: &Recorded) -> Option<Vec<String>> {
        let operation = self.operation(came)?;
        Some(record::subject(self.contract, operation, &came.call)).filter(|subject| !subject.is_empty())
    }
}

/// Returns `true` for the same request: method, target and body.
pub(crate) fn is_same(one: &Recorded, other: &Recorded) -> bool {
    (&one.call.method, &one.call.target, &one.call.body) == (&other.call.method, &other.call.target, &other.call.body)
}

/// The name of a request's operation, or else its method and path.
pub(crate) fn short(came: &Recorded) -> String {
    if let Some(operation) = &came.call.operation {
        return operation.clone();
    }
    let path = came.call.target.split('?').next().unwrap_or_default();
    format!("{} {path}", came.call.method)
}
