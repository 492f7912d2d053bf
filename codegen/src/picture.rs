//! States and the arrows between them to a picture: SVG text.
//!
//! In: a [`Diagram`]. Out: plain SVG with its own background, readable in light and dark, with a title and a description for
//! those who do not see it. The same diagram is always drawn with the same bytes. Never: floats, fonts that are measured, text
//! that is not escaped, two texts on one place.

mod graph;
mod places;
mod svg;

#[cfg(test)]
mod tests;

use crate::limits;

pub(crate) use graph::{Arrow, Color, Diagram, Line, State};

/// Returns true if the diagram has arrows, and not so many states or arrows that nobody could read it.
pub(crate) fn is_drawn(diagram: &Diagram) -> bool {
    let (states, arrows) = (diagram.states.len(), diagram.arrows.len());
    arrows > 0 && states <= limits::PICTURE_STATES && arrows <= limits::PICTURE_ARROWS
}

/// Draws the diagram; `None`: it is not drawn. `header` says who made it, as metadata.
pub(crate) fn svg(diagram: &Diagram, header: &str) -> Option<String> {
    is_drawn(diagram).then(|| {
        let graph = graph::Graph::of(diagram);
        let places = places::Places::of(diagram, &graph);
        svg::text(diagram, &graph, &places, header)
    })
}
