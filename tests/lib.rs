//! What several test files share: where the project lies, and the contract as plain JSON.
//!
//! Read by `serde_yaml`, not by our own reader, so that the facts are checked by a second pair of eyes.
