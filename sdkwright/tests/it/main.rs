//! Integration tests of the command `sdkwright`, one module per topic.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot continue fails")]

mod again;
mod begin;
mod diff_command;
mod diff_rust;
mod drift;
mod options;
mod overlay;
mod reading;
mod release;
mod run;
mod shipped;
mod ten_changes;
