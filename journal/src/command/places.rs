//! Places of a journal: the name of a store comes in, an open store goes out. No store is created.

#[cfg(feature = "postgres")]
use crate::postgres::Postgres;
use crate::sqlite::Sqlite;

/// The variable that names the store by default.
const VARIABLE: &str = "SDKWRIGHT_JOURNAL";

/// The place of a store.
#[derive(Debug)]
pub(super) enum Place {
    File(String),
    Database(String),
}

/// A store that was opened.
pub(super) enum Opened {
    Sqlite(Sqlite),
    #[cfg(feature = "postgres")]
    Postgres(Postgres),
}

impl Place {
    /// The place that an option names, or the variable.
    pub(super) fn named(option: Option<String>, variable: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let name = option.or_else(|| variable(VARIABLE)).filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| format!("the store is missing: write `--store PLACE`, or set {VARIABLE}"))?;
        let is_database = name.starts_with("postgres://") || name.starts_with("postgresql://");
        Ok(if is_database {
            Self::Database(name)
        } else {
            Self::File(name)
        })
    }

    pub(super) async fn open(self) -> Result<Opened, String> {
        match self {
            Self::File(path) => file(&path),
            Self::Database(config) => database(&config).await,
        }
    }
}

fn file(path: &str) -> Result<Opened, String> {
    use rusqlite::{Connection, OpenFlags};

    if !std::path::Path::new(path).is_file() {
        return Err(format!(
            "{path} is not a file: pass the file that the application opens with `--store`"
        ));
    }
    let is_there = |connection: Connection| {
        let text = "SELECT COUNT(*) FROM sqlite_master WHERE name = 'sdkwright_journal_intents'";
        connection.query_row(text, [], |row| row.get::<_, i64>(0))
    };
    let count = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).and_then(is_there);
    match count {
        Ok(0) => Err(format!("{path} does not contain a journal")),
        Ok(_) => Sqlite::open(path)
            .map(Opened::Sqlite)
            .map_err(|error| error.to_string()),
        Err(error) => Err(format!("{path} cannot be read: {error}")),
    }
}

#[cfg(feature = "postgres")]
async fn database(config: &str) -> Result<Opened, String> {
    use tokio_postgres::{Config, NoTls};

    // The text of the configuration may contain a password, and is not repeated.
    let parsed: Config = config.parse().map_err(|error| format!("`--store`: {error}"))?;
    let connected = parsed.connect(NoTls).await;
    let (client, connection) = connected.map_err(|error| format!("the database: {error}"))?;
    let driver = tokio::spawn(connection);
    let text = "SELECT to_regclass('sdkwright_journal_intents') IS NOT NULL";
    let is_there = client
        .query_one(text, &[])
        .await
        .and_then(|row| row.try_get::<_, bool>(0));
    drop(client);
    driver.abort();
    match is_there {
        Ok(true) => Postgres::connect(config)
            .await
            .map(Opened::Postgres)
            .map_err(|error| error.to_string()),
        Ok(false) => Err("the database does not contain a journal".to_owned()),
        Err(error) => Err(format!("the database: {error}")),
    }
}

#[cfg(not(feature = "postgres"))]
#[allow(clippy::unused_async, reason = "it is with the feature")]
async fn database(_: &str) -> Result<Opened, String> {
    Err("this command was built without the feature `postgres`; install it with `--features postgres`".to_owned())
}
