//! Payments inside a workflow engine, which runs a step again after a crash: the id of a workflow and the name of a step come in,
//! values that the engine records and times of the next attempt come out. It contains no engine.
//!
//! An action takes two steps, and a third one if its result is not known:
//!
//! 1. Prepare: fix the request under [`Step::key`], and return [`Step::prepared`]. Nothing is sent.
//! 2. Act: [`Step::execute`] returns [`Settled`], or [`Again`] as the error of the step.
//! 3. Look up: [`LookUp::read`] finds out on the server whether the action happened.
//!
//! Whatever the engine repeats, the action happens once: the request and its key are those of the recorded value. A key of an attempt or
//! of a run must never exist here, because the next attempt would pay again.

mod prepared;
mod settled;
mod step;

pub use prepared::{Prepared, PreparedError};
pub use settled::{Again, LookUp, Settled};
pub use step::{Step, Workflow};
