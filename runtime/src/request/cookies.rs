//! Parameters in cookies.

use super::Request;
use crate::parameter::{Param, Style, ToParam};
use crate::refusal::Refusal;
use crate::rules::Location;

impl Request {
    /// Sets a scalar in a cookie.
    pub fn cookie<T: ToParam + ?Sized>(self, name: &'static str, value: &T) -> Self {
        self.cookie_as(name, &Param::one(value), false)
    }

    /// Sets a list or object in a cookie: in form style, exploded as one pair for each item or member.
    pub fn cookie_as(self, name: &'static str, value: &Param, explode: bool) -> Self {
        let own = value.cookie(name, explode);
        self.cookie_pairs(name, value, own)
    }

    /// Sets a value in a cookie without percent-encoding (`style: cookie` of OpenAPI 3.2). A name or value that RFC 6265,
    /// section 4.1.1, does not allow is refused: the caller escapes it.
    pub fn cookie_unescaped(mut self, name: &'static str, value: &Param, explode: bool) -> Self {
        self.refuse_delimiter(name, value.ambiguous_plain(Style::Form, explode));
        match value.cookie_unescaped(name, explode) {
            Some(own) => self.cookie_pairs(name, value, own),
            None => self.refused(Refusal::Cookie { name: name.to_owned() }),
        }
    }

    fn cookie_pairs(mut self, name: &str, value: &Param, own: Vec<String>) -> Self {
        self.check(Location::Cookie, name, value);
        self.note(name, value);
        let known = self.headers.get(http::header::COOKIE);
        let known = known.and_then(|known| known.to_str().ok()).map(str::to_owned);
        self.cookies.extend(own.iter().cloned());
        let pairs: Vec<String> = known.into_iter().chain(own).collect();
        if !pairs.is_empty() {
            self.set_header("cookie", &pairs.join("; "));
        }
        self
    }
}
