//! In: states and the arrows between them. Out: SVG that a page shows, with the present state marked. Never: two states in one place, or
//! a line through a state that it does not touch.

mod layers;

use super::html::{Html, element, text};
use crate::view::Life;
use layers::{Layers, Spot};
use std::fmt::Write as _;

const BOX_HEIGHT: i32 = 30;
const ROW: i32 = 46;
const GAP: i32 = 40;
const MARGIN: i32 = 14;
/// Width of a letter of a state's name, in the font of `style.css`.
const LETTER: i32 = 7;

/// The picture of a lifecycle; `None` without arrows.
pub(super) fn picture(life: &Life, present: Option<&str>) -> Option<Html> {
    let arrows: Vec<(String, String, String)> = life.lifecycle.arrows().collect();
    if arrows.is_empty() {
        return None;
    }
    let mut names = life.states.clone();
    for (from, to, _) in &arrows {
        for name in [from, to] {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
    }
    let place = |name: &String| names.iter().position(|known| known == name);
    let pairs: Vec<(usize, usize)> = arrows
        .iter()
        .filter_map(|(from, to, _)| Some((place(from)?, place(to)?)))
        .collect();
    let first = life.lifecycle.initial.as_ref().and_then(place).unwrap_or_default();
    let layers = Layers::of(names.len(), &pairs, first);
    let grid = Grid::new(&names, &layers);
    let size = (
        MARGIN - GAP + grid.columns.last().map_or(0, |(left, width)| left + width + GAP),
        MARGIN * 2 + layers.half_rows * ROW / 2 + BOX_HEIGHT,
    );
    let lines = arrows.iter().zip(&layers.ways).map(|((from, to, by), way)| {
        let title = element("title", &[], [text(format!("{from} to {to} by {by}"))]);
        let class = match (present == Some(from.as_str()), *by == life.owner) {
            (true, true) => "now owner",
            (true, false) => "now",
            (false, true) => "owner",
            (false, false) => "",
        };
        let marker = if present == Some(from.as_str()) {
            "url(#head-now)"
        } else {
            "url(#head)"
        };
        let path = grid.path(way);
        element(
            "path",
            &[("d", &path), ("class", class), ("marker-end", marker)],
            [title],
        )
    });
    let states = names.iter().zip(&layers.spots).map(|(name, &spot)| {
        let class = match () {
            () if present == Some(name.as_str()) => "present",
            () if life.lifecycle.done.contains(name) => "done",
            () if life.lifecycle.terminal.contains(name) => "end",
            () if life.lifecycle.needs_action.contains(name) => "waits",
            () => "",
        };
        grid.state(name, spot, class)
    });
    let (wide, high) = (size.0.to_string(), size.1.to_string());
    let view = format!("0 0 {wide} {high}");
    let label = present.map_or_else(|| "The states".to_owned(), |state| format!("The states; now {state}"));
    let attributes = [
        ("viewBox", view.as_str()),
        ("width", &wide),
        ("height", &high),
        ("role", "img"),
        ("aria-label", &label),
        ("class", "life"),
    ];
    let children = [heads()].into_iter().chain(lines).chain(states);
    let svg = element("svg", &attributes, children);
    Some(element("div", &[("class", "wide")], [svg]))
}

/// The heads of arrows.
fn heads() -> Html {
    let head = |id: &str| {
        let shape = element("path", &[("d", "M0 0 L8 4 L0 8 z"), ("class", id)], []);
        let attributes = [
            ("id", id),
            ("viewBox", "0 0 8 8"),
            ("refX", "8"),
            ("refY", "4"),
            ("markerWidth", "8"),
            ("markerHeight", "8"),
            ("markerUnits", "userSpaceOnUse"),
            ("orient", "auto"),
        ];
        element("marker", &attributes, [shape])
    };
    element("defs", &[], [head("head"), head("head-now")])
}

/// Columns and rows, in units of the picture.
#[derive(Debug)]
struct Grid {
    /// Left side and width of each column, which is as wide as its longest name.
    columns: Vec<(i32, i32)>,
}

impl Grid {
    fn new(names: &[String], layers: &Layers) -> Self {
        let mut columns = Vec::new();
        let mut left = MARGIN;
        for column in 0..layers.columns {
            let own = names
                .iter()
                .zip(&layers.spots)
                .filter(|(_, spot)| spot.column == column);
            let longest = own.map(|(name, _)| name.chars().count()).max().unwrap_or_default();
            let width = i32::try_from(longest).unwrap_or(40).clamp(6, 40) * LETTER + 18;
            columns.push((left, width));
            left += width + GAP;
        }
        Self { columns }
    }

    /// Left side and width of a column.
    fn column(&self, column: i32) -> (i32, i32) {
        let known = usize::try_from(column).ok().and_then(|at| self.columns.get(at));
        known.copied().unwrap_or((MARGIN, 0))
    }

    /// The middle of a row; rows are counted in halves.
    fn middle(half_row: i32) -> i32 {
        MARGIN + half_row * ROW / 2 + BOX_HEIGHT / 2
    }

    fn state(&self, name: &str, spot: Spot, class: &'static str) -> Html {
        let ((left, wide), middle) = (self.column(spot.column), Self::middle(spot.half_row));
        let (x, y) = (left.to_string(), (middle - BOX_HEIGHT / 2).to_string());
        let (width, height) = (wide.to_string(), BOX_HEIGHT.to_string());
        let shape = element(
            "rect",
            &[
                ("x", &x),
                ("y", &y),
                ("width", &width),
                ("height", &height),
                ("rx", "6"),
            ],
            [],
        );
        let (x, y) = ((left + wide / 2).to_string(), (middle + 4).to_string());
        let label = element("text", &[("x", &x), ("y", &y), ("text-anchor", "middle")], [text(name)]);
        element("g", &[("class", class)], [shape, label])
    }

    /// The line through the spots of a way.
    fn path(&self, way: &[Spot]) -> String {
        if let [spot] = way {
            let (left, wide) = self.column(spot.column);
            let right = left + wide - 40;
            let top = Self::middle(spot.half_row) - BOX_HEIGHT / 2;
            return format!("M{right} {top} c0 -14 24 -14 24 0");
        }
        let mut points = Vec::new();
        let is_back = way.first().map(|spot| spot.column) > way.last().map(|spot| spot.column);
        for (at, spot) in way.iter().enumerate() {
            let ((left, wide), middle) = (self.column(spot.column), Self::middle(spot.half_row));
            let (enter, leave) = if is_back {
                (left + wide, left)
            } else {
                (left, left + wide)
            };
            // Lines back leave and enter a little lower, so that they do not lie on those that go on.
            let middle = if is_back { middle + 8 } else { middle - 4 };
            if at > 0 {
                points.push((enter, middle));
            }
            if at + 1 < way.len() {
                points.push((leave, middle));
            }
        }
        let mut out = String::new();
        for (at, &(x, y)) in points.iter().enumerate() {
            if at == 0 {
                out = format!("M{x} {y}");
            } else if at % 2 == 0 {
                let _ = write!(out, " L{x} {y}");
            } else {
                let (from_x, from_y) = points[at - 1];
                let half = i32::midpoint(from_x, x);
                let _ = write!(out, " C{half} {from_y} {half} {y} {x} {y}");
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifecycle::Lifecycle;
    use serde_json::json;

    #[test]
    fn every_state_and_arrow_of_the_contract_is_drawn_and_the_present_state_is_marked() {
        let life = Life {
            states: ["NEW", "SENT", "ASK", "END", "<LOST>"].map(str::to_owned).to_vec(),
            lifecycle: Lifecycle::read(&json!({
                "initial": "NEW", "done": ["END"], "terminal": ["<LOST>"], "needsAction": ["ASK"],
                "transitions": [
                    { "from": "NEW", "to": "SENT", "by": "send" },
                    { "from": ["SENT", "ASK"], "to": "END", "by": "owner" },
                    { "from": "SENT", "to": "ASK", "by": "owner" },
                    { "from": "ASK", "to": "SENT", "by": "answer" },
                    { "from": "ASK", "to": "ASK", "by": "owner" },
                    { "from": "SENT", "to": "<LOST>", "by": "owner" }
                ]
            })),
            owner: "owner".to_owned(),
        };
        let svg = picture(&life, Some("SENT")).unwrap().into_string();
        assert_eq!(svg.matches("<rect ").count(), 5, "{svg}");
        assert_eq!(svg.matches("marker-end").count(), 7, "{svg}");
        assert_eq!(svg.matches("class=\"present\"").count(), 1, "{svg}");
        assert!(svg.contains("&lt;LOST&gt;") && !svg.contains("<LOST>"), "{svg}");
    }
}
