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

#![cfg_attr(docsrs, feature(doc_cfg))]

mod answer;
mod api;
mod app;
mod budget;
mod change;
mod clock;
mod connections;
mod console;
mod contract;
mod decimal;
mod diagnose;
mod encode;
mod environment;
mod error;
mod example;
mod extensions;
mod files;
mod form;
mod formula;
mod guard;
mod history;
mod idempotency;
mod identity;
mod json;
mod lifecycle;
mod log;
mod message;
mod model;
mod operation;
mod origin;
mod outbox;
mod paging;
mod parameter_styles;
mod pattern;
mod problem;
mod reading;
pub mod record;
mod records;
mod request;
mod requested_faults;
mod rules;
mod running;
mod schema;
mod seed;
mod server;
mod server_model;
mod shared;
mod signature;
mod source;
mod start;
mod state;
mod store;
mod swagger;
mod validate;
mod view;
mod webhook;

pub use error::Error;
pub use idempotency::Effect;
pub use log::{Call, Check};
pub use outbox::Attempts;
pub use requested_faults::Faults;
pub use running::{Resource, Running};
pub use server_model::ServerModel;
pub use signature::Secrets;
pub use start::{Kept, Options, Refused, Sandbox};
pub use webhook::Delivery;
