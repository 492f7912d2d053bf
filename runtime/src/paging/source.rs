//! Places of a cursor in the requests and responses of a list.

/// Places of a request for paging: names of query parameters, or JSON Pointers into its body, which begin with `/`.
#[derive(Debug)]
pub struct Paging {
    /// Place of the cursor; empty if the query of the next request comes from a URL.
    pub cursor: &'static str,
    /// Place of the page size.
    pub limit: Option<&'static str>,
}

/// Source of the next page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextPage {
    /// The cursor in the response ([`Paged::next`](crate::paging::Paged::next)).
    Value,
    /// The URL in the response ([`Paged::next`](crate::paging::Paged::next)): the client uses its query alone.
    Url,
    /// The cursor in this header.
    Header(&'static str),
    /// The URL with this relation in the `Link` header: the client uses its query alone.
    Link(&'static str),
    /// The number of items before the page; that of the first page.
    Offset(u64),
    /// The number of the page; that of the first page.
    Page(u64),
}

/// The progress of a list, as its response shows it.
#[derive(Debug, Default)]
pub struct Progress {
    /// Whether the list continues; `None` if the response does not show it.
    pub more: Option<bool>,
    /// Number of items of the page, for counted pages.
    pub items: usize,
    /// Number of all items or pages, for counted pages.
    pub total: Option<String>,
}
