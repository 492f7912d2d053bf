//! Records of a stream of JSON: bytes as they come go in, the text of one record at a time goes out.
//!
//! Pure. A stream that begins with RS is a JSON text sequence (RFC 7464): each record begins with RS and may go over
//! several lines. Any other has one record a line (LF, or CRLF). Empty records are passed over.

use bytes::{Buf as _, Bytes, BytesMut};

const RS: u8 = 0x1e;

/// What comes next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The text of a record, without what separates it.
    Record(Bytes),
    /// Nothing yet: more bytes are needed.
    More,
    /// A record is larger than it may be; its beginning.
    TooLarge(Bytes),
}

/// Takes bytes apart into records.
#[derive(Debug)]
pub(super) struct Records {
    limit: usize,
    unread: BytesMut,
    scanned: usize,
    /// What ends a record; unknown before the first byte.
    separator: Option<u8>,
}

impl Records {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            unread: BytesMut::new(),
            scanned: 0,
            separator: None,
        }
    }

    /// Takes bytes that came.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.unread.extend_from_slice(bytes);
    }

    /// The next record.
    pub(super) fn step(&mut self) -> Step {
        loop {
            let Some(first) = self.unread.first() else {
                return Step::More;
            };
            let separator = *self.separator.get_or_insert(if *first == RS { RS } else { b'\n' });
            let end = self.unread[self.scanned..].iter().position(|byte| *byte == separator);
            let Some(end) = end.map(|end| self.scanned + end) else {
                self.scanned = self.unread.len();
                return if self.scanned > self.limit {
                    Step::TooLarge(self.rest())
                } else {
                    Step::More
                };
            };
            let record = self.unread.split_to(end).freeze();
            self.unread.advance(1);
            self.scanned = 0;
            if record.len() > self.limit {
                return Step::TooLarge(record.slice(..self.limit));
            }
            if let Some(record) = trimmed(&record) {
                return Step::Record(record);
            }
        }
    }

    /// At the end of the stream: the last record, and whether it may have been cut off. In a sequence that is one whose
    /// end nothing shows (RFC 7464, section 2.4).
    pub(super) fn finish(&mut self) -> Option<(Bytes, bool)> {
        self.scanned = 0;
        let all = self.unread.split().freeze();
        let record = trimmed(&all)?;
        let shows_its_end = matches!(record.last(), Some(b'}' | b']' | b'"')) || all.last() == Some(&b'\n');
        Some((record, self.separator == Some(RS) && !shows_its_end))
    }

    /// Everything that was not given out yet.
    pub(super) fn rest(&mut self) -> Bytes {
        self.scanned = 0;
        let mut rest = self.unread.split();
        rest.truncate(self.limit);
        rest.freeze()
    }
}

fn trimmed(record: &Bytes) -> Option<Bytes> {
    let text = record.trim_ascii();
    (!text.is_empty()).then(|| record.slice_ref(text))
}
