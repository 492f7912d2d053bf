//! Extensions: tree nodes to the plain data of `ir`.
//!
//! One file per subject, and `reader`, which they share. An invalid extension is left out, which is an error in a
//! contract of our own.

mod behaviour;
mod keys;
mod paging;
mod reader;
mod sdk;
mod signature_places;
mod signed_message;
mod signing;
mod signing_forms;
mod signing_settings;
mod webhook_keys;
mod webhook_signing;
mod webhooks;

pub(super) use paging::StatedPaging;
pub(super) use sdk::vendor_name;
