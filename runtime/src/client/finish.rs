//! The end of every call: a delivered answer or an error comes in, the value of the call's type goes out, or an error that knows
//! this type. The call can resume by its error without naming the type.

use std::any::TypeId;

use super::core::Core;
use super::delivered::Delivered;
use super::response::Response;
use crate::answer::{self, Answer};
use crate::call::Expected;
use crate::error::Error;

/// The end of a call of erased type: decodes its value as the original call would have.
pub(super) struct Finish(pub(super) fn(&Core, Result<Delivered, Error>) -> Result<(), Error>);

/// Returns the value type of a call, for resuming the call without naming the type.
pub(crate) fn expected<T: Answer>() -> Expected {
    Expected {
        of: TypeId::of::<T>(),
        streams: answer::streams::<T>(),
        finish: const { &Finish(|core, delivered| finish::<T>(core, delivered).map(drop)) },
    }
}

/// Ends every call: decodes the value, and stores the expected type in a failure.
pub(super) fn finish<T: Answer>(core: &Core, delivered: Result<Delivered, Error>) -> Result<Response<T>, Error> {
    let answer = expected::<T>();
    let delivered = delivered.map_err(|error| error.expecting(answer))?;
    if !delivered.is_confirmed {
        if !delivered.is_named() {
            return Err(delivered.unnamed().expecting(answer));
        }
        if delivered.is_foreign() {
            return Err(delivered.foreign().expecting(answer));
        }
    }
    delivered.read::<T>(core).map_err(|error| error.expecting(answer))
}
