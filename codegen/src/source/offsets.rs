//! Character positions to byte offsets: the YAML reader counts characters, spans count bytes.

/// Distance of the marks in characters.
const STEP: usize = 128;

/// Byte offsets of one text.
pub(super) struct Offsets<'s> {
    text: &'s str,
    /// Byte offset of each [`STEP`]th character; empty for ASCII.
    marks: Vec<u32>,
}

impl<'s> Offsets<'s> {
    pub(super) fn new(text: &'s str) -> Self {
        let marks = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices()
                .step_by(STEP)
                .map(|(at, _)| u32::try_from(at).unwrap_or(u32::MAX))
                .collect()
        };
        Self { text, marks }
    }

    /// Returns the byte offset of a character; the end for one beyond it.
    pub(super) fn byte(&self, character: usize) -> usize {
        if self.text.is_empty() || self.marks.is_empty() {
            return character.min(self.text.len());
        }
        let Some(mark) = self.marks.get(character / STEP) else {
            return self.text.len();
        };
        let (start, further) = (*mark as usize, character % STEP);
        let next = self.marks.get(character / STEP + 1);
        if next.is_some_and(|next| *next as usize == start + STEP) {
            // As many bytes as characters: all of them are ASCII.
            return start + further;
        }
        let rest = &self.text[start..];
        rest.char_indices()
            .nth(further)
            .map_or(self.text.len(), |(at, _)| start + at)
    }
}

#[cfg(test)]
mod tests {
    use super::Offsets;

    #[test]
    fn every_character_has_the_offset_that_rust_gives_it() {
        let mixed = format!("{}é{}", "plain ".repeat(100), "plain ".repeat(100));
        for text in ["", "plain", &"aé漢🎉\n".repeat(200), &mixed] {
            let offsets = Offsets::new(text);
            for (character, (byte, _)) in text.char_indices().enumerate() {
                assert_eq!(offsets.byte(character), byte);
            }
            assert_eq!(offsets.byte(text.chars().count()), text.len());
            assert_eq!(offsets.byte(usize::MAX), text.len());
        }
    }
}
