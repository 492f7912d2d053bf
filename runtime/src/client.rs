//! The client of one API: settings come in, calls go out through a transport, and responses or failures come back.
//!
//! Every decision is a pure function of another module (target, signature, outcome, retry); this module waits and sends. It
//! must never change a signed request and never print a secret.

mod attempt;
mod attempts;
mod base;
mod builder;
mod config_error;
mod core;
mod evaluate;
mod journaled;
mod observe;
mod prepare;
mod raw;
mod resend;
mod send;
mod sent;
mod timing;

pub use self::core::Core;
pub use self::send::{CallFuture, pending, send};
pub use crate::answer::Response;
pub use builder::{Builder, Decided, JournalDecided, JournalUndecided};
pub use config_error::{ConfigError, MissingSetting};
pub use journaled::intent;
pub use raw::Raw;
pub use resend::{Replayed, Resend};

#[cfg(test)]
mod tests;
