//! Streams: answers that are read as they arrive, as events, lines of JSON or bytes.
//!
//! A response whose head has arrived comes in, typed items or blocks of bytes go out, one per `try_next`. An item that cannot
//! be decoded is an error with its place and text; later items can still be read. A stream that broke off stays an error and
//! must never look complete. Nothing is requested again here.

mod download;
mod event;
mod events;
mod fields;
mod lines;
mod parts;

use crate::answer::Answer;
use crate::description::Description;
use crate::operation::Operation;
use std::marker::PhantomData;

pub use download::Download;
pub use event::{Event, EventData, EventForm, EventObject, EventObjectJson, EventObjectMixed, EventText};
pub use events::Events;
pub use lines::Lines;
pub use parts::{Part, PartForm, PartJson, PartPlain, Parts, named_parts};

/// Returns the media type without its parameters, in lower case.
fn essence(content_type: &str) -> String {
    let (essence, _) = content_type.split_once(';').unwrap_or((content_type, ""));
    essence.trim().to_ascii_lowercase()
}

/// An operation whose answer is available as a stream.
#[diagnostic::on_unimplemented(
    message = "the response of `{Self}` is not a stream",
    note = "its call returns one value: `.await` it"
)]
pub trait Streams: Operation {
    /// Type of the stream.
    type Stream: Answer;
    /// Media type of the stream.
    const ACCEPT: &'static str;
}

/// The operation `O` with a stream of items as its answer.
#[derive(Debug)]
pub struct Streamed<O>(PhantomData<fn() -> O>);

impl<O: Streams> Operation for Streamed<O> {
    type Output = O::Stream;
    const DESCRIPTION: &'static Description = O::DESCRIPTION;
    const SERVER: Option<&'static str> = O::SERVER;
    const ANSWERS: &'static [u16] = O::ANSWERS;
}

/// The operation `O` with a stream of bytes as its answer.
#[derive(Debug)]
pub struct Downloaded<O>(PhantomData<fn() -> O>);

impl<O: Operation> Operation for Downloaded<O> {
    type Output = Download;
    const DESCRIPTION: &'static Description = O::DESCRIPTION;
    const SERVER: Option<&'static str> = O::SERVER;
    const ANSWERS: &'static [u16] = O::ANSWERS;
}

#[cfg(test)]
mod tests;
