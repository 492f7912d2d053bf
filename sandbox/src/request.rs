//! In: nothing but bytes from the wire. Out: one request as this server sees it. Never: a changed target or body.

/// A request: target and body exactly as received.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The target as on the wire.
    pub target: String,
    /// Lower-case names, in order.
    pub headers: Vec<(String, String)>,
    /// The raw body.
    pub body: Vec<u8>,
}

impl Request {
    /// The first character of the target that no URI has (RFC 3986, and brackets, which many clients leave unescaped). It could be a
    /// separator of what is signed, so that one signature would fit two requests.
    pub(crate) fn stray(&self) -> Option<char> {
        let is_of_uri = |c: &char| c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:@/?%[]".contains(*c);
        self.target.chars().find(|c| !is_of_uri(c))
    }

    /// Returns the first value of a header, by name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// An answer before it goes onto the wire.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) code: Option<String>,
}
