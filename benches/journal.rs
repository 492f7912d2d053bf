//! Cost of an action in its journal: durable intents recorded and settled per second, next to plain inserts with two commits.
//!
//! `cargo bench -p sdkwright-benches --bench journal` prints a table; after `--` a word such as `SQLite` chooses stores. `FOLDER` is the
//! folder of files, by default that of temporary files. All stores commit with a sync: SQLite with `synchronous = FULL`, PostgreSQL with
//! `fsync` and `synchronous_commit` on. The plain inserts of PostgreSQL have a connection for each task, and so has the journal.

use std::error::Error;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use sdkwright_journal::conformance::{PrivateServer, intent};
use sdkwright_journal::{Journal, Memory, Postgres, Sqlite, Store};
use sdkwright_runtime::Builder;
use sdkwright_runtime::client::Core;
use sdkwright_runtime::glue::Api;
use sdkwright_runtime::journal::{Journal as _, Seal, Settlement, Verdict};
use sdkwright_runtime::testing::{FixedClock, Script};

type Failure = Box<dyn Error + Send + Sync>;

/// Duration of the measurement of each row.
const EACH: Duration = Duration::from_secs(3);

const TASKS: [usize; 4] = [1, 4, 16, 64];

const TABLE: &str = "CREATE TABLE plain (key TEXT PRIMARY KEY, state TEXT NOT NULL, body TEXT NOT NULL)";
const INSERT: &str = "INSERT INTO plain VALUES ($1, 'open', $2)";
const UPDATE: &str = "UPDATE plain SET state = 'executed', body = '' WHERE key = $1";

fn main() -> Result<(), Failure> {
    let folder = std::env::var_os("FOLDER").map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = tempfile::tempdir_in(folder)?;
    let chosen: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let is_chosen = |name: &str| chosen.is_empty() || chosen.iter().any(|word| word == name);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    say("| what | tasks | actions per second | each |")?;
    say("|---|---:|---:|---:|")?;
    syncs(folder.path())?;
    for tasks in TASKS {
        if is_chosen("memory") {
            runtime.block_on(measure("memory", Memory::new(), tasks))?;
        }
        if is_chosen("SQLite") {
            let file = |name: &str| folder.path().join(format!("{name}-{tasks}.db"));
            runtime.block_on(measure("SQLite", Sqlite::open(file("journal"))?, tasks))?;
            runtime.block_on(plain_sqlite(&file("plain"), tasks))?;
        }
    }
    if is_chosen("purge") {
        runtime.block_on(purge(&folder.path().join("purged.db")))?;
    }
    if !is_chosen("PostgreSQL") {
        return Ok(());
    }
    let Some(server) = PrivateServer::start_durable()? else {
        return say("PostgreSQL is not installed: it is left out.");
    };
    for tasks in TASKS {
        runtime.block_on(async {
            let store = Postgres::connect(&server.config()).await?.connections(tasks);
            measure("PostgreSQL", store, tasks).await?;
            plain_postgres(&server.config(), tasks).await
        })?;
    }
    Ok(())
}

/// Measures the sync of an appended page.
fn syncs(folder: &Path) -> Result<(), Failure> {
    let mut file = std::fs::File::create(folder.join("syncs"))?;
    let (began, mut count) = (Instant::now(), 0);
    while began.elapsed() < EACH {
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        count += 1;
    }
    row("4 KiB appended, `fdatasync`", 1, count, began.elapsed())
}

/// Counts the actions that tasks complete, each with a name that no other has.
async fn count<F: Future<Output = Result<(), Failure>> + Send + 'static>(
    what: &str,
    tasks: usize,
    act: impl Fn(usize, String) -> F + Clone + Send + 'static,
) -> Result<(), Failure> {
    // The first actions open the connections.
    let first: Vec<_> = (0..tasks)
        .map(|task| tokio::spawn(act(task, format!("{tasks}-first-{task}"))))
        .collect();
    for first in first {
        first.await??;
    }
    let (began, number) = (Instant::now(), Arc::new(AtomicU64::new(0)));
    let mut running = Vec::new();
    for task in 0..tasks {
        let (number, act) = (Arc::clone(&number), act.clone());
        running.push(tokio::spawn(async move {
            while began.elapsed() < EACH {
                act(task, format!("{tasks}-{}", number.fetch_add(1, Ordering::Relaxed))).await?;
            }
            Ok::<_, Failure>(())
        }));
    }
    for task in running {
        task.await??;
    }
    row(what, tasks, number.load(Ordering::Relaxed), began.elapsed())
}

/// Records intents and settles them.
async fn measure<S: Store>(name: &str, store: S, tasks: usize) -> Result<(), Failure> {
    let journal = Arc::new(Journal::new(store)?);
    count(&format!("{name}: intent and outcome"), tasks, move |_, name| {
        let journal = Arc::clone(&journal);
        async move {
            let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())?;
            let Verdict::Send(claim) = journal.begin(intent(&name, &name, now)).await? else {
                return Err("a new intent was refused".into());
            };
            let ids = vec![("ThingId".to_owned(), name)];
            journal.settle(claim, Settlement::Executed { status: 201, ids }).await?;
            Ok(())
        }
    })
    .await
}

/// Inserts rows and updates them, each with a commit, on one connection.
async fn plain_sqlite(file: &Path, tasks: usize) -> Result<(), Failure> {
    let connection = rusqlite::Connection::open(file)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.execute_batch(TABLE)?;
    let connection = Arc::new(Mutex::new(connection));
    count("SQLite: insert and update", tasks, move |_, name| {
        let connection = Arc::clone(&connection);
        async move {
            let does = move || {
                let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
                connection
                    .prepare_cached(INSERT)?
                    .execute([&name, "a text of thirty-two characters"])?;
                connection.prepare_cached(UPDATE)?.execute([&name])
            };
            tokio::task::spawn_blocking(does).await??;
            Ok(())
        }
    })
    .await
}

/// The same with a connection for each task, and prepared statements.
async fn plain_postgres(config: &str, tasks: usize) -> Result<(), Failure> {
    let mut clients = Vec::new();
    for task in 0..tasks {
        let (client, connection) = tokio_postgres::connect(config, tokio_postgres::NoTls).await?;
        tokio::spawn(connection);
        if task == 0 {
            client
                .batch_execute(&format!("DROP TABLE IF EXISTS plain; {TABLE}"))
                .await?;
        }
        let (insert, update) = (client.prepare(INSERT).await?, client.prepare(UPDATE).await?);
        clients.push((client, insert, update));
    }
    let clients = Arc::new(clients);
    count("PostgreSQL: insert and update", tasks, move |task, name| {
        let clients = Arc::clone(&clients);
        async move {
            let (client, insert, update) = &clients[task];
            client
                .execute(insert, &[&name, &"a text of thirty-two characters"])
                .await?;
            client.execute(update, &[&name]).await?;
            Ok(())
        }
    })
    .await
}

/// Number of rows that a purge removes; `ROWS` sets another one.
const ROWS: i64 = 1_000_000;

static API: Api = Api::new("Things", "bench/1");

/// Removes many rows while another connection waits for the file again and again.
async fn purge(file: &Path) -> Result<(), Failure> {
    const NOW: u64 = 1_782_604_800;
    let rows = std::env::var("ROWS").map_or(Ok(ROWS), |rows| rows.parse())?;
    let journal = Journal::new(Sqlite::open(file)?)?;
    let mut first = intent("first", "first", NOW.cast_signed());
    first.seal = Seal::default();
    let Verdict::Send(claim) = journal.begin(first).await? else {
        return Err("a new intent was refused".into());
    };
    let ids = vec![("ThingId".to_owned(), "t-1".to_owned())];
    journal.settle(claim, Settlement::Executed { status: 201, ids }).await?;
    let own = rusqlite::Connection::open(file)?;
    // Without a key in the client, a copy of a row is a row. Keys are in no order, as those of an application are.
    own.execute(
        "WITH RECURSIVE counted (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM counted WHERE number < ?1)
         INSERT INTO sdkwright_journal_intents SELECT base_url, client_id, hex(randomblob(12)) || number, subject, state, recorded,
            leased_until, leased_by, head, request, evidence, sealed_by, seal FROM sdkwright_journal_intents, counted",
        [rows - 1],
    )?;
    own.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    let full = std::fs::metadata(file)?.len();
    let is_done = Arc::new(AtomicU64::new(0));
    let done = Arc::clone(&is_done);
    let waits = std::thread::spawn(move || {
        own.busy_timeout(Duration::ZERO)?;
        let (mut waits, mut waiting) = (Vec::new(), Instant::now());
        while done.load(Ordering::Relaxed) == 0 {
            if own.execute_batch("BEGIN IMMEDIATE").is_ok() {
                waits.push(waiting.elapsed());
                own.execute_batch("ROLLBACK")?;
                std::thread::sleep(Duration::from_millis(1));
                waiting = Instant::now();
            } else {
                std::thread::yield_now();
            }
        }
        waits.sort();
        Ok::<_, rusqlite::Error>(waits)
    });
    let client: Core = Builder::new(&API)
        .client_id("client-1")
        .base_url("https://api.example.com")
        .transport(Script::new([]))
        .clock(FixedClock(NOW + 3 * 86_400))
        .without_journal()
        .build()?;
    let began = Instant::now();
    let purged = journal
        .actions(&client)
        .purge(UNIX_EPOCH + Duration::from_secs(NOW + 86_400))
        .await?;
    let took = began.elapsed();
    is_done.store(1, Ordering::Relaxed);
    let waits = waits.join().map_err(|_| "the other connection failed")??;
    let longest = [500, 990, 1000].map(|part| waits[(waits.len() * part / 1000).saturating_sub(1)]);
    let left = std::fs::metadata(file)?.len();
    let removed = purged.removed;
    say(&format!(
        "| purge of {removed} rows in {took:?}, another connection waits {longest:?} (half, 99 of 100, all), {full} bytes become {left} | 1 | | |"
    ))
}

fn row(what: &str, tasks: usize, count: u64, took: Duration) -> Result<(), Failure> {
    let micros = took.as_micros() / u128::from(count.max(1));
    let per_second = u128::from(count) * 1_000_000 / took.as_micros().max(1);
    say(&format!("| {what} | {tasks} | {per_second} | {micros} us |"))
}

fn say(line: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout();
    Ok(writeln!(out, "{line}").and_then(|()| out.flush())?)
}
