//! A proxy between a client and the server that loses bytes on command.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};

/// The conduct of a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Pass,
    /// Nothing passes and nothing closes, on connections that are open and on new ones.
    Silent,
    /// The next commit arrives, and the connection closes before its response.
    CloseAtCommit,
    /// Every commit arrives, and the proxy loses its response and all that follows.
    SilentAtCommit,
    /// No commit arrives, and nothing closes.
    SilentBeforeCommit,
}

/// A proxy on a port of this machine.
#[derive(Clone)]
pub(crate) struct Proxy {
    config: String,
    mode: Arc<Mutex<Mode>>,
    /// Number of times that a client sent something after a response, or first.
    trips: Arc<AtomicUsize>,
}

impl Proxy {
    /// Starts it before the server of a connection string (`host=FOLDER ..`).
    pub(crate) async fn start(config: &str) -> Self {
        let (host, rest) = config.split_once(' ').unwrap();
        let (rest, number) = rest.split_once(" port=").unwrap_or((rest, "5432"));
        let socket = PathBuf::from(host.strip_prefix("host=").unwrap()).join(format!(".s.PGSQL.{number}"));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mode = Arc::new(Mutex::new(Mode::Pass));
        let (carried, trips) = (Arc::clone(&mode), Arc::new(AtomicUsize::new(0)));
        let counted = Arc::clone(&trips);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = UnixStream::connect(&socket).await.unwrap();
                tokio::spawn(carry(client, server, Arc::clone(&carried), Arc::clone(&counted)));
            }
        });
        let config = format!("host=127.0.0.1 port={port} {rest}");
        Self { config, mode, trips }
    }

    /// The connection string of the database through it.
    pub(crate) fn config(&self) -> &str {
        &self.config
    }

    /// Returns the number of round trips.
    pub(crate) fn trips(&self) -> usize {
        self.trips.load(Ordering::Relaxed)
    }

    pub(crate) fn set(&self, mode: Mode) {
        *self.mode.lock().unwrap_or_else(PoisonError::into_inner) = mode;
    }
}

/// Never ends, so nothing closes.
async fn silence() {
    std::future::pending::<()>().await;
}

async fn carry(mut client: TcpStream, mut server: UnixStream, mode: Arc<Mutex<Mode>>, trips: Arc<AtomicUsize>) {
    let mut has_responded = true;
    let (mut asked, mut responded) = (vec![0; 65_536], vec![0; 65_536]);
    let mode = || *mode.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        tokio::select! {
            length = client.read(&mut asked) => {
                let Ok(length @ 1..) = length else { return };
                let said = &asked[..length];
                trips.fetch_add(usize::from(std::mem::take(&mut has_responded)), Ordering::Relaxed);
                let is_commit = said.windows(7).any(|word| word == b"COMMIT\0");
                match mode() {
                    Mode::Silent => return silence().await,
                    Mode::SilentBeforeCommit if is_commit => return silence().await,
                    at_commit @ (Mode::CloseAtCommit | Mode::SilentAtCommit) if is_commit => {
                        server.write_all(said).await.unwrap();
                        // Answers to earlier statements may arrive first.
                        let mut told = Vec::new();
                        while !told.windows(7).any(|word| word == b"COMMIT\0") {
                            let length = server.read(&mut responded).await.unwrap();
                            assert_ne!(length, 0);
                            told.extend_from_slice(&responded[..length]);
                        }
                        if at_commit == Mode::SilentAtCommit {
                            silence().await;
                        }
                        return;
                    }
                    _ => server.write_all(said).await.unwrap(),
                }
            }
            length = server.read(&mut responded) => {
                let Ok(length @ 1..) = length else { return };
                if mode() == Mode::Silent {
                    return silence().await;
                }
                has_responded = true;
                if client.write_all(&responded[..length]).await.is_err() {
                    return;
                }
            }
        }
    }
}
