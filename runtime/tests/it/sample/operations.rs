//! The operations of the API.

mod orders;
mod payouts;

pub use orders::{CreateOrder, ListOrders, Orders, UploadScan};
pub use payouts::{CreatePayout, Payouts, SubmitPayout};
