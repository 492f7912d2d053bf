//! The newtype `ShopId`.

use sdkwright_runtime::glue;

/// The id of a shop.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ShopId(String);

impl ShopId {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for ShopId {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for ShopId {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl glue::ToParam for ShopId {
    fn param(&self) -> std::borrow::Cow<'_, str> {
        self.as_str().into()
    }
}

impl glue::Json for ShopId {
    #[inline]
    fn read(v: glue::Value<'_>) -> Self {
        Self(v.decode())
    }

    #[inline]
    fn write(&self, w: &mut glue::Writer) {
        w.newtype("ShopId", &self.0);
    }
}
