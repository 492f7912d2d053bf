//! Values of answers for tests, made of JSON.

use crate::json::{self, DecodeError, Json};

/// Makes a value of a type that only arrives, which has no constructor. Each model has these functions.
///
/// ```
/// use sdkwright_runtime::Map;
/// use sdkwright_runtime::testing::FromJson as _;
///
/// let names: Map<String> = Map::from_json(r#"{"en": "book"}"#)?;
/// assert_eq!(names.len(), 1);
/// # Ok::<(), sdkwright_runtime::DecodeError>(())
/// ```
pub trait FromJson: Json {
    /// Reads a value as from an answer: a required member that lacks is an error.
    fn from_json(text: &str) -> Result<Self, DecodeError> {
        json::from_slice(text.as_bytes())
    }

    /// Reads a value in which required members may lack, `{}` for instance. They get an empty text, zero, an
    /// unknown enum value or another one without a meaning: a test sets those that it needs.
    fn from_partial_json(text: &str) -> Result<Self, DecodeError> {
        json::from_part(text.as_bytes())
    }
}

impl<T: Json> FromJson for T {}
