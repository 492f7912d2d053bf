//! Streams: answers that are read as they arrive, as events, lines of JSON or bytes.
//!
//! A response whose head has arrived comes in, typed items or blocks of bytes go out, one per `try_next`. An item that cannot
//! be decoded is an error with its place and text; later items can still be read. A stream that broke off stays an error and
//! must never look complete. Nothing is requested again here.

mod download;
mod event;
mod events;
mod fields;
mod lines;
mod operation;
mod records;
mod whole;

pub use download::Download;
pub use event::{Event, EventData, EventForm, EventObject, EventObjectJson, EventObjectMixed, EventText};
pub use events::Events;
pub use lines::Lines;
pub use operation::{Downloaded, Streamed, Streams};

/// Returns the media type without its parameters, in lower case.
fn essence(content_type: &str) -> String {
    let (essence, _) = content_type.split_once(';').unwrap_or((content_type, ""));
    essence.trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests;
