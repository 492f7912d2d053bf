//! In: requests in the order in which they come. Out: what an examination planned for each of them. Never: a change of a
//! request.

use crate::forced::Forced;
use crate::request::Request;
use std::fmt;

type Plan = Box<dyn Fn(&Request) -> Forced + Send + Sync>;

/// A plan for all requests of a server, in place of its schedule of faults.
pub(crate) struct Script {
    plan: Plan,
    /// The largest number of items on a page; every list then has at least two pages.
    pub(crate) page_size: Option<usize>,
}

impl Script {
    pub(crate) fn new(page_size: Option<usize>, plan: Plan) -> Self {
        Self { plan, page_size }
    }

    /// Returns the planned behaviour for a request that has just come.
    pub(crate) fn of(&self, request: &Request) -> Forced {
        (self.plan)(request)
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Script")
            .field("page_size", &self.page_size)
            .finish_non_exhaustive()
    }
}
