//! The tests of this package show and prove the transport: `it`.
