//! In: a contract and a program in any language. Out: a report of how the program behaves towards a server of that contract, also
//! when things go wrong. Never: a rule that is no word of the contract, or a line that passed without a case.
//!
//! The tests are in `sandbox/cli/tests/it/certify.rs`, because they run the command too.

mod command;
mod deliveries;
mod endings;
mod exam;
mod findings;
mod recorder;
mod report;
mod requests;
mod retries;
mod round;

pub use command::{begin, certify};
pub use exam::{Exam, examine};
pub use findings::{Judgement, Line};
pub use report::ExamReport;
pub use round::ForeignServer;
