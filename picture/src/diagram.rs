//! The states and arrows of a picture, and the size of each text of it.

/// The most states of a picture: one with more is larger than a page.
const STATES: usize = 40;
/// The most arrows of a picture: the time grows with their square, and nobody could follow more.
const ARROWS: usize = 100;
/// Width of a character of a name, and of small text. The picture stretches or shrinks each text to this width.
pub(crate) const NAME: i32 = 8;
pub(crate) const SMALL: i32 = 7;
/// Most pixels of a text: a longer one shrinks to them, so that a state fits a narrow page.
const MOST: i32 = 388;
/// Height of a line of small text.
pub(crate) const LINE: i32 = 14;

/// States of something, and the ways between them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Diagram {
    pub(crate) title: String,
    pub(crate) states: Vec<StateBox>,
    /// At most one arrow for each pair of states and direction.
    pub(crate) arrows: Vec<Arrow>,
    /// The arrows in words, one for each label.
    steps: Vec<String>,
}

/// A box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateBox {
    /// The text in the box.
    pub name: String,
    /// The small words below the name, in this order.
    pub roles: Vec<StateRole>,
}

/// The role of a state in its lifecycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateRole {
    /// The beginning.
    Initial,
    /// A success.
    Done,
    /// An end, with two borders.
    Final,
    /// It waits for the reader of the picture.
    NeedsAction,
    /// The present state.
    Present,
}

/// An arrow from one state to another, or to itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Arrow {
    /// Index of a state.
    pub(crate) from: usize,
    /// Index of a state.
    pub(crate) to: usize,
    /// Lines beside the arrow.
    pub(crate) label: Vec<LabelLine>,
}

/// A line of a label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelLine {
    /// The text of the line.
    pub text: String,
    /// True for what the reader of the picture does, which has another colour.
    pub is_ours: bool,
}

impl Diagram {
    /// Creates a diagram without arrows. The title is a short text in place of the picture; the first state is at the top.
    pub fn new(title: String, states: Vec<StateBox>) -> Self {
        Self {
            title,
            states,
            ..Self::default()
        }
    }

    /// Adds an arrow between two states, by their places in the list. A second one between the same states joins the first.
    pub fn connect(&mut self, from: usize, to: usize, label: Vec<LabelLine>) {
        let (Some(begin), Some(end)) = (self.states.get(from), self.states.get(to)) else {
            return;
        };
        let by: String = label.iter().map(|line| line.text.as_str()).collect();
        self.steps.push(format!("{} to {} by {by}", begin.name, end.name));
        match self
            .arrows
            .iter_mut()
            .find(|arrow| (arrow.from, arrow.to) == (from, to))
        {
            Some(arrow) => arrow.label.extend(label),
            None => self.arrows.push(Arrow { from, to, label }),
        }
    }

    /// Returns the title of the picture; `None`: it is not drawn, because it has no arrows, or so many states or arrows that nobody
    /// could read it.
    pub fn title(&self) -> Option<&str> {
        let (states, arrows) = (self.states.len(), self.arrows.len());
        let is_drawn = arrows > 0 && states <= STATES && arrows <= ARROWS;
        is_drawn.then_some(&self.title)
    }

    /// Returns all that the picture shows, as text.
    pub(crate) fn description(&self) -> String {
        let state = |state: &StateBox| match state.notes() {
            notes if notes.is_empty() => state.name.clone(),
            notes => format!("{} ({notes})", state.name),
        };
        let states: Vec<String> = self.states.iter().map(state).collect();
        format!("States: {}. Transitions: {}.", states.join(", "), self.steps.join("; "))
    }
}

impl StateBox {
    pub(crate) fn has(&self, role: StateRole) -> bool {
        self.roles.contains(&role)
    }

    /// Returns the small words below the name; empty: none.
    pub(crate) fn notes(&self) -> String {
        let word = |role: &StateRole| match role {
            StateRole::Initial => "initial",
            StateRole::Done => "done",
            StateRole::Final => "final",
            StateRole::NeedsAction => "needs action",
            StateRole::Present => "present",
        };
        self.roles.iter().map(word).collect::<Vec<_>>().join(", ")
    }
}

/// Returns the number of pixels of a text; wide characters take twice the width.
pub(crate) fn width(text: &str, character: i32) -> i32 {
    let all = text
        .chars()
        .map(|c| if c < '\u{1100}' { character } else { 2 * character });
    all.sum::<i32>().min(MOST)
}

/// Returns width and height of an arrow's label.
pub(crate) fn label_size(arrow: &Arrow) -> (i32, i32) {
    let widest = arrow.label.iter().map(|line| width(&line.text, SMALL)).max();
    let lines = i32::try_from(arrow.label.len()).unwrap_or(i32::MAX);
    (widest.unwrap_or_default() + 6, lines * LINE + 4)
}
