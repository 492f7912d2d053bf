//! In: a server for each client, and a request. Out: the server that the request is for. Never: something that two clients share but the clock, the
//! server model and the faults.

use crate::request::Request;
use crate::requested_faults;
use crate::shared::Shared;
use std::sync::Arc;

/// Servers of one contract, one for each client: what one client makes is in no list and under no id of another.
pub(crate) struct Clients {
    first: Arc<Shared>,
    others: Vec<Arc<Shared>>,
    /// The contract's headers with the id of a client.
    headers: Vec<String>,
}

impl Clients {
    pub(crate) fn new(first: Arc<Shared>, others: Vec<Arc<Shared>>) -> Self {
        let signing = first.app.api.contract.extensions.signing.values();
        let headers = signing.filter_map(|one| one.client_header.clone()).collect();
        Self { first, others, headers }
    }

    pub(crate) fn first(&self) -> &Arc<Shared> {
        &self.first
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Arc<Shared>> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// Makes the steps that time has brought since, for every client.
    pub(crate) fn advance(&self) {
        self.all().for_each(|one| one.advance());
    }

    pub(crate) fn named(&self, id: &str) -> Option<&Arc<Shared>> {
        self.all().find(|shared| shared.app.credentials.client_id == id)
    }

    /// The server of the client that calls; the first one refuses unknown clients.
    pub(crate) fn calling(&self, request: &Request) -> &Arc<Shared> {
        if self.others.is_empty() {
            return &self.first;
        }
        let mut ids = self.headers.iter().filter_map(|name| request.header(name));
        ids.find_map(|id| self.named(id)).unwrap_or(&self.first)
    }

    /// The server of the client that a person or a test looks at: the first one, unless another is named.
    pub(crate) fn shown(&self, request: &Request) -> Result<&Arc<Shared>, String> {
        if let Some(id) = request.header(requested_faults::CLIENT) {
            return self.named(id).ok_or_else(|| self.unknown(id));
        }
        let cookies = request.header("cookie").unwrap_or_default().split(';');
        let mut cookies = cookies.filter_map(|pair| pair.trim().split_once('='));
        let cookie = cookies
            .find(|(name, _)| *name == requested_faults::CLIENT)
            .map(|(_, id)| id);
        // A cookie can be left over from another server of this machine.
        let shown = cookie.and_then(|id| self.all().find(|one| encoded(&one.app.credentials.client_id) == id));
        Ok(shown.unwrap_or(&self.first))
    }

    /// The cookie with which a browser looks at a client.
    pub(crate) fn looked_at(&self, id: &str) -> Result<String, String> {
        let known = self.named(id).ok_or_else(|| self.unknown(id))?;
        let id = encoded(&known.app.credentials.client_id);
        Ok(format!(
            "{}={id}; Path=/.sandbox; HttpOnly; SameSite=Strict",
            requested_faults::CLIENT
        ))
    }

    fn unknown(&self, id: &str) -> String {
        let ids: Vec<&str> = self.all().map(|one| one.app.credentials.client_id.as_str()).collect();
        format!("There is no client `{id}`; there are {}.", ids.join(", "))
    }
}

/// An id in the letters of a cookie.
fn encoded(id: &str) -> String {
    crate::encode::hex(id.as_bytes())
}
