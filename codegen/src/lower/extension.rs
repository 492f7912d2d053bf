//! Extensions: tree nodes to the plain data of `ir`.
//!
//! A file per concern, and `reader`, which they share. What cannot be read is left out, which is an error in a contract
//! of our own.

mod ambiguity;
mod behaviour;
mod nonce;
mod problems;
mod reader;
mod sdk;
mod signing;
mod webhooks;

pub(super) use behaviour::Paging;
pub(super) use reader::is_token;
