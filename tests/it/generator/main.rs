//! The generator and the differ: goldens, rejections, laws over mutated contracts, the keyword ledger, and comparisons.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::format_push_string,
    clippy::too_many_lines,
    reason = "a failed test may panic and print, and a test is a list of steps"
)]
#![allow(
    clippy::case_sensitive_file_extension_comparisons,
    reason = "the generator writes the paths"
)]

mod case;
mod change_edits;
mod change_laws;
mod changes;
mod cost;
mod coverage;
mod editor_schema;
mod formal;
mod front_page;
mod golden;
mod laws;
mod lints;
mod models;
mod outline;
mod own_names;
mod page_blocks;
mod parameters;
mod rejections;
mod round_trips;
mod skeleton;
mod snippets;
mod stages;
mod vocabulary;
mod wire_pairs;
mod words;
mod words_in_overlays;

/// Allocates as the command does: syntax trees are millions of small allocations.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
