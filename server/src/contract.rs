//! Facts of a contract about all operations.

use sdkwright_runtime::glue::Api;

use crate::problem::ErrorMembers;

/// Facts of a contract about all operations.
#[derive(Debug)]
pub struct Contract {
    /// The description of the API.
    pub api: &'static Api,
    /// Names of the members of an error, if the contract has a list of errors.
    pub errors: Option<ErrorMembers>,
    /// Names of members that no request may contain; case, `_` and `-` are ignored.
    pub never_sent: &'static [&'static str],
    /// Each request has the header of the request id.
    pub requires_request_id: bool,
}
