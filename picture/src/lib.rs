//! States and the arrows between them to a picture: SVG text.
//!
//! In: a [`Diagram`]. Out: plain SVG with a title and a description for those who do not see it, as a file with its own colours, or as
//! an element of a page. The same diagram is always drawn with the same bytes. Never: floats, fonts that are measured, text that is not
//! escaped, two texts on one place, or knowledge of a contract: the generator and the local sandbox share nothing else.

mod diagram;
mod layout;
mod svg;

#[cfg(test)]
mod tests;

pub use diagram::{Diagram, LabelLine, StateBox, StateRole};

impl Diagram {
    /// Draws a file with its own colours in light and dark; `None`: it is not drawn. `header` says who made it, as metadata.
    pub fn file(&self, header: &str) -> Option<String> {
        self.draw(Some(header))
    }

    /// Draws an element of a page, whose style sheet has the colours; `None`: it is not drawn.
    pub fn element(&self) -> Option<String> {
        self.draw(None)
    }

    fn draw(&self, header: Option<&str>) -> Option<String> {
        self.title()?;
        let mut graph = layout::Graph::new(self);
        let places = layout::Coordinates::new(self, &mut graph);
        Some(svg::text(self, &graph, &places, header))
    }
}
