//! A body as bytes that are read as they come.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::CONTENT_LENGTH;

use super::arriving::{Arriving, Received};
use crate::client::Answer;
use crate::error::Error;
use crate::json::DecodeError;

/// A body of any size, as it comes: no limit holds for the whole of it.
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
    /// The next bytes; nothing at the end. A body that broke off stays an error.
    pub async fn try_next(&mut self) -> Result<Option<Bytes>, Error> {
        self.arriving.next(Bytes::new).await
    }

    /// How many bytes the server says that there are.
    pub fn length(&self) -> Option<u64> {
        self.arriving.reply().header(CONTENT_LENGTH.as_str())?.parse().ok()
    }

    /// The media type; empty if the server says none.
    pub fn content_type(&self) -> &str {
        self.arriving.reply().content_type()
    }

    /// All further bytes, if they are no more than `limit`.
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

    /// Writes all further bytes to a file, which is there only if it is whole: until then they stand in a file beside it
    /// whose name ends with `.part`, and which goes if the rest does not come. Gives their number.
    pub async fn save(mut self, path: impl AsRef<Path>) -> Result<u64, Error> {
        let path = path.as_ref();
        let mut beside = path.as_os_str().to_owned();
        beside.push(".part");
        let beside = Path::new(&beside);
        let failed = |arriving: &mut Arriving, error: std::io::Error| arriving.cut_off(error.into(), Bytes::new());
        let mut file = File::create(beside).map_err(|error| failed(&mut self.arriving, error))?;
        let mut partial = Partial(Some(beside));
        let mut size = 0;
        while let Some(bytes) = self.try_next().await? {
            file.write_all(&bytes)
                .map_err(|error| failed(&mut self.arriving, error))?;
            size += bytes.len() as u64;
        }
        file.sync_all()
            .and_then(|()| std::fs::rename(beside, path))
            .map_err(|error| failed(&mut self.arriving, error))?;
        partial.0 = None;
        Ok(size)
    }

    /// No wait for bytes may take longer; without it there is no limit.
    pub fn idle_timeout(mut self, limit: Duration) -> Self {
        self.arriving.idle(limit);
        self
    }
}

/// A file that is not whole, and goes with this.
struct Partial<'p>(Option<&'p Path>);

impl Drop for Partial<'_> {
    fn drop(&mut self) {
        if let Some(path) = self.0 {
            // Nobody is left who could be told.
            let _ = std::fs::remove_file(path);
        }
    }
}

impl Answer for Download {
    fn streams(_: u16, _: &str) -> bool {
        true
    }

    fn read(answer: &mut Received<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            arriving: answer.arrive(),
        })
    }
}
