//! A private PostgreSQL server for tests, and a pooler before it: in a new folder, on sockets in it. A drop removes them.

use std::fs;
use std::io::{Error, ErrorKind, Result};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Longest time for the start of the server.
const PATIENCE: Duration = Duration::from_secs(120);

/// Number of the pooler's socket.
const POOLED: u16 = 6432;

/// Users that the server may run as where root is refused.
const USERS: [&str; 2] = ["postgres", "nobody"];

/// A running server.
#[derive(Debug)]
pub struct PrivateServer {
    folder: PathBuf,
    server: Child,
}

impl PrivateServer {
    /// Starts a server; nothing where PostgreSQL is not installed, which is an error where the environment says that it is
    /// required (`SDK_JOURNAL_POSTGRES=required`).
    pub fn start() -> Result<Option<Self>> {
        // Tests kill its clients and never the machine, so nothing waits for the disk.
        Self::start_with("fsync=off")
    }

    /// The same with a sync of the disk in each commit, for measurements.
    pub fn start_durable() -> Result<Option<Self>> {
        Self::start_with("fsync=on")
    }

    fn start_with(setting: &str) -> Result<Option<Self>> {
        let (Some(initdb), Some(postgres)) = (installed("initdb")?, installed("postgres")?) else {
            return Ok(None);
        };
        let name = crate::keys::random().map_err(|error| Error::other(error.to_string()))?;
        let folder = std::env::temp_dir().join(format!("sdkwright-journal-{name}"));
        fs::create_dir(&folder)?;
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700))?;
        let user = another_user()?;
        if let Some((uid, gid)) = user {
            chown(&folder, Some(uid), Some(gid))?;
        }
        let data = folder.join("data");
        let made = run(&initdb, user)
            .args([
                "--username=postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--no-sync",
                "-D",
            ])
            .arg(&data)
            .status()?;
        if !made.success() {
            return Err(Error::other("initdb failed"));
        }
        let server = run(&postgres, user)
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(&folder)
            .args(["-c", "listen_addresses="])
            .args(["-c", setting])
            .spawn()?;
        let server = Self { folder, server };
        server.wait()?;
        Ok(Some(server))
    }

    /// The connection string of its database.
    pub fn config(&self) -> String {
        format!("host={} user=postgres dbname=postgres", self.folder.display())
    }

    /// Starts pgbouncer before it: each transaction gets one of `connections` (`pool_mode = transaction`), in turn.
    ///
    /// Returns `None` if pgbouncer is not installed, or an error if the environment requires PostgreSQL.
    pub fn pooler(&self, connections: u32) -> Result<Option<PrivatePooler>> {
        let Some(pgbouncer) = installed("pgbouncer")? else {
            return Ok(None);
        };
        let folder = self.folder.display();
        let settings = self.folder.join("pgbouncer.ini");
        let text = format!(
            "[databases]\n* = host={folder} user=postgres\n[pgbouncer]\nlisten_port = {POOLED}\nunix_socket_dir = {folder}\n\
             auth_type = any\npool_mode = transaction\ndefault_pool_size = {connections}\nserver_round_robin = 1\n\
             max_client_conn = 400\n"
        );
        fs::write(&settings, text)?;
        let pooler = run(&pgbouncer, another_user()?).arg(&settings).spawn()?;
        let pooler = PrivatePooler {
            config: format!("{} port={POOLED}", self.config()),
            pooler,
        };
        let socket = self.folder.join(format!(".s.PGSQL.{POOLED}"));
        wait(|| UnixStream::connect(&socket).is_ok())?;
        Ok(Some(pooler))
    }

    /// The server writes into its own file that it is ready.
    fn wait(&self) -> Result<()> {
        let file = self.folder.join("data/postmaster.pid");
        let is_ready = |text: String| text.lines().nth(7).is_some_and(|line| line.trim() == "ready");
        wait(|| fs::read_to_string(&file).is_ok_and(is_ready))
    }
}

/// A running pgbouncer.
#[derive(Debug)]
pub struct PrivatePooler {
    config: String,
    pooler: Child,
}

impl PrivatePooler {
    /// The connection string of the server's database through it.
    pub fn config(&self) -> String {
        self.config.clone()
    }
}

impl Drop for PrivatePooler {
    fn drop(&mut self) {
        let _ = self.pooler.kill();
        let _ = self.pooler.wait();
    }
}

/// Waits until a server is ready.
fn wait(is_ready: impl Fn() -> bool) -> Result<()> {
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        if is_ready() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Err(Error::new(ErrorKind::TimedOut, "the server did not start"))
}

/// Returns the command of a process that reads and prints nothing.
fn run(program: &Path, user: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if let Some((uid, gid)) = user {
        command.uid(uid).gid(gid);
    }
    command
}

impl Drop for PrivateServer {
    fn drop(&mut self) {
        // Its data is discarded, so it and its children may end at once.
        let pid = self.server.id().to_string();
        let _ = Command::new("kill").args(["-QUIT", &pid]).status();
        let _ = self.server.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Returns the path of an executable, or an error if it is missing and the environment requires it.
fn installed(name: &str) -> Result<Option<PathBuf>> {
    let found = program(name);
    let is_required = std::env::var_os("SDK_JOURNAL_POSTGRES").is_some_and(|value| value == "required");
    if found.is_none() && is_required {
        let why = format!("`{name}` of PostgreSQL is required and not installed");
        return Err(Error::new(ErrorKind::NotFound, why));
    }
    Ok(found)
}

/// Returns the path of an executable: on `PATH`, or in the folders of Debian.
fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut debian: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    debian.sort();
    std::env::split_paths(&path)
        .chain(debian.into_iter().rev())
        .chain([PathBuf::from("/usr/sbin")])
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

/// User and group to run as, if we are root.
fn another_user() -> Result<Option<(u32, u32)>> {
    if number(&["-u"])? != 0 {
        return Ok(None);
    }
    for user in USERS {
        if let (Ok(uid), Ok(gid)) = (number(&["-u", user]), number(&["-g", user])) {
            return Ok(Some((uid, gid)));
        }
    }
    Err(Error::other("root may not run it, and there is no other user"))
}

fn number(arguments: &[&str]) -> Result<u32> {
    let output = Command::new("id").args(arguments).stderr(Stdio::null()).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim().parse().map_err(|_| Error::other("`id` gave no number"))
}
