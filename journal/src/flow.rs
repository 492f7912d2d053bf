//! Flows: named steps come in, what is known about them goes out, however often a process dies between two of them.
//!
//! A flow is one row of the journal, and its contents are sealed. It knows values of the application and never whether an action
//! happened: the rows of the actions decide that, by the same rules as for a single call.

mod contents;
mod error;
mod open;
mod steps;

pub use error::{FlowError, StepError};
pub use open::{Flows, OpenFlows};
pub use steps::{Executed, Flow};
