//! Clients and a receiver that the test programs of this folder share. Nothing here takes code from the server.

pub(crate) mod client;
pub(crate) mod partner;
pub(crate) mod receiver;
