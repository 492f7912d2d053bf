//! Extensions: tree nodes to the plain data of `ir`.
//!
//! One file per subject, and `reader`, which they share. An invalid extension is left out, which is an error in a
//! contract of our own.

mod ambiguity;
mod behaviour;
mod freshness;
mod keys;
mod nonce;
mod paging;
mod problems;
mod reader;
mod repeats;
mod sdk;
mod server;
mod signature_places;
mod signed_message;
mod signing;
mod signing_algorithms;
mod signing_forms;
mod signing_http;
mod signing_settings;
mod template;
mod token;
mod webhook_jws;
mod webhook_key_source;
mod webhook_keys;
mod webhook_signing;
mod webhooks;

pub(super) use paging::StatedPaging;
pub(super) use sdk::vendor_name;
