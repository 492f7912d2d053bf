//! Records of a JSON stream: arriving bytes come in, the text of one record at a time goes out.
//!
//! Pure. A stream that starts with RS is a JSON text sequence (RFC 7464): each record starts with RS and may span several
//! lines. All others have one record per line (LF or CRLF). Empty records are skipped.

use bytes::{Buf as _, Bytes, BytesMut};

const RS: u8 = 0x1e;

/// The next step of the parser.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The text of a record, without its separator.
    Record(Bytes),
    /// More bytes are needed.
    More,
    /// A record beyond the size limit; its first bytes.
    TooLarge(Bytes),
}

/// Splits bytes into records.
#[derive(Debug)]
pub(super) struct Records {
    limit: usize,
    unread: BytesMut,
    scanned: usize,
    /// The separator of records; unknown before the first byte.
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

    /// Appends received bytes.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.unread.extend_from_slice(bytes);
    }

    /// Returns the next record.
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

    /// Returns the last record at the end of the stream, and `true` if it may have been cut off: in a sequence, a record whose
    /// end is not visible (RFC 7464, section 2.4).
    pub(super) fn finish(&mut self) -> Option<(Bytes, bool)> {
        self.scanned = 0;
        let all = self.unread.split().freeze();
        let record = trimmed(&all)?;
        let shows_its_end = matches!(record.last(), Some(b'}' | b']' | b'"')) || all.last() == Some(&b'\n');
        Some((record, self.separator == Some(RS) && !shows_its_end))
    }

    /// Returns all bytes that were not parsed yet.
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
