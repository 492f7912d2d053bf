//! Answers that are read as they come: events, lines of JSON, bytes.
//!
//! A response whose head has arrived comes in, typed items or blocks of bytes go out, one `try_next` at a time. What cannot
//! be read is an error that says where and keeps the text; the item behind it can still be read. A stream that broke off
//! stays an error and never looks complete. Nothing is asked for again here.

mod download;
mod event;
mod events;
mod fields;
mod lines;
mod operation;
mod records;

pub use download::Download;
pub use event::{Data, Event, Form, Plain, Whole, WholeJson};
pub use events::Events;
pub use lines::Lines;
pub use operation::{Downloaded, Streamed, Streams};

/// The media type without its parameters, in lower case.
fn essence(content_type: &str) -> String {
    let (essence, _) = content_type.split_once(';').unwrap_or((content_type, ""));
    essence.trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests;
