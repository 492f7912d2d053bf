//! A scripted server on this machine: reads a request to its end and answers with one of two documents, kept-alive.
//!
//! It runs in a process of its own, so that what it costs is counted with no client. It checks nothing.

use std::io::Write as _;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};

use crate::fixture::{CUSTOMER, WITHDRAWAL};

/// Serves until standard input ends, so that nothing is left behind by a client that was killed. Over TLS if `pem` names a file with a
/// certificate and its key.
pub fn serve(pem: Option<&str>) -> std::io::Result<()> {
    let acceptor = pem.map(acceptor).transpose().map_err(std::io::Error::other)?;
    std::thread::spawn(|| {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        std::process::exit(0);
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let mut out = std::io::stdout();
        writeln!(out, "{}", listener.local_addr()?)?;
        out.flush()?;
        let (get, post) = (answer("200 OK", WITHDRAWAL), answer("201 Created", CUSTOMER));
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let (acceptor, get, post) = (acceptor.clone(), get.clone(), post.clone());
            tokio::spawn(async move {
                match acceptor {
                    None => talk(stream, get, post).await,
                    Some(acceptor) => {
                        if let Ok(stream) = acceptor.accept(stream).await {
                            talk(stream, get, post).await;
                        }
                    }
                }
            });
        }
    })
}

fn acceptor(pem: &str) -> Result<TlsAcceptor, Box<dyn std::error::Error + Send + Sync>> {
    let (certificate, key) = (CertificateDer::from_pem_file(pem)?, PrivateKeyDer::from_pem_file(pem)?);
    let config = ServerConfig::builder().with_no_client_auth();
    Ok(TlsAcceptor::from(Arc::new(
        config.with_single_cert(vec![certificate], key)?,
    )))
}

/// A whole answer, written once.
fn answer(status: &str, body: &str) -> bytes::Bytes {
    let date = jiff::Timestamp::now().strftime("%a, %d %b %Y %H:%M:%S GMT");
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\ndate: {date}\r\n\
         x-request-id: 6e1f6f0e-3c70-4f0a-9a3b-0d1f6b1f7c55\r\ncache-control: no-store\r\n\r\n{body}"
    )
    .into()
}

/// One connection; it ends with the client, or with what is no request.
async fn talk(mut stream: impl AsyncRead + AsyncWrite + Unpin, get: bytes::Bytes, post: bytes::Bytes) {
    let mut read = Vec::with_capacity(4096);
    loop {
        let Some(head) = read.windows(4).position(|four| four == b"\r\n\r\n") else {
            if matches!(stream.read_buf(&mut read).await, Ok(0) | Err(_)) {
                return;
            }
            continue;
        };
        let end = head + 4 + length(&read[..head]);
        while read.len() < end {
            if matches!(stream.read_buf(&mut read).await, Ok(0) | Err(_)) {
                return;
            }
        }
        let answer = if read.starts_with(b"GET ") { &get } else { &post };
        if stream.write_all(answer).await.is_err() || stream.flush().await.is_err() {
            return;
        }
        read.drain(..end);
    }
}

fn length(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let line = head.split("\r\n").find_map(|line| line.strip_prefix("content-length:"));
    line.and_then(|value| value.trim().parse().ok()).unwrap_or(0)
}
