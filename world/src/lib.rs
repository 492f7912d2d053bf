//! A simulated world for tests of services that use a generated SDK.
//!
//! A service comes in. It runs in many histories, in which the server, the network, the store and the clock fail, and in which the
//! process dies at each await. The first wrong belief about an action goes out, with a seed and a timeline that replay it.
//!
//! One thread per history, virtual time, no sockets and no sleeping: a history takes about a millisecond.

mod bank;
mod check;
mod choice;
mod grammar;
mod history;
mod message;
mod network;
mod oracle;
mod state;
mod table;
mod world;

pub use bank::{Served, WorldServer};
pub use check::{Check, Failure, Searched, check};
pub use choice::{Seed, SeedError};
pub use history::Error;
pub use oracle::{Belief, Wrong};
pub use sdkwright_runtime::testing::Sample;
pub use state::{Handler, NewServer};
pub use world::{World, WorldStore};
