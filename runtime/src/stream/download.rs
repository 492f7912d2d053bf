//! Downloads: an arriving body comes in, blocks of bytes or a complete file go out. A partial file must never get its final
//! name.

use std::fs::File;
use std::future::poll_fn;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http::header::CONTENT_LENGTH;

use crate::answer::Answer;
use crate::answer::{Arriving, Received, Remains};
use crate::error::Error;
use crate::json::DecodeError;
use crate::offload::offload;
use crate::transport::BLOCK;

/// A body of any size, read as it arrives; its size is not limited.
///
/// It is a [`Stream`] of blocks: after an error it returns errors, and after the end `None`.
#[must_use = "no byte is read until `try_next`"]
pub struct Download {
    arriving: Arriving,
}

impl std::fmt::Debug for Download {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Download")
            .field("content_type", &self.content_type())
            .finish_non_exhaustive()
    }
}

impl Download {
    /// Returns the next bytes; `None` at the end. A body that broke off stays an error.
    pub async fn try_next(&mut self) -> Result<Option<Bytes>, Error> {
        poll_fn(|context| self.poll_bytes(context)).await.transpose()
    }

    fn poll_bytes(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        self.arriving.poll_next(context, Remains::default)
    }

    /// Returns the length that the server announced, in bytes.
    pub fn length(&self) -> Option<u64> {
        self.arriving.reply().header(CONTENT_LENGTH.as_str())?.parse().ok()
    }

    /// Returns the media type; empty without a `Content-Type`.
    pub fn content_type(&self) -> &str {
        self.arriving.reply().content_type()
    }

    /// Returns all remaining bytes, up to `limit`; more are an error.
    pub async fn bytes(mut self, limit: usize) -> Result<Bytes, Error> {
        let mut all = BytesMut::new();
        while let Some(bytes) = self.try_next().await? {
            let room = limit.saturating_sub(all.len());
            all.extend_from_slice(&bytes[..bytes.len().min(room)]);
            if bytes.len() > room {
                return Err(self.arriving.larger_than(limit, all.freeze()));
            }
        }
        Ok(all.freeze())
    }

    /// Writes all remaining bytes to a file and returns their number. Until the body is complete, they are kept in a file
    /// beside it whose name ends with `.part`, and which is deleted if the body breaks off.
    pub async fn save(mut self, path: impl AsRef<Path>) -> Result<u64, Error> {
        let mut partial = Partial::of(path.as_ref());
        let failed = |arriving: &mut Arriving, error: std::io::Error| arriving.cut_off(error.into(), Bytes::new());
        let (mut waiting, mut size) = (BytesMut::new(), 0);
        loop {
            let next = self.try_next().await?;
            let ended = next.is_none();
            if let Some(bytes) = next {
                waiting.extend_from_slice(&bytes);
                size += bytes.len() as u64;
            }
            if !ended && waiting.len() < BLOCK {
                continue;
            }
            let bytes = waiting.split();
            // A slow disk must not block other calls.
            let work = offload(move || {
                let written = partial.write(&bytes, ended);
                (partial, written)
            });
            let (back, written) = work.await.map_err(|error| failed(&mut self.arriving, error))?;
            partial = back;
            written.map_err(|error| failed(&mut self.arriving, error))?;
            if ended {
                return Ok(size);
            }
        }
    }

    /// Sets the longest wait for bytes; the default is no limit.
    pub fn idle_timeout(mut self, limit: Duration) -> Self {
        self.arriving.idle(limit);
        self
    }
}

impl Stream for Download {
    type Item = Result<Bytes, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_bytes(context)
    }
}

/// A partial file, deleted on drop.
struct Partial {
    path: PathBuf,
    beside: PathBuf,
    file: Option<File>,
}

impl Partial {
    fn of(path: &Path) -> Self {
        let mut beside = path.as_os_str().to_owned();
        beside.push(".part");
        Self {
            path: path.to_owned(),
            beside: beside.into(),
            file: None,
        }
    }

    /// Appends bytes; at the end, renames the file.
    fn write(&mut self, bytes: &[u8], ended: bool) -> std::io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(File::create(&self.beside)?),
        };
        file.write_all(bytes)?;
        if ended {
            file.sync_all()?;
            std::fs::rename(&self.beside, &self.path)?;
            self.file = None;
        }
        Ok(())
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if self.file.is_some() {
            // No caller is left to receive an error.
            let _ = std::fs::remove_file(&self.beside);
        }
    }
}

impl Answer for Download {
    fn streams(_: u16, _: &str) -> bool {
        true
    }

    fn from_received(answer: &mut Received<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            arriving: answer.arrive(),
        })
    }
}
