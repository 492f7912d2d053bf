//! Compares two versions of an OpenAPI contract and judges each change: on the wire, in the generated crate, and in
//! what a running program does.
//!
//! In: two contracts that codegen has read. Out: a [`Comparison`]. Pure: no file, clock, environment or process.

mod comparison;
mod conduct;
mod contract;
pub mod drift;
mod generated;
pub mod release;
mod shape;
pub mod surface;
mod verdict;
mod version;
mod wire;

pub use comparison::{Change, Comparison, Place};
pub use sdkwright_codegen::source::Day;
pub use verdict::{Conduct, ConductRisk, Rust, RustKind, Verdicts, Wire, WireBreak};
pub use version::Version;

/// Compares two versions of a contract. `today` decides whether the sunset of what was removed has passed; without it,
/// no sunset has.
pub fn compare(base: &Version, revision: &Version, today: Option<Day>) -> Comparison {
    let mut comparison = wire::compare(base, revision, today);
    generated::judge(&mut comparison, base, revision);
    judge_conduct(&mut comparison, base, revision);
    comparison
}

/// Fills the verdict on what a running program does, and adds the changes of our words.
fn judge_conduct(comparison: &mut Comparison, base: &Version, revision: &Version) {
    if let (Some(old), Some(new)) = (&base.understood, &revision.understood) {
        let (base, revision) = (contract::Contract::new(base), contract::Contract::new(revision));
        let found = conduct::conduct(&old.api, &new.api, [&base, &revision]);
        conduct::join(comparison, found, &base, &revision);
    }
}
