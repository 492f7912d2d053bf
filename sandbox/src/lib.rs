//! Serves a contract that uses the vocabulary of `docs/generate/extensions` on loopback, and checks every call against it:
//! client, signature, time, nonce, key, parameters, body, payload hash, owner and state, in this order.
//!
//! In: the text of an OpenAPI contract. Out: HTTP on a free port, and a log of what was checked. Never: code of the SDK,
//! or a word of one particular API; this is a second reading of the contract, so that both readings can be compared.
//!
//! ```no_run
//! let sandbox = sdkwright_sandbox_server::Sandbox::start_file("openapi/partner-api.yaml", sdkwright_sandbox_server::Options::default())?;
//! println!("{} {}", sandbox.base_url, sandbox.client_id);
//! # Ok::<(), sdkwright_sandbox_server::Error>(())
//! ```

mod admin;
mod agenda;
mod answer;
mod app;
mod arrival;
mod bounded;
mod canonical;
mod causes;
mod change;
mod clients;
mod clock;
mod conduct;
mod connection;
mod connections;
mod console;
mod contract;
mod credentials;
mod decimal;
mod declared;
mod diagnose;
mod effect;
mod encode;
mod environment;
mod error;
mod example;
mod extensions;
mod faults;
mod forced;
mod formula;
mod guard;
mod history;
mod idempotency;
mod identity;
mod json;
mod ledger;
mod lifecycle;
mod log;
mod mail;
mod manner;
mod model;
mod multipart;
mod near;
mod newer;
mod nonces;
mod operation;
mod origin;
mod paging;
mod past;
mod pattern;
mod payload_hash;
mod place;
mod plausible;
mod postman;
mod prepared;
mod problem;
mod reading;
pub mod record;
mod records;
mod references;
mod refused;
mod request;
mod route;
mod row;
mod rules;
mod running;
mod schema;
mod script;
mod seed;
mod server;
mod server_model;
mod shared;
mod signature;
mod state;
mod store;
mod tree;
mod validate;
mod view;
mod webhook;

pub use credentials::Secrets;
pub use effect::Effect;
pub use error::Error;
pub use faults::Faults;
pub use log::{Call, Check};
pub use manner::Attempts;
pub use refused::Refused;
pub use running::{Options, Resource, Running, Sandbox};
pub use server_model::ServerModel;
pub use webhook::Delivery;
