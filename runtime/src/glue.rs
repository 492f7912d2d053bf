//! What generated code calls. Not for people: it may change whenever code is regenerated.
//!
//! Generated code says constants (descriptions of an API and its operations) and hands arguments over; everything that
//! decides, waits or sends is behind this door.

pub use crate::client::{Answer, Binary, Core, Pending, Text, pending, send, unnamed};
pub use crate::draft::{Approval, Input};
pub use crate::forbidden::warn_of;
pub use crate::idempotency::{Idempotency, Intent};
pub use crate::json::*;
pub use crate::multipart::{Multipart, Upload};
pub use crate::paging::{Operation, Paged, Paging};
pub use crate::problem::{Members, ProblemBody, ProblemCode, ProblemPlaces, ProblemRow, RetryClass, RowOutcome, row};
pub use crate::request::{
    Api, Bound, Description, Environment, Param, Request, Style, Subject, Success, ToParam, Variable,
};
pub use crate::rules::Rules;
pub use crate::secret::SecretEncoding;
pub use crate::security::{Scheme, SchemeKind};
pub use crate::signing::{BodyEncoding, Component, MacEncoding, Signing, TimestampFormat};
pub use crate::stream::{Downloaded, Plain, Received, Streamed, Streams, Whole, WholeJson};
pub use crate::value::Typed;
pub use crate::waiting::{LookedUp, Lookup, State, Watched};
pub use crate::webhook::{Verified, Webhook, Webhooks};
pub use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A request of an operation, before its arguments.
pub fn request<O: Operation>(client: &impl AsRef<Core>) -> Request {
    Request::new(client.as_ref(), O::DESCRIPTION)
        .server(O::SERVER)
        .answers(O::ANSWERS)
}
