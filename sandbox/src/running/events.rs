//! In: a running server. Out: its event types, deliveries and the way in which they come. Never: an event that happens by itself (`app`).

use super::Running;
use crate::error::Error;
use crate::shared::locked;
use crate::webhook::{self, Delivery};

impl Running {
    /// The event types that the contract names.
    pub fn events(&self) -> Vec<String> {
        webhook::events(&self.shared.app.contract)
    }

    /// A signed delivery of an event type's example, to be handed over by the caller.
    pub fn signed_delivery(&self, event: &str) -> Result<Delivery, Error> {
        let app = &self.shared.app;
        let body = webhook::event(&app.contract, event, None, app.clock.life())?;
        webhook::sign(&app.contract, &self.webhook_secret, event, &body, app.clock.now())
    }

    /// Posts a signed example of an event type to the webhook URL, soon and with retries; see `deliveries`.
    pub fn deliver(&self, event: &str) -> Result<(), Error> {
        let app = &self.shared.app;
        let url = app.post.url();
        let url = url.ok_or_else(|| Error::Unknown("no webhook URL is set".to_owned()))?;
        self.shared.send_to(app.example(event)?, url);
        Ok(())
    }

    /// Turns deliveries of all clients on, to this URL, or off.
    pub fn deliver_to(&self, url: Option<String>) {
        for client in self.clients.all().skip(1) {
            client.app.post.send_to(url.clone());
        }
        self.shared.app.post.send_to(url);
    }

    /// Says how events come to all clients from now on, in words separated by commas: `twice` (a second time, signed anew), `swapped` (each one behind
    /// the next one, or a second later), `forged` (before each one another one with a wrong signature) and `delay:500` (so many milliseconds
    /// later). An empty text is the ordinary way.
    pub fn deliver_as(&self, words: &str) -> Result<(), Error> {
        let manner = words.parse().map_err(Error::Unknown)?;
        for client in self.clients.all() {
            client.app.post.send_as(manner);
        }
        Ok(())
    }

    /// The attempts to deliver so far, with what the receiver answered: the last 10,000 of each client, client by client.
    pub fn deliveries(&self) -> Vec<Delivery> {
        let of_client = |client: &crate::shared::Shared| {
            let deliveries = locked(&client.deliveries);
            let all = deliveries.all().map(|(_, delivery)| Delivery::clone(delivery));
            all.collect::<Vec<_>>()
        };
        self.clients.all().flat_map(|client| of_client(client)).collect()
    }
}
