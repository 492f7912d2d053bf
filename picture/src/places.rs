//! Layers of nodes to coordinates in pixels.
//!
//! In: a diagram and its [`Graph`]. Out: [`Coordinates`]: for each node its centre and its size, so that no two nodes of a layer and no
//! two layers overlap.

use crate::diagram::{Diagram, NAME, SMALL, label_size, width};
use crate::graph::{Graph, LayerNode};

/// Times that the nodes of a picture are moved towards their neighbours: each costs as much as the first.
const MOVES: usize = 14;

/// Width of a picture that fits a page of 480 pixels with its margins. A layer with one state and many arrows may need more.
const WIDE: i32 = 440;
/// Most splits of a wide layer.
const SPLITS: usize = 6;

/// Reach of an arrow from a state to itself.
pub(crate) const LOOP: i32 = 26;
/// Space between two nodes of a layer.
const BESIDE: i32 = 14;
/// Space to the right of a piece of an arrow.
const BETWEEN: i32 = 10;
/// Space between a text and its border.
const PADDING: i32 = 12;

/// The coordinates.
pub(crate) struct Coordinates {
    /// Centre of each node.
    pub(crate) x: Vec<i32>,
    /// Size of each node, without what stands to the right of it.
    pub(crate) size: Vec<(i32, i32)>,
    /// Top and bottom of each layer.
    pub(crate) layers: Vec<(i32, i32)>,
    /// Layer of each node.
    pub(crate) layer: Vec<usize>,
    /// Size of the picture.
    pub(crate) whole: (i32, i32),
}

/// The sizes of the nodes.
struct Sizes {
    size: Vec<(i32, i32)>,
    /// Width of what is to the right of each node: an arrow from a state to itself with its label, and a space.
    beside: Vec<i32>,
}

impl Sizes {
    fn of(diagram: &Diagram, graph: &Graph) -> Self {
        let neighbours = graph.neighbours();
        let size_of = |(index, node): (usize, &LayerNode)| match node {
            LayerNode::State(state) => {
                let (name, notes) = (&diagram.states[*state].name, diagram.states[*state].notes());
                let words = width(name, NAME).max(width(&notes, SMALL)) + 2 * PADDING;
                let (above, below) = &neighbours[index];
                let ends = i32::try_from(above.len().max(below.len())).unwrap_or(i32::MAX);
                (
                    words.max(((ends + 1) * BESIDE).min(WIDE - 2 * BESIDE)),
                    if notes.is_empty() { 32 } else { 46 },
                )
            }
            LayerNode::Label(arrow) => label_size(&diagram.arrows[*arrow]),
            LayerNode::Piece => (2, 2),
        };
        let size = graph.nodes.iter().enumerate().map(size_of).collect();
        let space = |node: &LayerNode| if *node == LayerNode::Piece { BETWEEN } else { BESIDE };
        let mut beside: Vec<i32> = graph.nodes.iter().map(space).collect();
        for arrow in diagram.arrows.iter().filter(|arrow| arrow.from == arrow.to) {
            beside[arrow.from] += LOOP + 6 + label_size(arrow).0;
        }
        Self { size, beside }
    }

    /// Returns the width of a node with what is to its right.
    fn right(&self, node: usize) -> i32 {
        self.size[node].0 + self.beside[node]
    }
}

impl Coordinates {
    /// Places the nodes, after it has split the layers that are too wide for a narrow page.
    pub(crate) fn new(diagram: &Diagram, graph: &mut Graph) -> Self {
        let mut sizes = Sizes::of(diagram, graph);
        for _ in 0..SPLITS {
            if !graph.narrow(WIDE - BESIDE, |node| sizes.right(node)) {
                break;
            }
            sizes = Sizes::of(diagram, graph);
        }
        let neighbours = graph.neighbours();
        let width = |layer: &Vec<usize>| BESIDE + layer.iter().map(|node| sizes.right(*node)).sum::<i32>();
        let most = graph.layers.iter().map(width).max().unwrap_or_default().max(WIDE);
        let mut layer = vec![0; graph.nodes.len()];
        for (index, nodes) in graph.layers.iter().enumerate() {
            for node in nodes {
                layer[*node] = index;
            }
        }
        let mut places = Self {
            x: vec![most / 2; graph.nodes.len()],
            size: Vec::new(),
            layers: Vec::new(),
            layer,
            whole: (0, 0),
        };
        for round in 0..MOVES {
            let is_down = round % 2 == 0;
            // At the end every node goes to the middle of all of its neighbours.
            let is_end = round + 4 >= MOVES;
            for step in 0..graph.layers.len() {
                let layer = if is_down { step } else { graph.layers.len() - 1 - step };
                places.settle(&graph.layers[layer], &sizes, most, |node| {
                    let (above, below) = &neighbours[node];
                    let nothing: &[usize] = &[];
                    let above = if is_down || is_end { above } else { nothing };
                    let below = if !is_down || is_end { below } else { nothing };
                    above.iter().chain(below)
                });
            }
        }
        places.size = sizes.size;
        let left = |node: usize, places: &Self| places.x[node] - places.size[node].0 / 2;
        let least = (0..graph.nodes.len())
            .map(|node| left(node, &places))
            .min()
            .unwrap_or_default();
        for x in &mut places.x {
            *x += BESIDE - least;
        }
        let right = |node: usize| left(node, &places) + places.size[node].0 + sizes.beside[node];
        let most = (0..graph.nodes.len()).map(right).max().unwrap_or_default();
        let mut bottom = BESIDE;
        for (index, nodes) in graph.layers.iter().enumerate() {
            let height = nodes.iter().map(|node| places.size[*node].1).max().unwrap_or_default();
            places.layers.push((bottom, bottom + height));
            bottom += height;
            if index + 1 < graph.layers.len() {
                // The further an arrow goes to the side, the more height it has for that.
                let links = nodes
                    .iter()
                    .flat_map(|node| neighbours[*node].1.iter().map(move |next| (*node, *next)));
                let aside = links
                    .map(|(from, to)| (places.x[from] - places.x[to]).abs())
                    .max()
                    .unwrap_or_default();
                bottom += (16 + aside / 8).min(48);
            }
        }
        places.whole = (most, bottom + BESIDE);
        places
    }

    /// Moves each node of a layer to the middle of its neighbours, as near as the nodes beside it allow: the sum of the squares of
    /// the distances is the smallest (pool adjacent violators). All stay within a picture of a width.
    fn settle<'n, N: Iterator<Item = &'n usize>>(
        &mut self,
        layer: &[usize],
        sizes: &Sizes,
        most: i32,
        neighbours: impl Fn(usize) -> N,
    ) {
        // Distance of each node from the first one if all stand as near as possible.
        let (mut offsets, mut offset, mut end) = (Vec::new(), 0, None);
        for node in layer {
            let half = sizes.size[*node].0 / 2;
            if let Some(end) = end {
                offset += end + half;
            }
            end = Some(sizes.right(*node) - half);
            offsets.push(offset);
        }
        let first = layer.first().map_or(0, |node| BESIDE + sizes.size[*node].0 / 2);
        let last = most - offset - end.unwrap_or_default();
        // Blocks of nodes that stand as near as possible: their sum, and their number.
        let mut blocks: Vec<(i32, i32)> = Vec::new();
        for (node, offset) in layer.iter().zip(&offsets) {
            let near = neighbours(*node).fold((0, 0), |(sum, count), one| (sum + self.x[*one], count + 1));
            let wanted = near.0.checked_div(near.1).unwrap_or(self.x[*node]);
            blocks.push((wanted - offset, 1));
            while let [.., before, last] = blocks[..] {
                if before.0.div_euclid(before.1) <= last.0.div_euclid(last.1) {
                    break;
                }
                blocks.truncate(blocks.len() - 2);
                blocks.push((before.0 + last.0, before.1 + last.1));
            }
        }
        let starts = blocks
            .iter()
            .flat_map(|(sum, count)| (0..*count).map(move |_| sum.div_euclid(*count).clamp(first, last.max(first))));
        for ((node, offset), start) in layer.iter().zip(offsets).zip(starts) {
            self.x[*node] = start + offset;
        }
    }
}
