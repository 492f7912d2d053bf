//! The schema `OrderRequest`.

use sdkwright_runtime::{Decimal, JsonValue, glue};

/// The ordered goods.
#[derive(Clone, PartialEq)]
pub struct OrderRequest {
    /// The partner's own reference.
    pub order_ref: String,
    pub price: Decimal,
    /// The client that orders. Filled in with the client id when left out (`x-bound`).
    pub ordered_by: Option<String>,
    pub note: Option<String>,
    extra: glue::Extra,
}

impl OrderRequest {
    pub fn new(order_ref: impl Into<String>, price: Decimal) -> Self {
        Self {
            order_ref: order_ref.into(),
            price,
            ordered_by: None,
            note: None,
            extra: glue::Extra::new(),
        }
    }

    pub fn with_ordered_by(mut self, ordered_by: impl Into<String>) -> Self {
        self.ordered_by = Some(ordered_by.into());
        self
    }

    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// A member that the contract does not name.
    pub fn with_extra(mut self, name: &str, value: impl Into<JsonValue>) -> Self {
        self.extra.insert(name, value);
        self
    }
}

impl glue::Json for OrderRequest {
    #[inline]
    fn read(v: glue::Value<'_>) -> Self {
        Self {
            order_ref: v.get("orderRef"),
            price: v.get("price"),
            ordered_by: v.get("orderedBy"),
            note: v.get("note"),
            extra: v.rest(),
        }
    }

    #[inline]
    fn write(&self, w: &mut glue::Writer) {
        w.begin("OrderRequest");
        w.put("orderRef", &self.order_ref);
        w.put("price", &self.price);
        w.put("orderedBy", &self.ordered_by);
        w.sensitive("note", &self.note);
        w.rest(&self.extra);
    }
}

impl std::fmt::Debug for OrderRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        glue::debug(self, f)
    }
}
