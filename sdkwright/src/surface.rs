//! The public API of a generated crate, and how two of them differ.
//!
//! In: the files of a crate, as they would be written. Out: a [`Surface`], its public items by path, and with another one
//! the [`ItemChange`]s. Exact because it reads what is emitted; never compiles, and never guesses from the contract.

mod compare;
mod items;
mod modules;
mod public;
mod spelling;

pub use compare::{ItemChange, ItemKind, ItemStep, PublicItem, Surface, compare};
pub(crate) use spelling::replace_paths;

#[cfg(test)]
mod tests;
