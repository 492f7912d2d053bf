//! Outcome and retry of a failure: the whole product of histories and last attempts as a
//! table over pure functions, the same over real HTTP, and what further attempts look like on the wire.

mod advice;
mod attempts;
mod expected;
mod failures;
mod table;
