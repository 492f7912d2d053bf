//! Bodies: pieces of a request come in and are streamed out; a response is read in up to a limit.
//!
//! A file is read while it is sent, on a separate thread, and its last bytes are held back until its digest is verified: a file
//! that changed since it was hashed must never become a complete request.

use std::future::{Future as _, poll_fn};
use std::io::{Error, ErrorKind, Read as _};
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use http_body::{Frame, SizeHint};

use crate::offload::{FilePlace, Offload, OpenFile, block_on, offload};
use crate::signing::Sha256;

/// Any error of an HTTP client.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Number of bytes of a file that are read at once.
pub(crate) const BLOCK: usize = 256 * 1024;

/// The bytes of a body without any piece.
static NOTHING: Bytes = Bytes::new();

/// A piece of a request body.
#[derive(Clone)]
pub(crate) enum BodyPiece {
    Bytes(Bytes),
    /// The content of an upload.
    Upload(Bytes),
    File {
        place: FilePlace,
        length: u64,
        sha256: [u8; 32],
    },
}

/// A request body that can be sent repeatedly.
#[derive(Clone, Default)]
pub(crate) struct BodySource {
    pieces: Arc<[BodyPiece]>,
    length: u64,
}

impl BodySource {
    pub(crate) fn new(pieces: Vec<BodyPiece>) -> Self {
        let length = pieces
            .iter()
            .map(|piece| match piece {
                BodyPiece::Bytes(bytes) | BodyPiece::Upload(bytes) => bytes.len() as u64,
                BodyPiece::File { length, .. } => *length,
            })
            .sum();
        Self {
            pieces: pieces.into(),
            length,
        }
    }

    pub(crate) fn from_bytes(bytes: Bytes) -> Self {
        Self::new(vec![BodyPiece::Bytes(bytes)])
    }

    /// Returns the bytes, if they are in memory in one piece.
    pub(crate) fn bytes(&self) -> Option<&Bytes> {
        match &*self.pieces {
            [] => Some(&NOTHING),
            [BodyPiece::Bytes(bytes) | BodyPiece::Upload(bytes)] => Some(bytes),
            _ => None,
        }
    }

    /// Returns the length in bytes.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// Returns the pieces in order.
    pub(crate) fn pieces(&self) -> &[BodyPiece] {
        &self.pieces
    }

    /// Opens the body for one attempt: every file must exist and have its recorded length.
    pub(crate) async fn open(&self) -> Result<Body, Error> {
        let mut pieces = Vec::with_capacity(self.pieces.len());
        for piece in &*self.pieces {
            pieces.push(match piece.clone() {
                BodyPiece::Bytes(bytes) | BodyPiece::Upload(bytes) => Open::Bytes(bytes),
                BodyPiece::File { place, length, sha256 } => {
                    Open::File(offload(move || Reading::of(place, length, sha256)).await??)
                }
            });
        }
        pieces.reverse();
        Ok(Body {
            pieces,
            left: self.length,
        })
    }
}

fn changed(place: &FilePlace) -> Error {
    let path = place.path().to_owned();
    Error::new(ErrorKind::InvalidData, ChangedFile { path })
}

fn unopened(place: &FilePlace, error: &Error) -> Error {
    let (path, why) = (place.path().to_owned(), error.to_string());
    Error::new(error.kind(), Unopened { path, why })
}

/// Reads a file from start to end, one block at a time; other tasks of the thread run in between.
pub(crate) async fn read_through(place: &FilePlace, mut each: impl FnMut(&[u8])) -> Result<u64, Error> {
    let (mut file, mut block, mut length) = (None, Vec::new(), 0);
    loop {
        let place = place.clone();
        let work = offload(move || {
            let mut opened = file.map_or_else(|| place.open(), Ok)?;
            block.clear();
            let size = opened.by_ref().take(BLOCK as u64).read_to_end(&mut block)?;
            Ok::<_, Error>((opened, block, size))
        });
        let (opened, read, size) = work.await??;
        if size == 0 {
            return Ok(length);
        }
        counted(size);
        each(&read);
        length += size as u64;
        (file, block) = (Some(opened), read);
        breathe().await;
    }
}

/// Number of bytes that were read from files for this thread.
#[cfg(test)]
pub(crate) mod read_here {
    thread_local!(pub(crate) static BYTES: std::cell::Cell<u64> = const { std::cell::Cell::new(0) });
}

#[cfg(test)]
fn counted(size: usize) {
    read_here::BYTES.set(read_here::BYTES.get() + size as u64);
}

#[cfg(not(test))]
fn counted(_: usize) {}

/// Yields to other tasks of the thread.
pub(crate) async fn breathe() {
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

/// A file changed since it was hashed. Its request was not completed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the file {} changed after it was hashed", path.display())]
pub(crate) struct ChangedFile {
    pub(crate) path: PathBuf,
}

impl ChangedFile {
    /// Finds this error among the sources of a client's error.
    pub(crate) fn behind<'e>(error: &'e (dyn std::error::Error + 'static)) -> Option<&'e Self> {
        let mut next = Some(error);
        while let Some(error) = next {
            let inner = error.downcast_ref::<Error>().and_then(Error::get_ref);
            let inner = inner.and_then(|inner| inner.downcast_ref::<Self>().or_else(|| Self::behind(inner)));
            if let Some(changed) = error.downcast_ref::<Self>().or(inner) {
                return Some(changed);
            }
            next = error.source();
        }
        None
    }
}

/// A file that was hashed can no longer be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the file {} cannot be read: {why}", path.display())]
pub(crate) struct Unopened {
    pub(crate) path: PathBuf,
    pub(crate) why: String,
}

/// The body of one request, with a known length.
pub struct Body {
    /// Pieces in reverse order: the next one is last.
    pieces: Vec<Open>,
    left: u64,
}

enum Open {
    Bytes(Bytes),
    File(Reading),
    /// A file whose next block is being read.
    Away(Offload<(Reading, Result<Option<Bytes>, Error>)>),
}

struct Reading {
    place: FilePlace,
    file: OpenFile,
    left: u64,
    digest: Sha256,
    sha256: [u8; 32],
}

impl Reading {
    fn of(place: FilePlace, length: u64, sha256: [u8; 32]) -> Result<Self, Error> {
        let file = place.open().map_err(|error| unopened(&place, &error))?;
        if file.length()? != length {
            return Err(changed(&place));
        }
        Ok(Self {
            place,
            file,
            left: length,
            digest: Sha256::new(),
            sha256,
        })
    }

    /// Returns the next block; `None` at the end. The last block is returned only if the whole file has the recorded digest.
    fn next(&mut self) -> Result<Option<Bytes>, Error> {
        if self.left == 0 {
            return Ok(None);
        }
        let size = usize::try_from(self.left).unwrap_or(BLOCK).min(BLOCK);
        let mut block = BytesMut::zeroed(size);
        if let Err(error) = self.file.read_exact(&mut block) {
            return Err(if error.kind() == ErrorKind::UnexpectedEof {
                changed(&self.place)
            } else {
                error
            });
        }
        self.digest.update(&block);
        self.left -= size as u64;
        if self.left == 0 {
            let more = self.file.read(&mut [0])?;
            let digest = std::mem::take(&mut self.digest).finish();
            if more > 0 || digest != self.sha256 {
                return Err(changed(&self.place));
            }
        }
        Ok(Some(block.freeze()))
    }
}

/// Bytes never print.
impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Body")
            .field("length", &self.left)
            .finish_non_exhaustive()
    }
}

impl Body {
    /// Creates a body of bytes in memory.
    pub fn from_bytes(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let left = bytes.len() as u64;
        Self {
            pieces: vec![Open::Bytes(bytes)],
            left,
        }
    }

    /// Returns the number of remaining bytes.
    pub fn length(&self) -> u64 {
        self.left
    }

    /// Returns all bytes, if they are in memory in one piece: for HTTP clients that accept nothing else.
    pub fn as_bytes(&self) -> Option<&Bytes> {
        match self.pieces.as_slice() {
            [] => Some(&NOTHING),
            [Open::Bytes(bytes)] => Some(bytes),
            _ => None,
        }
    }

    /// Returns the next bytes; `None` at the end. Blocks this thread while a file is read: async code polls the body instead.
    pub fn next_block(&mut self) -> Option<Result<Bytes, Error>> {
        block_on(poll_fn(|context| self.poll_block(context)))
    }

    /// Returns the next bytes. A file is read on a separate thread.
    pub(crate) fn poll_block(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        loop {
            let block = match self.pieces.pop() {
                None => return Poll::Ready(None),
                Some(Open::Bytes(bytes)) => Ok(Some(bytes).filter(|bytes| !bytes.is_empty())),
                Some(Open::File(mut reading)) => {
                    self.pieces.push(Open::Away(offload(move || {
                        let block = reading.next();
                        (reading, block)
                    })));
                    continue;
                }
                Some(Open::Away(mut away)) => match Pin::new(&mut away).poll(context) {
                    Poll::Pending => {
                        self.pieces.push(Open::Away(away));
                        return Poll::Pending;
                    }
                    Poll::Ready(Err(error)) => Err(error),
                    Poll::Ready(Ok((reading, block))) => {
                        if let Ok(Some(bytes)) = &block {
                            counted(bytes.len());
                            self.pieces.push(Open::File(reading));
                        }
                        block
                    }
                },
            };
            match block {
                Ok(None) => {}
                Ok(Some(bytes)) => {
                    self.left -= (bytes.len() as u64).min(self.left);
                    return Poll::Ready(Some(Ok(bytes)));
                }
                Err(error) => {
                    self.pieces.clear();
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let block = self.poll_block(context);
        block.map(|block| block.map(|block| block.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

/// The body of a response on its way in.
pub struct Incoming(Pin<Box<dyn http_body::Body<Data = Bytes, Error = Cause> + Send>>);

impl Incoming {
    /// Wraps the body of an HTTP client.
    pub fn new<B>(body: B) -> Self
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Cause>,
    {
        Self::movable(Box::pin(body))
    }

    /// Wraps a body that may be moved while it is read, which saves an allocation.
    pub(crate) fn movable<B>(body: B) -> Self
    where
        B: http_body::Body<Data = Bytes> + Send + Unpin + 'static,
        B::Error: Into<Cause>,
    {
        Self(Box::pin(BoxedErrors(body)))
    }

    pub(crate) fn poll_frame(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Cause>>> {
        self.0.as_mut().poll_frame(context)
    }

    /// Creates a complete body.
    pub fn from_bytes(bytes: impl Into<Bytes>) -> Self {
        Self::movable(Body::from_bytes(bytes))
    }
}

impl std::fmt::Debug for Incoming {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Incoming")
    }
}

/// A body whose errors are converted.
struct BoxedErrors<B>(B);

impl<B> http_body::Body for BoxedErrors<B>
where
    B: http_body::Body<Data = Bytes> + Unpin,
    B::Error: Into<Cause>,
{
    type Data = Bytes;
    type Error = Cause;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Cause>>> {
        Pin::new(&mut self.0)
            .poll_frame(context)
            .map(|frame| frame.map(|frame| frame.map_err(Into::into)))
    }
}

/// The end of reading a response.
#[derive(Debug)]
pub(crate) enum ReadEnd {
    Whole,
    TooLarge,
    CutOff(Cause),
}

/// The bytes of a body: one piece is kept as it is, several are copied into one.
#[derive(Default)]
pub(crate) struct Gathered {
    first: Bytes,
    all: BytesMut,
}

impl Gathered {
    fn len(&self) -> usize {
        self.first.len() + self.all.len()
    }

    fn push(&mut self, piece: Bytes) {
        if self.len() == 0 {
            self.first = piece;
            return;
        }
        if self.all.is_empty() {
            self.all.reserve(self.first.len() + piece.len());
            self.all.extend_from_slice(&std::mem::take(&mut self.first));
        }
        self.all.extend_from_slice(&piece);
    }

    pub(crate) fn into_bytes(self) -> Bytes {
        if self.all.is_empty() {
            self.first
        } else {
            self.all.freeze()
        }
    }
}

/// Reads a body up to `limit` bytes; received bytes are kept, however it ends.
pub(crate) async fn read_body(incoming: &mut Incoming, limit: usize, into: &mut Gathered) -> ReadEnd {
    loop {
        match poll_fn(|context| incoming.poll_frame(context)).await {
            None => return ReadEnd::Whole,
            Some(Err(cause)) => return ReadEnd::CutOff(cause),
            Some(Ok(frame)) => {
                let Ok(mut data) = frame.into_data() else { continue };
                let room = limit.saturating_sub(into.len());
                if data.len() > room {
                    data.truncate(room);
                    into.push(data);
                    return ReadEnd::TooLarge;
                }
                into.push(data);
            }
        }
    }
}
