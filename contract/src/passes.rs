//! Draft to [`ir::Api`]: one question about the whole API per pass, in a fixed order.
//!
//! In: an unsealed API made by `lower`. Out: a sealed API without dangling ids or unboxed containment cycles, with known
//! reachability, constants and probes. A pass changes the API and reports; it never reads the contract.

mod additional;
mod aliases;
mod alike;
mod constants;
mod cycles;
mod direction;
mod duplicates;
mod edges;
mod nullable;
mod patterns;
mod possible;
mod probes;
mod reach;
mod repeated;
mod resolve;
mod sensitive;
mod shared;
mod unions;
mod unused;

#[cfg(test)]
mod tests;

use crate::{diag::Report, ir};

/// Name and function of a pass.
type Pass = (&'static str, fn(&mut ir::UnsealedApi, &mut Report));

/// All passes, in the order in which they run.
pub(crate) const PASSES: &[Pass] = &[
    ("resolve", resolve::run),
    ("unions", unions::run),
    ("aliases", aliases::run),
    ("nullable", nullable::run),
    ("unused", unused::run),
    ("sensitive", sensitive::run),
    ("duplicates", duplicates::run),
    ("possible", possible::run),
    ("cycles", cycles::run),
    ("additional", additional::run),
    ("reach", reach::run),
    ("patterns", patterns::run),
    ("direction", direction::run),
    ("constants", constants::run),
    ("probes", probes::run),
    ("alike", alike::run),
];

/// Runs all passes and seals the API. `None` if there are errors.
pub(crate) fn seal(mut api: ir::UnsealedApi, report: &mut Report) -> Option<ir::Api> {
    for (_, pass) in PASSES {
        pass(&mut api, report);
    }
    (!report.has_errors()).then(|| ir::Api::sealed(api))
}
