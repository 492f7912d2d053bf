//! Items and text to a tree of files, and its difference from the files on a disk.
//!
//! In: Rust files as items, pages as text. Out: an [`OutputTree`] (path to bytes) and a [`Plan`]. Nothing here touches
//! a file; the caller applies the plan.

mod code;
mod interface;
mod made_from;
mod manifest;
mod plan;
mod print;
mod sources;
mod tree;

pub use code::{Code, code};
pub use made_from::MadeFrom;
pub use manifest::{MANIFEST, Manifest};
pub use plan::{BESIDE, CUSTOM, HEAD, Plan, header, is_ours, is_refused, plan};
pub use print::{Printed, print};
pub(crate) use sources::sources;
pub use sources::{ItemSource, Sources};
pub use tree::{OutputTree, PathRefused};
