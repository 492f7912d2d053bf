//! Diagnostics about the contract: codes, places, help.
//!
//! Stages push [`Diagnostic`]s into a [`Report`], which knows the level of each code, sorts, removes duplicates and
//! keeps the files, so that it can be rendered on its own. Nothing here knows OpenAPI, prints, or exits.

mod code;
mod render;
mod report;

pub use code::{Code, Level};
pub use render::{render, render_json};
pub use report::{CodeCount, Diagnostic, Label, Levels, Mode, Report, nearest};

#[cfg(test)]
mod tests;
