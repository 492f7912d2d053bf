//! A program that pays, is killed at random instants and started again, against a server that counts what really happened.
//!
//! In: a plan (store, kills, faults, seed). Out: a report: intents, effects, how they ended, and where the kills
//! landed. Never: trust in what the program says of itself; effects are counted at the server, by reference.

mod audit;
pub mod chance;
mod ledger;
pub mod life;
pub mod marks;
pub mod pay;
pub mod plan;
pub mod report;
pub mod run;
mod seams;
mod setup;
mod verdict;
mod watch;
