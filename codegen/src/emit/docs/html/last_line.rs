//! The last line of a growing text: whether it is an incomplete row of a Markdown table. Each character is read once.

/// State of the last line and of the line above it, without white space at their ends.
#[derive(Debug)]
pub(super) struct LastLine {
    /// Bytes that were read.
    read: usize,
    /// Line breaks since the last character; before the first one, the text begins a line.
    breaks: usize,
    /// The bars of the line; `None`: it does not begin with one.
    bars: Option<usize>,
    /// The last character that is not white space.
    last: char,
    /// The bars of the line above; `None`: it does not begin with one.
    above: Option<usize>,
}

impl Default for LastLine {
    fn default() -> Self {
        Self {
            read: 0,
            breaks: 1,
            bars: None,
            last: ' ',
            above: None,
        }
    }
}

impl LastLine {
    /// Reads what was added to the text.
    pub(super) fn read(&mut self, text: &str) {
        let mut previous = self.last;
        for c in text[self.read..].chars() {
            let is_escaped = std::mem::replace(&mut previous, c) == '\\';
            self.breaks += usize::from(c == '\n');
            if c.is_whitespace() {
                continue;
            }
            if self.breaks > 0 {
                self.above = self.bars.filter(|_| self.breaks == 1);
                self.bars = (c == '|').then_some(0);
                self.breaks = 0;
            }
            if c == '|' && !is_escaped {
                self.bars = self.bars.map(|bars| bars + 1);
            }
            self.last = c;
        }
        self.read = text.len();
    }

    /// Takes note that white space was removed at the end of the text.
    pub(super) fn ends_at(&mut self, length: usize) {
        if length < self.read {
            (self.read, self.breaks) = (length, 0);
        }
    }

    /// Returns true inside of a row. Of the first row only the end of a cell shows that it is complete, of others the number of
    /// cells in the row above.
    pub(super) fn is_in_row(&self) -> bool {
        let bars = self.bars.filter(|_| self.breaks == 0);
        bars.is_some_and(|bars| match self.above {
            Some(above) => bars < above,
            None => self.last != '|',
        })
    }
}
