//! Compares two versions of an OpenAPI contract and judges each change: on the wire, and in what a running program does.
//!
//! In: two contracts. Out: a [`ContractDiff`], in which the caller fills the verdict on the generated crate. Pure: no file,
//! clock, environment or process.

mod comparison;
mod conduct;
mod contract;
pub mod release;
mod shape;
mod wire;

pub use comparison::{
    BehaviorChange, Change, ConductRisk, ContractDiff, ContractPlace, Rust, RustKind, Verdicts, Wire, WireBreak,
    grouped,
};
pub use contract::{Version, unnamed};
pub use sdkwright_contract::source::Day;
pub use wire::is_same;

/// Compares two versions of a contract on the wire. `today` decides whether the sunset of what was removed has passed;
/// without it, no sunset has.
pub fn compare(base: &Version, revision: &Version, today: Option<Day>) -> ContractDiff {
    wire::compare(base, revision, today)
}

/// Fills the verdict on what a running program does, and adds the changes of extensions. It comes after the verdict on the
/// generated crates.
pub fn judge_conduct(comparison: &mut ContractDiff, base: &Version, revision: &Version) {
    if let (Some(old), Some(new)) = (&base.api, &revision.api) {
        let (base, revision) = (contract::Contract::new(base), contract::Contract::new(revision));
        let found = conduct::conduct(old, new, [&base, &revision]);
        conduct::join(comparison, found, &base, &revision);
    }
}
