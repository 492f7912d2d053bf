//! The line format of event streams (WHATWG HTML, section 9.2.6): arriving bytes come in, blocks of fields go out.
//!
//! Pure. Lines end with CR, LF or both; one byte order mark at the start is not part of the text; comments and unknown fields
//! are skipped, as the format demands. It must not hold more than `limit` bytes.

use bytes::{Buf as _, Bytes, BytesMut};

/// The fields of one block.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Block {
    /// `event`, the last one.
    pub(super) event: Option<String>,
    /// `id`, the last one, if the block has one.
    pub(super) id: Option<String>,
    /// `retry` in milliseconds, the last one that is a number.
    pub(super) retry: Option<u64>,
    /// The lines of `data`, joined by LF.
    pub(super) data: Bytes,
}

/// The next step of the parser.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A block that has data.
    Block(Block),
    /// More bytes are needed.
    More,
    /// A block beyond the size limit; its first bytes.
    TooLarge(Bytes),
}

/// Parses lines into blocks.
#[derive(Debug)]
pub(super) struct Fields {
    limit: usize,
    unread: BytesMut,
    /// Number of bytes of `unread` without a line end.
    scanned: usize,
    begun: bool,
    /// The first line, if it is neither a comment nor a field of the format.
    strange: Option<Bytes>,
    is_known: bool,
    /// The last line ended with CR: an LF after it belongs to it.
    after_cr: bool,
    block: Block,
    data: Option<BytesMut>,
    /// Id of the last event, which stays until another one is set.
    last_id: Option<String>,
    last_retry: Option<u64>,
}

impl Fields {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            unread: BytesMut::new(),
            scanned: 0,
            begun: false,
            strange: None,
            is_known: false,
            after_cr: false,
            block: Block::default(),
            data: None,
            last_id: None,
            last_retry: None,
        }
    }

    /// Appends received bytes.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.unread.extend_from_slice(bytes);
    }

    /// Returns the id of the last event, including those without data.
    pub(super) fn last_id(&self) -> Option<&str> {
        self.last_id.as_deref()
    }

    /// Returns the server's wait before the next connection, in milliseconds.
    pub(super) fn last_retry(&self) -> Option<u64> {
        self.last_retry
    }

    /// Returns the first line of a body whose beginning is not in the format.
    pub(super) fn strange(&self) -> Option<&Bytes> {
        self.strange.as_ref()
    }

    /// Returns the next step.
    pub(super) fn step(&mut self) -> Step {
        if !self.begun && !self.begin() {
            return Step::More;
        }
        loop {
            if self.after_cr && !self.unread.is_empty() {
                self.after_cr = false;
                if self.unread[0] == b'\n' {
                    self.unread.advance(1);
                }
            }
            let end = self.unread[self.scanned..]
                .iter()
                .position(|byte| matches!(byte, b'\r' | b'\n'));
            let Some(end) = end.map(|end| self.scanned + end) else {
                self.scanned = self.unread.len();
                return if self.scanned + self.held() > self.limit {
                    Step::TooLarge(self.rest())
                } else {
                    Step::More
                };
            };
            self.after_cr = self.unread[end] == b'\r';
            let line = self.unread.split_to(end).freeze();
            self.unread.advance(1);
            self.scanned = 0;
            if line.is_empty() {
                if let Some(block) = self.dispatch() {
                    return Step::Block(block);
                }
                continue;
            }
            self.line(&line);
            if self.held() > self.limit {
                return Step::TooLarge(self.rest());
            }
        }
    }

    /// Returns the unfinished block at the end of the stream, which by the format is not an event. Its id does not count.
    pub(super) fn finish(&mut self) -> Option<Block> {
        self.scanned = 0;
        let line = self.unread.split().freeze();
        if !line.is_empty() {
            self.line(&line);
        }
        let last_id = self.last_id.clone();
        let block = self.dispatch();
        self.last_id = last_id;
        block
    }

    /// Drops the unfinished block of a connection that broke off, and returns its bytes. The last id and wait stay.
    pub(super) fn interrupt(&mut self) -> Bytes {
        let rest = self.rest();
        *self = Self {
            last_id: self.last_id.take(),
            last_retry: self.last_retry,
            ..Self::new(self.limit)
        };
        rest
    }

    /// Returns all bytes that were not parsed yet.
    pub(super) fn rest(&mut self) -> Bytes {
        self.scanned = 0;
        let mut rest = self.data.take().unwrap_or_default();
        if !rest.is_empty() && !self.unread.is_empty() {
            rest.extend_from_slice(b"\n");
        }
        rest.extend_from_slice(&self.unread.split());
        rest.truncate(self.limit);
        rest.freeze()
    }

    fn held(&self) -> usize {
        self.data.as_ref().map_or(0, BytesMut::len)
    }

    /// Skips a byte order mark; `false` until enough bytes are there to decide.
    fn begin(&mut self) -> bool {
        const MARK: &[u8] = b"\xef\xbb\xbf";
        if self.unread.len() < MARK.len() && MARK.starts_with(&self.unread) {
            return false;
        }
        if self.unread.starts_with(MARK) {
            self.unread.advance(MARK.len());
        }
        self.begun = true;
        true
    }

    fn line(&mut self, line: &[u8]) {
        let is_first = !self.is_known && self.strange.is_none();
        self.is_known |= is_first;
        let (name, value) = match line.iter().position(|byte| *byte == b':') {
            Some(0) => return,
            Some(colon) => (&line[..colon], &line[colon + 1..]),
            None => (line, &line[line.len()..]),
        };
        let value = value.strip_prefix(b" ").unwrap_or(value);
        let text = || String::from_utf8_lossy(value).into_owned();
        match name {
            b"data" => {
                if let Some(data) = &mut self.data {
                    data.extend_from_slice(b"\n");
                }
                self.data.get_or_insert_default().extend_from_slice(value);
            }
            b"event" => self.block.event = Some(text()),
            b"id" if !value.contains(&0) => self.block.id = Some(text()),
            b"retry" if !value.is_empty() && value.iter().all(u8::is_ascii_digit) => {
                self.block.retry = text().parse().ok();
            }
            b"id" | b"retry" => {}
            _ if is_first => {
                self.is_known = false;
                self.strange = Some(Bytes::copy_from_slice(line));
            }
            _ => {}
        }
    }

    fn dispatch(&mut self) -> Option<Block> {
        let mut block = std::mem::take(&mut self.block);
        if block.id.is_some() {
            self.last_id.clone_from(&block.id);
        }
        self.last_retry = block.retry.or(self.last_retry);
        block.data = self.data.take()?.freeze();
        Some(block)
    }
}
