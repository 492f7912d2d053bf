//! A fake of Bank Feeds API: accounts of a connection, in memory. Transactions are not implemented.

use std::collections::HashMap;
use std::sync::Mutex;

use strange_codat_bankfeeds::models::BankFeedAccount;
use strange_codat_bankfeeds::server::axum::http::{HeaderMap, StatusCode};
use strange_codat_bankfeeds::server::bank_feed_accounts::*;
use strange_codat_bankfeeds::server::*;

/// Accounts by company and connection.
#[derive(Default)]
struct Feeds(Mutex<HashMap<[String; 2], Vec<BankFeedAccount>>>);

impl BankFeedAccountsApi for Feeds {
    async fn list(&self, _: &Context, request: ListRequest) -> Result<ListResponse, Problem> {
        let feeds = self.0.lock().unwrap();
        let found = feeds.get(&[request.company_id, request.connection_id]);
        Ok(ListResponse::Ok(found.cloned().unwrap_or_default()))
    }

    async fn create(&self, _: &Context, request: CreateRequest) -> Result<CreateResponse, Problem> {
        let accounts = request.body.unwrap_or_default();
        let feed = [request.company_id, request.connection_id];
        self.0.lock().unwrap().insert(feed, accounts.clone());
        Ok(CreateResponse::Ok(accounts))
    }

    async fn update(&self, _: &Context, request: UpdateRequest) -> Result<UpdateResponse, Problem> {
        let mut feeds = self.0.lock().unwrap();
        let accounts = feeds.entry([request.company_id, request.connection_id]).or_default();
        let changed = request.body.ok_or_else(|| Problem::from_status(StatusCode::BAD_REQUEST))?;
        accounts.retain(|account| account.id != changed.id);
        accounts.push(changed.clone());
        Ok(UpdateResponse::Ok(changed))
    }
}

impl BankAccountTransactionsApi for Feeds {}

fn caller(headers: &HeaderMap) -> Result<String, Problem> {
    let is_known = headers.get("authorization").is_some_and(|key| key == "Basic dGVzdDo=");
    is_known.then(|| "test".to_owned()).ok_or_else(|| Problem::from_status(StatusCode::UNAUTHORIZED))
}

pub fn served() -> axum::Router {
    router(Feeds::default(), Options::new().caller(caller))
}
