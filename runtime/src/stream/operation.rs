//! Operations whose answer is read as a stream: the type of an operation comes in, a type with the same request and another
//! answer goes out.

use std::marker::PhantomData;

use super::Download;
use crate::answer::Answer;
use crate::description::Description;
use crate::operation::Operation;

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
