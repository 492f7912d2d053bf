//! A diagram with its coordinates to SVG text.

use crate::diagram::{Arrow, Diagram, LINE, LabelLine, NAME, SMALL, StateBox, StateRole, label_size, width};
use crate::layout::{ArrowPath, Coordinates, Graph, LOOP, LayerNode};
use std::fmt::Write as _;

/// Colours in light and dark. They are the picture's own, because a picture in a page does not know the colours of the page.
const STYLE: &str = "\
.states .paper{fill:#fff}
.states .box{fill:#f6f8fa;stroke:#57606a}
.states .good{fill:#dafbe1;stroke:#1a7f37}
.states .waiting{fill:#fff8c5;stroke:#7d4e00}
.states .inner{fill:none}
.states text{font-family:ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace;font-size:13px;text-anchor:middle;fill:#1f2328}
.states .small{font-size:11px}
.states .line{fill:none;stroke:#57606a;stroke-width:1.3;stroke-dasharray:5 4}
.states .head{fill:#57606a}
.states .ours{fill:#0550ae}
.states .line.ours{fill:none;stroke:#0550ae;stroke-dasharray:none}
@media (prefers-color-scheme:dark){
.states .paper{fill:#0d1117}
.states .box{fill:#161b22;stroke:#9198a1}
.states .good{fill:#12261e;stroke:#3fb950}
.states .waiting{fill:#272115;stroke:#d29922}
.states .inner{fill:none}
.states text{fill:#e6edf3}
.states .line{stroke:#9198a1}
.states .head{fill:#9198a1}
.states .ours{fill:#79c0ff}
.states .line.ours{fill:none;stroke:#79c0ff}
}
";

/// Writes the picture: a file if it has a header, which says who made it, as metadata; else an element of a page.
pub(crate) fn text(diagram: &Diagram, graph: &Graph, places: &Coordinates, header: Option<&str>) -> String {
    let (wide, high) = places.whole;
    // An element of a page needs no namespace.
    let [namespace, metadata, style] = header.map_or([const { String::new() }; 3], |header| {
        [
            " xmlns=\"http://www.w3.org/2000/svg\"".to_owned(),
            format!("<metadata>{}</metadata>\n", escaped(header)),
            format!("<style>\n{STYLE}</style>\n"),
        ]
    });
    let mut out = format!(
        "<svg{namespace} class=\"states\" role=\"img\" width=\"{wide}\" height=\"{high}\" viewBox=\"0 0 {wide} {high}\">\n\
         {metadata}<title>{}</title>\n<desc>{}</desc>\n{style}",
        escaped(&diagram.title),
        escaped(&diagram.description()),
    );
    let _ = writeln!(
        out,
        "<rect class=\"paper\" width=\"{wide}\" height=\"{high}\" rx=\"6\"/>"
    );
    let ends = Ends::of(graph, places);
    for (index, route) in graph.routes.iter().enumerate() {
        let arrow = &diagram.arrows[route.arrow];
        line(&mut out, arrow, route, places, ends.top[index], ends.bottom[index]);
    }
    for route in &graph.routes {
        let arrow = &diagram.arrows[route.arrow];
        for node in &route.nodes {
            if graph.nodes[*node] == LayerNode::Label(route.arrow) {
                let (top, bottom) = places.layers[places.layer[*node]];
                label(&mut out, arrow, places.x[*node], i32::midpoint(top, bottom));
            }
        }
    }
    for (index, state) in diagram.states.iter().enumerate() {
        out += &drawn(state, places.x[index], &edges(places, index));
    }
    for arrow in diagram.arrows.iter().filter(|arrow| arrow.from == arrow.to) {
        let Edges { top, right, bottom, .. } = edges(places, arrow.from);
        let (y, far) = (i32::midpoint(top, bottom), right + LOOP);
        let (above, below, class) = (y - 8, y + 8, class(arrow));
        let _ = writeln!(
            out,
            "<path class=\"line{class}\" d=\"M{right} {above}C{far} {above} {far} {below} {right} {below}\"/>"
        );
        let tip = format!(
            "{right},{below} {},{} {},{}",
            right + 8,
            below - 4,
            right + 8,
            below + 4
        );
        let _ = writeln!(out, "<polygon class=\"head{class}\" points=\"{tip}\"/>");
        label(&mut out, arrow, far + 6 + label_size(arrow).0 / 2, y);
    }
    out + "</svg>\n"
}

/// Draws a state around `x`. The present one is a group, so that a style sheet finds it.
fn drawn(state: &StateBox, x: i32, edges: &Edges) -> String {
    let color = match () {
        () if state.has(StateRole::NeedsAction) => "box waiting",
        () if state.has(StateRole::Done) => "box good",
        () => "box",
    };
    let rect = |class: &str, inset: i32| {
        let (width, height) = (
            edges.right - edges.left - 2 * inset,
            edges.bottom - edges.top - 2 * inset,
        );
        let (x, y, round) = (edges.left + inset, edges.top + inset, 6 - inset);
        format!("<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{round}\"/>\n")
    };
    let mut out = rect(color, 0);
    if state.has(StateRole::Final) {
        out += &rect(&format!("{color} inner"), 3);
    }
    out += &words(&state.name, x, edges.top + 21, NAME, "");
    let notes = state.notes();
    if !notes.is_empty() {
        out += &words(&notes, x, edges.top + 37, SMALL, "small");
    }
    if state.has(StateRole::Present) {
        out = format!("<g class=\"present\">\n{out}</g>\n");
    }
    out
}

struct Edges {
    left: i32,
    top: i32,
    right: i32,
    bottom: i32,
}

/// Returns the borders of a node.
fn edges(places: &Coordinates, node: usize) -> Edges {
    let ((wide, high), (top, bottom)) = (places.size[node], places.layers[places.layer[node]]);
    let (left, top) = (places.x[node] - wide / 2, i32::midpoint(top, bottom) - high / 2);
    Edges {
        left,
        top,
        right: left + wide,
        bottom: top + high,
    }
}

/// Places at which the arrows begin and end, by route.
struct Ends {
    top: Vec<i32>,
    bottom: Vec<i32>,
}

impl Ends {
    /// Spreads the arrows of each state along its border, in the order of where they go.
    fn of(graph: &Graph, places: &Coordinates) -> Self {
        let mut ends = Self {
            top: vec![0; graph.routes.len()],
            bottom: vec![0; graph.routes.len()],
        };
        for state in 0..places.x.len() {
            let spread = |mut mine: Vec<(i32, usize)>, into: &mut Vec<i32>| {
                mine.sort_unstable();
                let count = i32::try_from(mine.len()).unwrap_or(i32::MAX);
                let step = (places.size[state].0 / (count + 1)).min(36);
                let first = places.x[state] - step * (count - 1) / 2;
                for (place, (_, route)) in (0..).zip(mine) {
                    into[route] = first + step * place;
                }
            };
            let routes = || graph.routes.iter().enumerate();
            let leaving = routes().filter(|(_, route)| route.nodes.first() == Some(&state));
            spread(
                leaving
                    .map(|(index, route)| (places.x[route.nodes[1]], index))
                    .collect(),
                &mut ends.top,
            );
            let reaching = routes().filter(|(_, route)| route.nodes.last() == Some(&state));
            let before = |route: &ArrowPath| route.nodes[route.nodes.len() - 2];
            spread(
                reaching
                    .map(|(index, route)| (places.x[before(route)], index))
                    .collect(),
                &mut ends.bottom,
            );
        }
        ends
    }
}

/// Draws the line of an arrow and its head.
fn line(out: &mut String, arrow: &Arrow, route: &ArrowPath, places: &Coordinates, top: i32, bottom: i32) {
    let (first, last) = (route.nodes[0], route.nodes[route.nodes.len() - 1]);
    let (begin, end) = (edges(places, first).bottom, edges(places, last).top);
    let class = class(arrow);
    let mut path = format!("M{top} {begin}");
    for (from, to) in route.links() {
        let (start, stop) = (places.layers[places.layer[from]].1, places.layers[places.layer[to]].0);
        let x = if to == last { bottom } else { places.x[to] };
        let before = if from == first { top } else { places.x[from] };
        let middle = i32::midpoint(start, stop);
        let _ = write!(path, "V{start}C{before} {middle} {x} {middle} {x} {stop}");
    }
    let _ = write!(path, "V{end}");
    let _ = writeln!(out, "<path class=\"line{class}\" d=\"{path}\"/>");
    let (x, y, back) = if route.is_upward {
        (top, begin, begin + 8)
    } else {
        (bottom, end, end - 8)
    };
    let (left, right) = (x - 4, x + 4);
    let _ = writeln!(
        out,
        "<polygon class=\"head{class}\" points=\"{x},{y} {left},{back} {right},{back}\"/>"
    );
}

/// Writes the label of an arrow around a point, on a piece of paper that hides the line behind it.
fn label(out: &mut String, arrow: &Arrow, x: i32, y: i32) {
    let (wide, high) = label_size(arrow);
    let (left, top) = (x - wide / 2, y - high / 2);
    let _ = writeln!(
        out,
        "<rect class=\"paper\" x=\"{left}\" y=\"{top}\" width=\"{wide}\" height=\"{high}\"/>"
    );
    for (line, LabelLine { text, is_ours }) in (1..).zip(&arrow.label) {
        let class = if *is_ours { "small ours" } else { "small" };
        *out += &words(text, x, top + line * LINE - 2, SMALL, class);
    }
}

/// Returns the class of an arrow's line: that of the reader's own doing if nobody else does it.
fn class(arrow: &Arrow) -> &'static str {
    if arrow.label.iter().all(|line| line.is_ours) {
        " ours"
    } else {
        ""
    }
}

/// Returns a text around `x` on the line `y`, exactly as wide as its place.
fn words(text: &str, x: i32, y: i32, character: i32, class: &str) -> String {
    let (long, class) = (
        width(text, character),
        if class.is_empty() {
            String::new()
        } else {
            format!(" class=\"{class}\"")
        },
    );
    let text = escaped(text);
    format!("<text{class} x=\"{x}\" y=\"{y}\" textLength=\"{long}\" lengthAdjust=\"spacingAndGlyphs\">{text}</text>\n")
}

/// Escapes text for XML; characters that XML does not have are replaced.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\n' => out.push(' '),
            c if is_hidden(c) || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// Returns true for characters that cannot be seen, or that turn the direction of writing.
fn is_hidden(c: char) -> bool {
    let is_directional =
        matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || is_directional || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
}
