//! From parts and a key to the pieces of a body, their digest and the `Content-Type`.

use std::fmt::Write as _;
use std::fs::File;
use std::future::poll_fn;
use std::io::Read as _;
use std::path::Path;
use std::task::Poll;

use bytes::Bytes;
use http::{HeaderName, HeaderValue};
use sha2::{Digest as _, Sha256};

use super::{Content, Multipart, Part, Refusal, Upload};
use crate::request::Payload;
use crate::signing::hex;
use crate::transport::{Changed, Piece, Source};

const BLOCK: usize = 64 * 1024;

/// Headers of a part that are said in another way.
const OWN: [&str; 2] = ["content-disposition", "content-type"];

impl Upload {
    /// Lays it out as a whole body. A file is read here once.
    pub(crate) async fn lay_out(self) -> Result<Payload, Refusal> {
        let (piece, sha256) = measure(&self.content).await?;
        let source = Source::new(vec![piece]);
        Ok(Payload { source, sha256 })
    }
}

impl Multipart {
    /// Lays the body out. Files are read here, twice; between blocks other tasks may run.
    pub(crate) async fn lay_out(self, key: &str) -> Result<(HeaderValue, Payload), Refusal> {
        if let Some(refusal) = self.refusal {
            return Err(refusal);
        }
        let mut heads = Vec::with_capacity(self.parts.len());
        let mut contents = Vec::with_capacity(self.parts.len());
        let mut content = Sha256::new();
        content.update((key.len() as u64).to_be_bytes());
        content.update(key);
        for part in &self.parts {
            let head = head(part)?;
            let (piece, sha256) = measure(&part.upload.content).await?;
            content.update((head.len() as u64).to_be_bytes());
            content.update(&head);
            content.update(sha256);
            heads.push(head);
            contents.push(piece);
        }
        let boundary = hex(&content.finalize()[..24]);
        let mut pieces = Vec::with_capacity(contents.len() * 2 + 1);
        for (index, (head, piece)) in heads.iter().zip(contents).enumerate() {
            let line = if index == 0 { "" } else { "\r\n" };
            pieces.push(Piece::Bytes(Bytes::from(format!("{line}--{boundary}\r\n{head}\r\n"))));
            pieces.push(piece);
        }
        let line = if heads.is_empty() { "" } else { "\r\n" };
        pieces.push(Piece::Bytes(Bytes::from(format!("{line}--{boundary}--\r\n"))));
        let source = Source::new(pieces);
        let sha256 = digest(&source).await?;
        let content_type =
            HeaderValue::try_from(format!("multipart/form-data; boundary={boundary}")).map_err(|_| {
                Refusal::Header {
                    name: "content-type".into(),
                    why: "it cannot be written as a header",
                }
            })?;
        Ok((content_type, Payload { source, sha256 }))
    }
}

/// The header lines of a part, with the empty line's own line break left to the caller.
fn head(part: &Part) -> Result<String, Refusal> {
    let mut head = format!("Content-Disposition: form-data; name=\"{}\"", quoted(&part.name));
    if let Some(file_name) = &part.upload.file_name {
        head.push_str("; filename=\"");
        head.push_str(&quoted(file_name));
        head.push('"');
    }
    head.push_str("\r\n");
    if let Some(content_type) = &part.upload.content_type {
        if HeaderValue::try_from(content_type).is_err() {
            return Err(Refusal::Header {
                name: "content-type".into(),
                why: "the media type of a file cannot be written as a header",
            });
        }
        head.push_str("Content-Type: ");
        head.push_str(content_type);
        head.push_str("\r\n");
    }
    for (name, value) in &part.upload.headers {
        let fits = HeaderName::try_from(name).is_ok() && HeaderValue::try_from(value).is_ok();
        if !fits || OWN.iter().any(|own| name.eq_ignore_ascii_case(own)) {
            return Err(Refusal::Header {
                name: name.clone(),
                why: "a part cannot have it",
            });
        }
        let _ = write!(head, "{name}: {value}\r\n");
    }
    Ok(head)
}

/// As browsers write names (HTML, multipart/form-data encoding algorithm): the quote and line breaks percent-encoded. Other
/// control characters are, too.
fn quoted(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for character in name.chars() {
        if character == '"' || character.is_ascii_control() {
            let _ = write!(out, "%{:02X}", u32::from(character));
        } else {
            out.push(character);
        }
    }
    out
}

/// The first pass: length and digest of one part.
async fn measure(content: &Content) -> Result<(Piece, [u8; 32]), Refusal> {
    match content {
        Content::Bytes(bytes) => Ok((Piece::Bytes(bytes.clone()), Sha256::digest(bytes).into())),
        Content::Path(path) => {
            let mut file = File::open(path).map_err(|error| unreadable(path, &error))?;
            let mut block = vec![0; BLOCK];
            let mut digest = Sha256::new();
            let mut length = 0;
            loop {
                let size = file.read(&mut block).map_err(|error| unreadable(path, &error))?;
                if size == 0 {
                    break;
                }
                digest.update(&block[..size]);
                length += size as u64;
                breathe().await;
            }
            let sha256 = digest.finalize().into();
            Ok((
                Piece::File {
                    path: path.clone(),
                    length,
                    sha256,
                },
                sha256,
            ))
        }
    }
}

/// The second pass: the digest of the whole body, which also finds a file that changed since the first.
async fn digest(source: &Source) -> Result<[u8; 32], Refusal> {
    let mut body = source.open().map_err(|error| refused(&error))?;
    let mut digest = Sha256::new();
    while let Some(block) = body.next_block() {
        digest.update(block.map_err(|error| refused(&error))?);
        breathe().await;
    }
    Ok(digest.finalize().into())
}

/// Why a body cannot be opened or read.
pub(crate) fn refused(error: &std::io::Error) -> Refusal {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Changed>()) {
        Some(changed) => Refusal::Changed {
            path: changed.path.display().to_string(),
        },
        None => Refusal::File {
            path: "of an upload".into(),
            why: error.to_string(),
        },
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Refusal {
    Refusal::File {
        path: path.display().to_string(),
        why: error.to_string(),
    }
}

/// Lets other tasks of the thread run.
async fn breathe() {
    let mut asked = false;
    poll_fn(|context| {
        if asked {
            return Poll::Ready(());
        }
        asked = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
