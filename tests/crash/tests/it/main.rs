//! A sample of real kills, and of disks that fail. The long form of the kills is `cargo run -p sdkwright-crash`.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

mod disk;
mod kills;
