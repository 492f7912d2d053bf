//! In: rows. Out: a table of a PostgreSQL database, of this server alone while it runs. Never: half of what one call changed.
//!
//! A thread of its own talks to the database: a call waits for its commit without a runtime that waits with it.

use crate::error::Error;
use crate::row::{Rows, Store, StoredRow, failed, put};
use std::sync::mpsc;
use std::time::Duration;
use tokio_postgres::{Client, NoTls};

const TABLE: &str = "CREATE TABLE IF NOT EXISTS sandbox (
    client TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (client, kind, name)
)";
const PUT: &str =
    "INSERT INTO sandbox VALUES ($1, $2, $3, $4) ON CONFLICT (client, kind, name) DO UPDATE SET value = excluded.value";
const DROP: &str = "DELETE FROM sandbox WHERE client = $1 AND kind = $2 AND name = $3";
/// Held until the connection ends: two servers would not know of each other's resources.
const LOCK: &str = "SELECT pg_try_advisory_lock(hashtext('sandbox'), hashtext(current_schema()))";

/// Looks at a server that is about to end, and the time between them.
const LOOKS: u32 = 20;
const PAUSE: Duration = Duration::from_millis(100);

type Written = (String, &'static str, String, Option<String>);

/// Something to do, and the place for its result.
enum Job {
    Load(String, mpsc::Sender<Result<Rows, Error>>),
    Write(Vec<Written>, mpsc::Sender<Result<(), Error>>),
}

/// Rows in a database.
pub(super) struct Postgres {
    jobs: mpsc::Sender<Job>,
    place: String,
}

impl Postgres {
    pub(super) fn open(url: &str) -> Result<Self, Error> {
        // Without user and password, which no message may show.
        let place = url.rsplit('@').next().unwrap_or_default().to_owned();
        let (jobs, work) = mpsc::channel();
        let (tell, told) = mpsc::channel();
        let (url, name) = (url.to_owned(), place.clone());
        std::thread::Builder::new()
            .name("sandbox store".to_owned())
            .spawn(move || run(&url, &name, &work, &tell))
            .map_err(Error::Listen)?;
        told.recv().map_err(|_| ended(&place))??;
        Ok(Self { jobs, place })
    }

    fn ask<T>(&self, job: impl FnOnce(mpsc::Sender<Result<T, Error>>) -> Job) -> Result<T, Error> {
        let (tell, told) = mpsc::channel();
        self.jobs.send(job(tell)).map_err(|_| ended(&self.place))?;
        told.recv().map_err(|_| ended(&self.place))?
    }
}

fn ended(place: &str) -> Error {
    Error::Store(format!("{place}: the connection has ended"))
}

impl Store for Postgres {
    fn load(&mut self, client: &str) -> Result<Rows, Error> {
        self.ask(|tell| Job::Load(client.to_owned(), tell))
    }

    fn write(&mut self, client: &str, rows: &[StoredRow]) -> Result<(), Error> {
        let rows = rows.iter().map(|row| {
            let value = row.value.as_ref().map(ToString::to_string);
            (client.to_owned(), row.kind, row.name.clone(), value)
        });
        let rows = rows.collect();
        self.ask(|tell| Job::Write(rows, tell))
    }
}

/// The thread: connects, and does one job after another until nobody can send one.
fn run(url: &str, place: &str, work: &mpsc::Receiver<Job>, tell: &mpsc::Sender<Result<(), Error>>) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(source) => return drop(tell.send(Err(Error::Listen(source)))),
    };
    let mut client = match runtime.block_on(connect(url, place)) {
        Ok(client) => client,
        Err(error) => return drop(tell.send(Err(error))),
    };
    let _ = tell.send(Ok(()));
    for job in work {
        match job {
            Job::Load(name, tell) => drop(tell.send(runtime.block_on(load(&client, place, &name)))),
            Job::Write(rows, tell) => {
                let written = runtime.block_on(write(&mut client, &rows));
                let _ = tell.send(written.map_err(|source| failed(place, &source)));
            }
        }
    }
}

async fn connect(url: &str, place: &str) -> Result<Client, Error> {
    let wrong = |source: tokio_postgres::Error| failed(place, &source);
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.map_err(wrong)?;
    drop(tokio::spawn(connection));
    client.batch_execute(TABLE).await.map_err(wrong)?;
    for _ in 0..LOOKS {
        if client.query_one(LOCK, &[]).await.map_err(wrong)?.get(0) {
            return Ok(client);
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(Error::Store(format!("{place} is in use by another sandbox")))
}

async fn load(client: &Client, place: &str, name: &str) -> Result<Rows, Error> {
    let text = "SELECT kind, name, value FROM sandbox WHERE client = $1";
    let found = client
        .query(text, &[&name])
        .await
        .map_err(|source| failed(place, &source))?;
    let mut rows = Rows::new();
    for row in found {
        put(&mut rows, place, row.get(0), row.get(1), row.get(2))?;
    }
    Ok(rows)
}

async fn write(client: &mut Client, rows: &[Written]) -> Result<(), tokio_postgres::Error> {
    let transaction = client.transaction().await?;
    let (put, drop) = (transaction.prepare(PUT).await?, transaction.prepare(DROP).await?);
    for (name, kind, row, value) in rows {
        match value {
            Some(value) => transaction.execute(&put, &[name, kind, row, value]).await?,
            None => transaction.execute(&drop, &[name, kind, row]).await?,
        };
    }
    transaction.commit().await
}
