//! Cost of an action in its journal: durable intents recorded and settled per second, next to plain inserts with two commits.
//!
//! `cargo bench -p sdkwright-benches --bench journal` prints a table; after `--` a word such as `SQLite` chooses stores. `FOLDER` is the
//! folder of files, by default that of temporary files. All stores commit with a sync: SQLite with `synchronous = FULL`, PostgreSQL with
//! `fsync` and `synchronous_commit` on. The plain inserts of PostgreSQL have a connection for each task, and so has the journal.
//! `settled` compares actions in a new store with those next to `ROWS` settled rows, by default a million; with `SQLite` or `PostgreSQL` in one
//! store. `flows` opens `FLOWS` flows, by default 100,000, pages through them, and prints the memory of the process.

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
    if chosen.iter().any(|word| word == "settled") {
        return runtime.block_on(settled(folder.path(), &chosen));
    }
    if chosen.iter().any(|word| word == "flows") {
        return runtime.block_on(flows(&folder.path().join("flows.db")));
    }
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

/// Copies of a settled row, with other keys and ids in no order, as those of an application are. Nothing reads them.
const SQLITE_ROWS: &str = "
    WITH RECURSIVE counted (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM counted WHERE number < ?1)
    INSERT INTO sdkwright_journal_intents SELECT base_url, client_id, hex(randomblob(12)) || number, NULL, state, recorded + number,
        leased_until, leased_by, head, request, evidence, sealed_by, seal FROM sdkwright_journal_intents, counted";
const SQLITE_MADE: &str =
    "INSERT OR IGNORE INTO sdkwright_journal_made SELECT base_url, client_id, hex(randomblob(8)), key
    FROM sdkwright_journal_intents";
const POSTGRES_ROWS: &str = "
    INSERT INTO sdkwright_journal_intents (base_url, client_id, key, subject, state, recorded, leased_until, leased_by, head, request, evidence,
        sealed_by, seal, made)
    SELECT base_url, client_id, md5(random()::text) || number, NULL, state, recorded + number, leased_until, leased_by, head, request, evidence,
        sealed_by, seal, ARRAY[md5(random()::text)] FROM sdkwright_journal_intents, generate_series(1, ROWS) AS number;
    VACUUM ANALYZE sdkwright_journal_intents; CHECKPOINT";

/// Compares actions next to many settled rows with those in a new store, in turns.
async fn settled(folder: &Path, chosen: &[String]) -> Result<(), Failure> {
    let rows = std::env::var("ROWS").map_or(Ok(ROWS), |rows| rows.parse::<i64>())?;
    let is_chosen = |name: &str| chosen.len() == 1 || chosen.iter().any(|word| word == name);
    if is_chosen("SQLite") {
        let (new, full) = (folder.join("new.db"), folder.join("full.db"));
        let stores = [Journal::new(Sqlite::open(new)?)?, Journal::new(Sqlite::open(&full)?)?];
        act(&stores[1], "first").await?;
        let own = rusqlite::Connection::open(full)?;
        own.execute(SQLITE_ROWS, [rows])?;
        own.execute(SQLITE_MADE, [])?;
        own.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        compare("SQLite", rows, &stores).await?;
    }
    if is_chosen("PostgreSQL") {
        let Some(server) = PrivateServer::start_durable()? else {
            return say("PostgreSQL is not installed: it is left out.");
        };
        let mut stores = Vec::new();
        for name in ["new", "full"] {
            let (client, connection) = tokio_postgres::connect(&server.config(), tokio_postgres::NoTls).await?;
            tokio::spawn(connection);
            client.batch_execute(&format!("CREATE DATABASE {name}_store")).await?;
            let config = format!("{} dbname={name}_store", server.config());
            let journal = Journal::new(Postgres::connect(&config).await?)?;
            act(&journal, "first").await?;
            if name == "full" {
                let (client, connection) = tokio_postgres::connect(&config, tokio_postgres::NoTls).await?;
                tokio::spawn(connection);
                for statement in POSTGRES_ROWS.replace("ROWS", &rows.to_string()).split(';') {
                    client.batch_execute(statement).await?;
                }
            }
            stores.push(journal);
        }
        compare("PostgreSQL", rows, &stores).await?;
    }
    Ok(())
}

/// Measures the two stores in turns of 100 actions, and compares their median turns, which a rare pause does not change.
async fn compare<S: Store>(name: &str, rows: i64, stores: &[Journal<S>]) -> Result<(), Failure> {
    let mut turns = [Vec::new(), Vec::new()];
    for turn in 0..30 {
        for (journal, took) in stores.iter().zip(&mut turns) {
            let began = Instant::now();
            for number in 0..100 {
                act(journal, &format!("{turn}-{number}")).await?;
            }
            took.push(began.elapsed());
        }
    }
    let [new, full] = turns.map(|mut turns| {
        turns.sort();
        turns[turns.len() / 2]
    });
    let percent = full.as_micros() * 100 / new.as_micros().max(1);
    say(&format!(
        "| {name}: 100 actions in {new:?}, next to {rows} settled rows in {full:?}: {percent} % | 1 | | |"
    ))
}

/// Records intents and settles them.
async fn measure<S: Store>(name: &str, store: S, tasks: usize) -> Result<(), Failure> {
    let journal = Arc::new(Journal::new(store)?);
    count(&format!("{name}: intent and outcome"), tasks, move |_, name| {
        let journal = Arc::clone(&journal);
        async move { act(&journal, &name).await }
    })
    .await
}

async fn act<S: Store>(journal: &Journal<S>, name: &str) -> Result<(), Failure> {
    let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())?;
    let Verdict::Send(claim) = journal.begin(intent(name, name, now)).await? else {
        return Err("a new intent was refused".into());
    };
    let ids = vec![("ThingId".to_owned(), name.to_owned())];
    journal.settle(claim, Settlement::Executed { status: 201, ids }).await?;
    Ok(())
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

fn client(now: u64) -> Result<Core, Failure> {
    let builder = Builder::new(&API)
        .client_id("client-1")
        .base_url("https://api.example.com");
    let builder = builder.transport(Script::new([])).clock(FixedClock(now));
    Ok(builder.without_journal().build()?)
}

/// Opens flows, then continues each of them in another run.
async fn flows(file: &Path) -> Result<(), Failure> {
    const NOW: u64 = 1_782_604_800;
    let all = std::env::var("FLOWS").map_or(Ok(100_000), |flows| flows.parse::<u64>())?;
    let journal = Journal::new(Sqlite::open(file)?)?;
    let (first, later) = (client(NOW)?, client(NOW + 86_400)?);
    let number = Arc::new(AtomicU64::new(0));
    let mut running = Vec::new();
    for _ in 0..TASKS[3] {
        let (journal, first, number) = (journal.clone(), first.clone(), Arc::clone(&number));
        running.push(tokio::spawn(async move {
            loop {
                let at = number.fetch_add(1, Ordering::Relaxed);
                if at >= all {
                    return Ok::<_, Failure>(());
                }
                let flow = journal.flow(&first, format!("payout:{at}"));
                flow.keep("draft", || async { Ok(at) }).await?;
            }
        }));
    }
    for task in running {
        task.await??;
    }
    let (before, began) = (resident()?, Instant::now());
    let (mut open, mut count) = (journal.flows(&later).open(), 0);
    while open.next().await?.is_some() {
        count += 1;
    }
    let (broken, took, after) = (open.broken().len(), began.elapsed(), resident()?);
    say(&format!(
        "| {count} open flows ({broken} broken) in {took:?}, resident before {before} KiB, afterwards {after} KiB | 1 | | |"
    ))
}

/// The memory of this process in KiB.
fn resident() -> Result<u64, Failure> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    Ok(number.ok_or("Linux alone tells the memory of a process")?.parse()?)
}

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
    let client = client(NOW + 3 * 86_400)?;
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
