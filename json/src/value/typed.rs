//! Arguments that must have their exact type: generated code takes them where one argument could be mistaken for another.

/// A value of type `T`, or a reference to one.
///
/// Text is not accepted, nor a conversion by `.into()`: where a call takes two ids, text would fit both, and money could go to
/// the wrong one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a `{T}`: this call takes several values of that kind, which could be swapped",
    label = "expected `{T}`",
    note = "convert it: `{T}::from(..)`"
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
