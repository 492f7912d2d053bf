//! The states and arrows of a picture, and the size of each text of it.
//!
//! Fonts differ, and none is measured: a text has the width that its number of characters says.

/// Width of a character of a name, and of small text. The picture stretches or shrinks each text to this width.
pub(super) const NAME: i32 = 8;
pub(super) const SMALL: i32 = 7;
/// Height of a line of small text.
pub(super) const LINE: i32 = 14;
/// States of something, and the ways between them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Diagram {
    /// Short text in place of the picture.
    pub(crate) title: String,
    /// All that the picture shows, as text.
    pub(crate) description: String,
    /// The states; the first one stands at the top.
    pub(crate) states: Vec<State>,
    /// At most one arrow for each pair of states and direction.
    pub(crate) arrows: Vec<Arrow>,
}

/// A box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) name: String,
    /// Small words below the name; empty: none.
    pub(crate) notes: String,
    pub(crate) color: Color,
    /// Drawn with two borders.
    pub(crate) is_final: bool,
}

/// The colour of a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Color {
    Plain,
    Good,
    Waiting,
}

/// An arrow from one state to another, or to itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Arrow {
    /// Index of a state.
    pub(crate) from: usize,
    /// Index of a state.
    pub(crate) to: usize,
    /// Lines beside the arrow.
    pub(crate) label: Vec<Line>,
}

/// A line of a label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) text: String,
    /// True for what the reader of the picture does, which has a colour of its own.
    pub(crate) is_ours: bool,
}

/// Returns the number of pixels of a text; wide characters take twice the width.
pub(super) fn width(text: &str, character: i32) -> i32 {
    text.chars()
        .map(|c| if c < '\u{1100}' { character } else { 2 * character })
        .sum()
}

/// Returns width and height of an arrow's label.
pub(super) fn label_size(arrow: &Arrow) -> (i32, i32) {
    let widest = arrow
        .label
        .iter()
        .map(|line| width(&line.text, SMALL))
        .max()
        .unwrap_or_default();
    let lines = i32::try_from(arrow.label.len()).unwrap_or(i32::MAX);
    (widest + 6, lines * LINE + 4)
}
