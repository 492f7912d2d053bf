//! Items of any kind, for all stages.

/// Returns the only item; `None` if there are none or several.
pub fn exactly_one<T>(items: impl IntoIterator<Item = T>) -> Option<T> {
    let mut items = items.into_iter();
    let first = items.next()?;
    items.next().is_none().then_some(first)
}
