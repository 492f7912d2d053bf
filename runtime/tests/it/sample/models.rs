//! The types of the API.

mod order;
mod order_page;
mod order_request;
mod payout;
mod problem_code;
mod scan;
mod shop_id;
mod webhook_event;

pub use order::{Order, OrderStatus};
pub use order_page::{OrderPage, OrderPageInfo};
pub use order_request::OrderRequest;
pub use payout::{Payout, PayoutApproval, PayoutRequest, PayoutSubmission};
pub use problem_code::ProblemCode;
pub use scan::ScanRequest;
pub use shop_id::ShopId;
pub use webhook_event::WebhookEvent;
