//! Content codings (RFC 9110, section 8.4.1): the body of a response comes in as the server coded it, and goes out decoded, in
//! blocks.
//!
//! Limits apply to the decoded bytes, because the readers of a body count what goes out. A body with two codings stays as it is:
//! between the two, a few bytes could become any number that no reader counts.
//! A body whose end is missing must never look complete.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use async_compression::tokio::bufread;
use bytes::{Buf as _, Bytes, BytesMut};
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap, HeaderValue, RANGE};
use http::{Method, StatusCode, response};
use http_body::{Body, Frame};
use tokio::io::{AsyncBufRead, AsyncRead, ReadBuf};

use super::body::{Cause, Incoming};

/// Size of a decoded block, in bytes.
const BLOCK: usize = 16 * 1024;

/// The largest window of `zstd` in a response, 8 MiB, as a power of two (RFC 9659).
#[cfg(feature = "zstd")]
const ZSTD_WINDOW: u32 = 23;

/// The codings of this build, the preferred one first.
const CODINGS: &[&str] = &[
    #[cfg(feature = "zstd")]
    "zstd",
    #[cfg(feature = "brotli")]
    "br",
    #[cfg(feature = "gzip")]
    "gzip",
];

/// Requests the codings of this build. A request for a range has none: its bytes are those of the coded body.
pub(crate) fn request_codings(headers: &mut HeaderMap) {
    if headers.contains_key(RANGE) {
        return;
    }
    if let Ok(value) = HeaderValue::from_str(&CODINGS.join(", ")) {
        headers.insert(ACCEPT_ENCODING, value);
    }
}

/// Decodes a body with one coding of this build, and removes the headers that describe the coded bytes. Any other body,
/// a part of one, and the headers of a response to `HEAD` stay as they are.
pub(crate) fn decode(method: &Method, head: &mut response::Parts, incoming: Incoming) -> Incoming {
    let Some(coding) = coding(&head.headers) else {
        return incoming;
    };
    if method == Method::HEAD || head.status == StatusCode::PARTIAL_CONTENT {
        return incoming;
    }
    head.headers.remove(CONTENT_ENCODING);
    head.headers.remove(CONTENT_LENGTH);
    decoded(coding, incoming)
}

/// Returns the coding of a body, if it is the only one and this build has it.
fn coding(headers: &HeaderMap) -> Option<&'static str> {
    let mut lines = headers.get_all(CONTENT_ENCODING).iter();
    let line = lines.next().filter(|_| lines.next().is_none())?.to_str().ok()?;
    let name = match line.trim() {
        alias if alias.eq_ignore_ascii_case("x-gzip") => "gzip",
        name => name,
    };
    CODINGS.iter().copied().find(|known| known.eq_ignore_ascii_case(name))
}

fn decoded(coding: &'static str, incoming: Incoming) -> Incoming {
    let coded = CodedBytes {
        incoming,
        block: Bytes::new(),
        failure: None,
        has_begun: false,
        has_ended: false,
    };
    match coding {
        #[cfg(feature = "gzip")]
        "gzip" => {
            let mut decoder = bufread::GzipDecoder::new(coded);
            decoder.multiple_members(true);
            decoded_by(coding, decoder)
        }
        #[cfg(feature = "zstd")]
        "zstd" => {
            let window = async_compression::zstd::DParameter::window_log_max(ZSTD_WINDOW);
            let mut decoder = bufread::ZstdDecoder::with_params(coded, &[window]);
            decoder.multiple_members(true);
            decoded_by(coding, decoder)
        }
        #[cfg(feature = "brotli")]
        "br" => decoded_by(coding, bufread::BrotliDecoder::new(coded)),
        _ => coded.incoming,
    }
}

fn decoded_by(coding: &'static str, decoder: impl Decoder) -> Incoming {
    Incoming::movable(Decoded {
        coding,
        decoder,
        block: BytesMut::new(),
        has_ended: false,
    })
}

/// The reason why a body has no further block.
#[derive(Debug, thiserror::Error)]
enum Undecodable {
    #[error("the end of its `{0}` data is missing")]
    Incomplete(&'static str),
    #[error("its `{0}` data is corrupt")]
    Corrupt(&'static str, #[source] io::Error),
    #[error("more bytes follow the end of its `{0}` data")]
    Trailing(&'static str),
}

/// The coded bytes of a body.
struct CodedBytes {
    incoming: Incoming,
    block: Bytes,
    /// The failure of the transport.
    failure: Option<Cause>,
    /// A byte came.
    has_begun: bool,
    has_ended: bool,
}

impl AsyncBufRead for CodedBytes {
    fn poll_fill_buf(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let this = self.get_mut();
        while this.block.is_empty() && !this.has_ended {
            match ready!(this.incoming.poll_frame(context)) {
                None => this.has_ended = true,
                Some(Ok(frame)) => {
                    this.block = frame.into_data().unwrap_or_default();
                    this.has_begun |= !this.block.is_empty();
                }
                Some(Err(cause)) => {
                    this.has_ended = true;
                    this.failure = Some(cause);
                    return Poll::Ready(Err(io::ErrorKind::Other.into()));
                }
            }
        }
        Poll::Ready(Ok(&this.block))
    }

    fn consume(self: Pin<&mut Self>, size: usize) {
        self.get_mut().block.advance(size);
    }
}

impl AsyncRead for CodedBytes {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let block = ready!(self.as_mut().poll_fill_buf(context))?;
        let size = block.len().min(into.remaining());
        into.put_slice(&block[..size]);
        self.consume(size);
        Poll::Ready(Ok(()))
    }
}

/// A decoder with access to its source.
trait Decoder: AsyncRead + Send + Unpin + 'static {
    fn coded(&mut self) -> &mut CodedBytes;
}

macro_rules! decoders {
    ($($feature:literal $name:ident)*) => {$(
        #[cfg(feature = $feature)]
        impl Decoder for bufread::$name<CodedBytes> {
            fn coded(&mut self) -> &mut CodedBytes {
                self.get_mut()
            }
        }
    )*};
}

decoders! { "gzip" GzipDecoder "brotli" BrotliDecoder "zstd" ZstdDecoder }

/// A body after its decoder.
struct Decoded<D> {
    coding: &'static str,
    decoder: D,
    block: BytesMut,
    has_ended: bool,
}

impl<D: Decoder> Decoded<D> {
    /// Reads the next block; empty at the end.
    fn poll_block(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Bytes>> {
        self.block.resize(BLOCK, 0);
        let mut into = ReadBuf::new(&mut self.block);
        ready!(Pin::new(&mut self.decoder).poll_read(context, &mut into))?;
        let size = into.filled().len();
        Poll::Ready(Ok(self.block.split_to(size).freeze()))
    }

    /// Returns the error of a decoder; `None` for a body without any byte.
    fn failed(&mut self, error: io::Error) -> Option<Cause> {
        let coded = self.decoder.coded();
        if let Some(cause) = coded.failure.take() {
            return Some(cause);
        }
        let failure = match error.kind() {
            io::ErrorKind::UnexpectedEof if coded.has_begun => Undecodable::Incomplete(self.coding),
            io::ErrorKind::UnexpectedEof => return None,
            _ => Undecodable::Corrupt(self.coding, error),
        };
        Some(failure.into())
    }
}

impl<D: Decoder> Body for Decoded<D> {
    type Data = Bytes;
    type Error = Cause;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Cause>>> {
        let this = self.get_mut();
        if this.has_ended {
            return Poll::Ready(None);
        }
        let failure = match ready!(this.poll_block(context)) {
            Ok(block) if block.is_empty() => match ready!(Pin::new(this.decoder.coded()).poll_fill_buf(context)) {
                Ok([]) => None,
                Ok(_) => Some(Undecodable::Trailing(this.coding).into()),
                Err(error) => this.failed(error),
            },
            Ok(block) => return Poll::Ready(Some(Ok(Frame::data(block)))),
            Err(error) => this.failed(error),
        };
        this.has_ended = true;
        Poll::Ready(failure.map(Err))
    }
}
