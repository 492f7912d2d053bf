//! Options of the command: words come in, what is to be done goes out.
//!
//! A store that is named must exist: no store is created.

#[cfg(feature = "postgres")]
use crate::postgres::Postgres;
use crate::sqlite::Sqlite;
use lexopt::{Arg, ValueExt as _};
use sdkwright_runtime::clock::Moment;
use sdkwright_runtime::journal::Sender;
use sdkwright_runtime::signing::clock::unix_seconds;
use sdkwright_runtime::value::Timestamp;
use std::ffi::OsString;
use std::time::SystemTime;

pub(super) const HELP: &str = include_str!("help.txt");

/// The action of the command.
#[derive(Debug)]
pub(super) enum CommandAction {
    List {
        all: bool,
    },
    Show {
        key: String,
    },
    Reconcile {
        key: String,
        by: String,
        told: Statement,
    },
    ReSign {
        key: Option<String>,
    },
    /// With the time of a lookup that found nothing, in seconds since 1970, if there was one.
    Remove {
        key: String,
        looked_up: Option<i64>,
    },
}

/// A finding, as a person gives it.
#[derive(Debug)]
pub(super) enum Statement {
    /// Executed, with ids; none if the response has no id.
    Found(Vec<String>),
    /// Nothing was there at this time, in seconds since 1970.
    Nothing { looked_up: Option<i64> },
}

/// The clients whose intents are meant.
#[derive(Debug, Clone, Default)]
pub(super) struct Whose {
    client_id: Option<String>,
    base_url: Option<String>,
}

impl Whose {
    pub(super) fn includes(&self, sender: &Sender) -> bool {
        let is_client = self.client_id.is_none() || self.client_id == sender.client_id;
        is_client && self.base_url.as_ref().is_none_or(|url| *url == sender.base_url)
    }
}

/// The options, read.
#[derive(Debug)]
pub(super) struct Options {
    pub(super) action: CommandAction,
    pub(super) store: Option<String>,
    pub(super) secret_env: Option<String>,
    pub(super) previous: Option<String>,
    pub(super) whose: Whose,
}

/// Options as they come, before they are checked against each other.
#[derive(Debug, Default)]
struct GivenOptions {
    words: Vec<String>,
    store: Option<String>,
    secret_env: Option<String>,
    previous: Option<String>,
    whose: Whose,
    by: Option<String>,
    found: Vec<String>,
    looked_up: Option<i64>,
    all: bool,
    happened: bool,
    nothing: bool,
}

impl Options {
    /// Reads the words; `None` if only the help is wanted.
    pub(super) fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Option<Self>, lexopt::Error> {
        let (mut words, mut given) = (lexopt::Parser::from_args(words), GivenOptions::default());
        while let Some(word) = words.next()? {
            match word {
                Arg::Long("help") | Arg::Short('h') => return Ok(None),
                Arg::Long("store") => given.store = Some(words.value()?.string()?),
                Arg::Long("secret-env") => given.secret_env = Some(words.value()?.string()?),
                Arg::Long("previous-secret-env") => given.previous = Some(words.value()?.string()?),
                Arg::Long("client-id") => given.whose.client_id = Some(words.value()?.string()?),
                Arg::Long("base-url") => given.whose.base_url = Some(words.value()?.string()?),
                Arg::Long("by") => given.by = Some(words.value()?.string()?),
                Arg::Long("found") => given.found.push(words.value()?.string()?),
                Arg::Long("looked-up") => given.looked_up = Some(instant(&words.value()?.string()?)?),
                Arg::Long("all") => given.all = true,
                Arg::Long("happened") => given.happened = true,
                Arg::Long("nothing") => given.nothing = true,
                Arg::Value(word) => given.words.push(word.string()?),
                other => return Err(other.unexpected()),
            }
        }
        let action = given.action()?;
        Ok(Some(Self {
            action,
            store: given.store,
            secret_env: given.secret_env,
            previous: given.previous,
            whose: given.whose,
        }))
    }
}

impl GivenOptions {
    fn action(&mut self) -> Result<CommandAction, &'static str> {
        let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
        let action = match words[..] {
            ["list"] => CommandAction::List { all: self.all },
            ["show", key] => CommandAction::Show { key: key.to_owned() },
            ["reconcile", key] => CommandAction::Reconcile {
                key: key.to_owned(),
                by: self
                    .by
                    .take()
                    .or_else(|| std::env::var("USER").ok())
                    .filter(|by| !by.trim().is_empty())
                    .unwrap_or_else(|| "unknown".to_owned()),
                told: self.told()?,
            },
            ["re-sign"] => CommandAction::ReSign { key: None },
            ["re-sign", key] => CommandAction::ReSign {
                key: Some(key.to_owned()),
            },
            ["remove", _] if self.looked_up.is_some() && !self.nothing => {
                return Err("`--looked-up` needs `--nothing`");
            }
            ["remove", key] => CommandAction::Remove {
                key: key.to_owned(),
                looked_up: self.nothing.then(|| self.looked_up.unwrap_or(now().at - LOOKED_UP)),
            },
            ["show" | "reconcile" | "remove"] => return Err("the key is missing"),
            [] => return Err("the command is missing: list, show, reconcile, re-sign or remove"),
            _ => {
                return Err("the commands are `list`, `show KEY`, `reconcile KEY`, `re-sign [KEY]` and `remove KEY`");
            }
        };
        let has_found = self.happened || !self.found.is_empty() || self.by.is_some();
        let has_nothing = self.nothing || self.looked_up.is_some();
        match action {
            CommandAction::List { .. } | CommandAction::Show { .. } | CommandAction::ReSign { .. }
                if has_found || has_nothing =>
            {
                Err("only `reconcile KEY` accepts a finding, and `remove KEY` the finding `--nothing`")
            }
            CommandAction::Remove { .. } if has_found => Err("`remove KEY` accepts only the finding `--nothing`"),
            CommandAction::ReSign { .. } if self.secret_env.is_none() || self.previous.is_none() => {
                Err("`re-sign` needs `--secret-env` and `--previous-secret-env`")
            }
            CommandAction::List { .. } => Ok(action),
            _ if self.all => Err("`--all` is only allowed with `list`"),
            action => Ok(action),
        }
    }

    fn told(&mut self) -> Result<Statement, &'static str> {
        match (&self.found[..], self.happened, self.nothing, self.looked_up) {
            ([_, ..], false, false, None) => Ok(Statement::Found(self.found.clone())),
            ([], true, false, None) => Ok(Statement::Found(Vec::new())),
            ([], false, true, looked_up) => Ok(Statement::Nothing { looked_up }),
            ([], false, false, _) => Err("`reconcile` needs the finding: `--found ID`, `--happened`, or `--nothing`"),
            _ => Err("give one finding: `--found ID`, `--happened`, or `--nothing`"),
        }
    }
}

/// The seconds since a lookup whose time is not given: a finding counts only if no copy of the request could act after the lookup.
pub(super) const LOOKED_UP: i64 = 600;

pub(super) fn now() -> Moment {
    Moment::from(unix_seconds(SystemTime::now()))
}

/// Reads an instant (RFC 3339) as seconds since 1970.
fn instant(text: &str) -> Result<i64, String> {
    let instant = text.parse::<Timestamp>().ok().and_then(|instant| instant.unix());
    let (seconds, _) = instant.ok_or_else(|| format!("`{text}` is not a time such as 2026-06-28T09:30:00Z"))?;
    Ok(seconds)
}

/// The variable that names the store by default.
const VARIABLE: &str = "SDKWRIGHT_JOURNAL";

/// The place of a store.
#[derive(Debug)]
pub(super) enum StorePlace {
    File(String),
    Database(String),
}

/// A store that was opened.
pub(super) enum OpenStore {
    Sqlite(Sqlite),
    #[cfg(feature = "postgres")]
    Postgres(Postgres),
}

impl StorePlace {
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

    pub(super) async fn open(self) -> Result<OpenStore, String> {
        match self {
            Self::File(path) => file(&path),
            Self::Database(config) => database(&config).await,
        }
    }
}

fn file(path: &str) -> Result<OpenStore, String> {
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
            .map(OpenStore::Sqlite)
            .map_err(|error| error.to_string()),
        Err(error) => Err(format!("{path} cannot be read: {error}")),
    }
}

#[cfg(feature = "postgres")]
async fn database(config: &str) -> Result<OpenStore, String> {
    // The text of the configuration may contain a password, and is not repeated.
    let existing = Postgres::existing(config).await;
    let store = existing.map_err(|error| format!("`--store`: {error}"))?;
    let missing = || "the database does not contain a journal".to_owned();
    store.map(OpenStore::Postgres).ok_or_else(missing)
}

#[cfg(not(feature = "postgres"))]
#[allow(clippy::unused_async, reason = "it is with the feature")]
async fn database(_: &str) -> Result<OpenStore, String> {
    Err("this command was built without the feature `postgres`; install it with `--features postgres`".to_owned())
}
