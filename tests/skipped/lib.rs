//! Counts the tests that this machine cannot run, in the last lines of `cargo xtask test` and of `cargo test --workspace`.
//!
//! In: the list that build.rs makes of lines `// skipped without <tool or variable>` in the tests of the workspace. Out: one
//! documentation test for each of them whose tool or variable is missing, which is reported as ignored and counted as such.
//! Never: a test of its own that can be ignored.
//!
//! ```
//! // It makes the count appear where nothing was skipped, too: "1 passed; 0 failed; 0 ignored".
//! assert!(what_was_skipped::LOOKED_FOR > 0);
//! ```

include!(concat!(env!("OUT_DIR"), "/skipped.rs"));
