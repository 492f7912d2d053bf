//! The schema `Order`.

use sdkwright_runtime::{Decimal, Extra, glue};

/// An order.
#[derive(Clone, PartialEq)]
pub struct Order {
    /// Its id.
    pub order_id: String,
    pub status: OrderStatus,
    /// The price.
    pub price: Decimal,
    /// A remark.
    pub note: Option<String>,
    extra: glue::Extra,
}

impl Order {
    /// Members that the contract does not name.
    pub fn extra(&self) -> &Extra {
        &self.extra
    }
}

impl glue::Json for Order {
    #[inline]
    fn read(v: glue::Value<'_>) -> Self {
        Self {
            order_id: v.get("orderId"),
            status: v.get("status"),
            price: v.get("price"),
            note: v.get("note"),
            extra: v.rest(),
        }
    }

    #[inline]
    fn write(&self, w: &mut glue::Writer) {
        w.begin("Order");
        w.put("orderId", &self.order_id);
        w.put("status", &self.status);
        w.put("price", &self.price);
        w.sensitive("note", &self.note);
        w.rest(&self.extra);
    }
}

impl std::fmt::Debug for Order {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        glue::debug(self, f)
    }
}

impl glue::Serialize for Order {
    fn serialize<S: glue::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        glue::serialize(self, s)
    }
}

impl<'de> glue::Deserialize<'de> for Order {
    fn deserialize<D: glue::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        glue::deserialize(d)
    }
}

/// Status of an order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OrderStatus {
    /// `OPEN`
    Open,
    /// `SHIPPED`
    Shipped,
    /// A value that the contract does not name.
    Unknown(String),
}

impl glue::Enum for OrderStatus {
    const TABLE: &'static [(&'static str, Self)] = &[("OPEN", Self::Open), ("SHIPPED", Self::Shipped)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;

    #[inline]
    fn unknown_text(&self) -> Option<&str> {
        if let Self::Unknown(text) = self {
            Some(text)
        } else {
            None
        }
    }
}

impl OrderStatus {
    /// The value as it is on the wire.
    pub fn as_str(&self) -> &str {
        glue::enum_text(self)
    }
}

impl glue::ToParam for OrderStatus {
    fn param(&self) -> std::borrow::Cow<'_, str> {
        self.as_str().into()
    }
}
