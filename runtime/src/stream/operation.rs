//! The same operation, whose answer is read in another way.

use std::marker::PhantomData;

use super::Download;
use crate::answer::Answer;
use crate::description::Description;
use crate::operation::Operation;

/// An operation whose answer can be asked for as a stream.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no answer that is a stream",
    note = "its call gives one value: `.await` it"
)]
pub trait Streams: Operation {
    /// The stream.
    type Stream: Answer;
    /// The media type to ask for.
    const ACCEPT: &'static str;
}

/// `O`, whose answer is a stream of items.
#[derive(Debug)]
pub struct Streamed<O>(PhantomData<fn() -> O>);

impl<O: Streams> Operation for Streamed<O> {
    type Output = O::Stream;
    const DESCRIPTION: &'static Description = O::DESCRIPTION;
    const SERVER: Option<&'static str> = O::SERVER;
    const ANSWERS: &'static [u16] = O::ANSWERS;
}

/// `O`, whose answer is bytes as they come.
#[derive(Debug)]
pub struct Downloaded<O>(PhantomData<fn() -> O>);

impl<O: Operation> Operation for Downloaded<O> {
    type Output = Download;
    const DESCRIPTION: &'static Description = O::DESCRIPTION;
    const SERVER: Option<&'static str> = O::SERVER;
    const ANSWERS: &'static [u16] = O::ANSWERS;
}
