//! Orders.

use crate::sample::client::{Call, Client};
use crate::sample::models::*;
use sdkwright_runtime::{IdempotencyKey, glue};

/// Orders.
#[derive(Debug, Clone, Copy)]
pub struct Orders<'c> {
    pub(crate) client: &'c Client,
}

impl Orders<'_> {
    /// Orders a book.
    pub fn create(self, key: IdempotencyKey, shop_id: &ShopId, body: &OrderRequest) -> Call<CreateOrder> {
        Call::new(
            self.client,
            glue::request::<CreateOrder>(self.client)
                .key(key)
                .path("shopId", shop_id)
                .json(body),
        )
    }

    /// Lists the orders of a shop.
    pub fn list(self, shop_id: &ShopId) -> Call<ListOrders> {
        Call::new(
            self.client,
            glue::request::<ListOrders>(self.client).path("shopId", shop_id),
        )
    }

    /// Uploads a scan.
    pub fn upload_scan(self, key: IdempotencyKey, order_id: &str, body: &ScanRequest) -> Call<UploadScan> {
        Call::new(
            self.client,
            glue::request::<UploadScan>(self.client)
                .key(key)
                .path("orderId", order_id)
                .multipart(body.parts()),
        )
    }
}

/// The operation `createOrder`.
#[derive(Debug, Clone, Copy)]
pub struct CreateOrder;

impl glue::Operation for CreateOrder {
    type Output = Order;
    const DESCRIPTION: &'static glue::Description = &glue::Description {
        id: "createOrder",
        method: "POST",
        path: "/v2/shops/{shopId}/orders",
        security: Some(&[&[("Signature", &[])]]),
        intent: Some(glue::KeyIntent::Effect),
        accept: "application/json, application/problem+json",
        bound: &[("/orderedBy", glue::Bound::ClientId)],
        ..glue::Description::new("", "", "")
    };
    const ANSWERS: &'static [u16] = &[200, 201];
}

/// The operation `listOrders`.
#[derive(Debug, Clone, Copy)]
pub struct ListOrders;

impl glue::Operation for ListOrders {
    type Output = OrderPage;
    const DESCRIPTION: &'static glue::Description = &glue::Description {
        id: "listOrders",
        method: "GET",
        path: "/v2/shops/{shopId}/orders",
        security: Some(&[&[("Signature", &[])]]),
        intent: None,
        accept: "application/json, application/problem+json",
        bound: &[],
        ..glue::Description::new("", "", "")
    };
}

impl glue::Paged for ListOrders {
    const ITEMS: &'static str = "/data";
    type Item = Order;
    const PAGING: glue::Paging = glue::Paging {
        cursor: "after",
        limit: Some("size"),
    };

    fn items(page: OrderPage) -> Vec<Order> {
        page.books
    }

    fn next(page: &OrderPage) -> Option<String> {
        if page.page.more == Some(false) {
            return None;
        }
        page.page.after.clone()
    }
}

impl Call<ListOrders> {
    /// Only orders in this status.
    pub fn status(self, status: &OrderStatus) -> Self {
        Self {
            request: self.request.query("status", status),
            ..self
        }
    }

    /// Number of orders on a page.
    pub fn limit(self, limit: i64) -> Self {
        Self {
            request: self.request.query("size", &limit),
            ..self
        }
    }
}

/// The operation `uploadScan`.
#[derive(Debug, Clone, Copy)]
pub struct UploadScan;

impl glue::Operation for UploadScan {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description {
        id: "uploadScan",
        method: "POST",
        path: "/v2/orders/{orderId}/scans",
        security: Some(&[&[("Signature", &[])]]),
        intent: Some(glue::KeyIntent::Effect),
        accept: "application/json, application/problem+json",
        bound: &[],
        ..glue::Description::new("", "", "")
    };
    const ANSWERS: &'static [u16] = &[204];
}
