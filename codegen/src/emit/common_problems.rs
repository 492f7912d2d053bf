//! Problem codes that operations have in common, which the documentation lists once.
//!
//! In: the problem codes of all operations. Out: those of every operation, and those of every operation with an idempotency key.

use std::collections::HashSet;

use sdkwright_contract::ir;

/// Problem codes in contract order.
#[derive(Debug, Default)]
pub(crate) struct CommonProblems<'a> {
    /// Codes of every operation that declares codes.
    pub(crate) all: Vec<&'a str>,
    /// Further codes of every operation with an idempotency key.
    pub(crate) keyed: Vec<&'a str>,
}

impl<'a> CommonProblems<'a> {
    /// Returns the common codes of an API.
    pub(crate) fn of(api: &'a ir::Api) -> Self {
        let all = shared(api.operations.iter());
        let mut keyed = shared(api.operations.iter().filter(|operation| operation.intent.is_some()));
        keyed.retain(|code| !all.contains(code));
        Self { all, keyed }
    }

    /// Returns true if there are no common codes.
    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty() && self.keyed.is_empty()
    }

    /// Returns true if the operation has the code in common with others.
    pub(crate) fn has(&self, operation: &ir::Operation, code: &str) -> bool {
        self.all.contains(&code) || operation.intent.is_some() && self.keyed.contains(&code)
    }
}

/// Returns the codes that all operations with codes declare; none of a single operation.
fn shared<'a>(operations: impl Iterator<Item = &'a ir::Operation>) -> Vec<&'a str> {
    let mut rest = operations.filter(|operation| !operation.problems.is_empty()).peekable();
    let Some(first) = rest.next().filter(|_| rest.peek().is_some()) else {
        return Vec::new();
    };
    let mut common: Vec<&str> = first.problems.iter().map(String::as_str).collect();
    for operation in rest {
        let codes: HashSet<&str> = operation.problems.iter().map(String::as_str).collect();
        common.retain(|code| codes.contains(code));
    }
    common
}
