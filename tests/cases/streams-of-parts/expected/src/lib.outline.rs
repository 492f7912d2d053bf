pub mod api;
pub mod client;
pub mod guide;
pub mod models;
pub mod operations;
pub use client::{Call, Client};
pub use models::*;
pub use sdkwright_runtime::{Decimal, Error, Outcome, Timestamp};
pub use sdkwright_runtime::{http, metrics, testing};
pub use sdkwright_runtime::blocking;
pub use sdkwright_runtime::reqwest;
pub mod calls {
    pub use sdkwright_runtime::{ Download, Endpoint, Events, Lines, Part, Parts, Response, };
    pub use sdkwright_runtime::client::{Raw, Resend};
    pub use sdkwright_runtime::stream::{ EventObject, EventObjectJson, EventObjectMixed, EventText, PartPlain, };
}
pub mod errors {
    pub use sdkwright_runtime::{
        ConfigError, DecodeError, Error, ErrorKind, Outcome, Problem, Refusal, Violation,
        Violations,
    };
    pub use sdkwright_runtime::clock::NonceError;
    pub use sdkwright_runtime::json::{DecodeErrorKind, EncodeError};
    pub use sdkwright_runtime::value::ValueError;
}
pub mod settings {
    pub use sdkwright_runtime::{Builder, Secret};
    pub use sdkwright_runtime::clock::{Clock, NonceSource};
    pub use sdkwright_runtime::retry::{Budget, Policy};
}
pub mod transport {
    pub use sdkwright_runtime::Transport;
    pub use sdkwright_runtime::transport::{ Body, Cause, Incoming, SendError, SendFuture, SleepFuture, };
    pub use sdkwright_runtime::ReqwestTransport;
}
pub mod values {
    pub use sdkwright_runtime::{
        Base64, Date, Decimal, Extra, Float, Integer, JsonValue, Map, Maybe, Number,
        Object, Timestamp, Upload,
    };
    pub use sdkwright_runtime::answer::{Binary, Text};
    pub use sdkwright_runtime::multipart::Multipart;
    pub use sdkwright_runtime::value::DecimalForm;
}
