//! The schema `OrderPage`.

use crate::sample::models::*;
use sdkwright_runtime::glue;

/// A page of orders.
#[derive(Clone, PartialEq)]
pub struct OrderPage {
    pub books: Vec<Order>,
    pub page: OrderPageInfo,
    extra: glue::Extra,
}

impl glue::Json for OrderPage {
    #[inline]
    fn read(v: glue::Value<'_>) -> Self {
        Self {
            books: v.get("books"),
            page: v.get("page"),
            extra: v.rest(),
        }
    }

    #[inline]
    fn write(&self, w: &mut glue::Writer) {
        w.begin("OrderPage");
        w.put("books", &self.books);
        w.put("page", &self.page);
        w.rest(&self.extra);
    }
}

impl std::fmt::Debug for OrderPage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        glue::debug(self, f)
    }
}

/// Cursor of the next page.
#[derive(Clone, PartialEq)]
pub struct OrderPageInfo {
    pub more: Option<bool>,
    pub after: Option<String>,
    extra: glue::Extra,
}

impl glue::Json for OrderPageInfo {
    #[inline]
    fn read(v: glue::Value<'_>) -> Self {
        Self {
            more: v.get("more"),
            after: v.get("after"),
            extra: v.rest(),
        }
    }

    #[inline]
    fn write(&self, w: &mut glue::Writer) {
        w.begin("OrderPageInfo");
        w.put("more", &self.more);
        w.put("after", &self.after);
        w.rest(&self.extra);
    }
}

impl std::fmt::Debug for OrderPageInfo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        glue::debug(self, f)
    }
}
