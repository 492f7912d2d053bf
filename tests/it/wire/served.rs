//! Every operation through the generated crate, against the bank of the examples: the server's side that is generated from the same
//! contract. What the other tests of this binary ask of the local sandbox alone does not apply: chosen failures, recorded calls, and the
//! rules of `x-rules`, which the bank has in part.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use oceafin_partner::Client;
use oceafin_partner::secret::SigningSecret;
use oceafin_partner::server::{FixedClients, Options, router};
use rusqlite::Connection;
use sdkwright_server::SqliteFile;

use crate::bank::Bank;
use crate::suite::World;
use crate::{partner, steps};

/// The state of the bank.
pub(crate) struct Served {
    bank: Bank,
    file: PathBuf,
}

impl Served {
    fn rows(&self) -> Connection {
        Connection::open(&self.file).unwrap()
    }

    pub(crate) fn state(&self, id: &str) -> Option<String> {
        let select = "SELECT status FROM resources WHERE id = ?1";
        self.rows().query_row(select, [id], |row| row.get(0)).unwrap()
    }

    /// Lets the bank work until a resource is in a state, or puts it there if no work leads to it.
    pub(crate) fn put(&self, id: &str, state: &str) {
        let is_worked_for = ["APPROVED", "ACTIVE", "COMPLETED"].contains(&state);
        while is_worked_for && self.state(id).as_deref() != Some(state) {
            steps::work(&self.bank).unwrap();
        }
        let update = "UPDATE resources SET document = json_set(document, '$.status', ?2) WHERE id = ?1";
        self.rows().execute(update, [id, state]).unwrap();
    }
}

#[tokio::test]
async fn the_bank_serves_every_operation() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bank.db");
    let (store, bank) = (
        SqliteFile::open(&file).unwrap(),
        Bank::open(&file, SystemTime::now).unwrap(),
    );
    steps::seed(&bank, "bank-client").unwrap();
    let mut world = World::start(partner::FILE, partner::client);
    let secret = SigningSecret::new("sentinel9f2-secret-of-the-bank");
    let options = Options::new().clients(FixedClients::new().with("bank-client", secret));
    let options = options
        .keys(store.clone())
        .nonces(store)
        .transactional(Duration::from_secs(10), |_| true);
    sdkwright_watch::listen();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = router(bank.clone(), options);
    tokio::spawn(async move { axum::serve(listener, router).await });
    let client = Client::builder()
        .without_journal()
        .base_url(url)
        .client_id("bank-client");
    world.client = client.client_secret("sentinel9f2-secret-of-the-bank").build().unwrap();
    world.served = Some(Served { bank, file });
    let called = world.walk_served(partner::TABLE).await;
    assert_eq!(called.len(), world.contract.operations().len());
}
