//! Cost of an action in its journal: durable intents recorded and settled per second, next to the syncs of the disk alone.
//!
//! `cargo bench -p sdkwright-benches --bench journal` prints a table. `FOLDER` says where (the folder of temporary files). SQLite
//! commits with a full sync; PostgreSQL is a server of the benchmark's own with the settings it comes with (`fsync` and
//! `synchronous_commit` on).

use std::error::Error;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use sdkwright_journal::conformance::{PrivateServer, intent};
use sdkwright_journal::{Journal, Memory, Postgres, Sqlite, Store};
use sdkwright_runtime::journal::{Journal as _, Settlement, Verdict};

type Failure = Box<dyn Error + Send + Sync>;

/// Duration of the measurement of each row.
const EACH: Duration = Duration::from_secs(3);

fn main() -> Result<(), Failure> {
    let folder = std::env::var_os("FOLDER").map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = tempfile::tempdir_in(folder)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    say("| what | calls at once | per second | each |")?;
    say("|---|---:|---:|---:|")?;
    for round in 1..=2 {
        syncs(folder.path(), round)?;
        for tasks in [1, 16] {
            runtime.block_on(measure("memory", Memory::new(), tasks))?;
            let file = folder.path().join(format!("{round}-{tasks}.db"));
            runtime.block_on(measure("SQLite", Sqlite::open(file)?, tasks))?;
        }
        let Some(server) = PrivateServer::start()? else {
            say("PostgreSQL is not installed: it is left out.")?;
            continue;
        };
        for tasks in [1, 16] {
            runtime.block_on(async {
                let store = Postgres::connect(&server.config()).await?;
                measure("PostgreSQL", store, tasks).await
            })?;
        }
    }
    Ok(())
}

/// Measures the sync of an appended page.
fn syncs(folder: &Path, round: u32) -> Result<(), Failure> {
    let mut file = std::fs::File::create(folder.join(format!("syncs-{round}")))?;
    let (began, mut count) = (Instant::now(), 0);
    while began.elapsed() < EACH {
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        count += 1;
    }
    row("4 KiB appended, `fdatasync`", 1, count, began.elapsed())
}

/// Writes intents and settles them.
async fn measure<S: Store>(name: &str, store: S, tasks: usize) -> Result<(), Failure> {
    let journal = Arc::new(Journal::new(store)?);
    let (began, number) = (Instant::now(), Arc::new(AtomicU64::new(0)));
    let mut running = Vec::new();
    for _ in 0..tasks {
        let (journal, number) = (Arc::clone(&journal), Arc::clone(&number));
        running.push(tokio::spawn(async move {
            while began.elapsed() < EACH {
                // Keys differ from those of earlier measurements in the same database.
                let name = format!("{tasks}-{}", number.fetch_add(1, Ordering::Relaxed));
                let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())?;
                let Verdict::Send(claim) = journal.begin(intent(&name, &name, now)).await? else {
                    return Err("a new intent was refused".into());
                };
                let ids = vec![("ThingId".to_owned(), name)];
                journal.settle(claim, Settlement::Executed { status: 201, ids }).await?;
            }
            Ok::<_, Failure>(())
        }));
    }
    for task in running {
        task.await??;
    }
    row(
        &format!("{name}: intent and outcome"),
        tasks,
        number.load(Ordering::Relaxed),
        began.elapsed(),
    )
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
