//! Arguments that must be of their type already: what generated code takes where one could stand in another's place.

/// A value that is a `T` already, or a reference to one.
///
/// Text, and what `.into()` makes of it, is none: where a call takes two ids of text, text would fit in either place, and the
/// wrong one would be paid.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no `{T}`: this call takes several values of that kind, which could be swapped",
    label = "expected `{T}`",
    note = "say which one it is: `{T}::from(..)`"
)]
pub trait Typed<T> {
    /// The value.
    fn typed(self) -> T;
}

impl<T> Typed<T> for T {
    #[inline]
    fn typed(self) -> T {
        self
    }
}

impl<T: Clone> Typed<T> for &T {
    #[inline]
    fn typed(self) -> T {
        self.clone()
    }
}
