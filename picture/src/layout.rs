//! A diagram to layers of nodes with few crossings, and to coordinates in pixels.
//!
//! In: a [`Diagram`]. Out: a [`Graph`]: each state in a layer below all states that lead to it; for each arrow a node in each
//! layer that it passes, one of which has its label. An arrow therefore never passes through a state or a label. Then
//! [`Coordinates`]: for each node its centre and its size, so that no two nodes of a layer and no two layers overlap.

use crate::diagram::{Diagram, NAME, SMALL, label_size, width};

/// Times that the layers of a picture with crossings are sorted again: each costs as much as the first, and the best order stays.
const ORDERINGS: usize = 8;

/// Nodes in layers, from the top to the bottom and from left to right.
pub(crate) struct Graph {
    pub(crate) nodes: Vec<LayerNode>,
    /// Indices of nodes.
    pub(crate) layers: Vec<Vec<usize>>,
    /// Arrows between two different states.
    pub(crate) routes: Vec<ArrowPath>,
}

/// Something that takes a place in a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LayerNode {
    /// A state, by its index.
    State(usize),
    /// The label of an arrow, by the arrow's index.
    Label(usize),
    /// A piece of an arrow.
    Piece,
}

/// The way of an arrow.
pub(crate) struct ArrowPath {
    /// Index of the arrow.
    pub(crate) arrow: usize,
    /// Indices of its nodes from the top to the bottom; the first and the last one are states.
    pub(crate) nodes: Vec<usize>,
    /// True if the arrow leads from the bottom to the top.
    pub(crate) is_upward: bool,
}

impl ArrowPath {
    /// Returns the pairs of nodes that follow one another.
    pub(crate) fn links(&self) -> impl Iterator<Item = (usize, usize)> {
        self.nodes.iter().copied().zip(self.nodes.iter().copied().skip(1))
    }
}

/// The nodes that a node is connected with, above and below it.
type Neighbours = (Vec<usize>, Vec<usize>);

impl Graph {
    pub(crate) fn new(diagram: &Diagram) -> Self {
        let levels = levels(diagram);
        let count = levels.iter().max().map_or(0, |most| 2 * most + 1);
        let mut graph = Self {
            nodes: (0..levels.len()).map(LayerNode::State).collect(),
            layers: vec![Vec::new(); count],
            routes: Vec::new(),
        };
        for (state, level) in levels.iter().enumerate() {
            graph.layers[2 * level].push(state);
        }
        let mut width = vec![0; count];
        for (index, arrow) in diagram.arrows.iter().enumerate() {
            let (from, to) = (2 * levels[arrow.from], 2 * levels[arrow.to]);
            if from == to {
                continue;
            }
            let (top, bottom) = (from.min(to), from.max(to));
            // The label stands where the labels are shortest; of several such layers near the beginning of the arrow.
            let label = (top + 1..bottom)
                .step_by(2)
                .min_by_key(|layer| (width[*layer], from.abs_diff(*layer)));
            width[label.unwrap_or_default()] += label_size(arrow).0;
            let mut nodes = vec![if from < to { arrow.from } else { arrow.to }];
            for layer in top + 1..bottom {
                nodes.push(graph.nodes.len());
                graph.layers[layer].push(graph.nodes.len());
                let is_label = Some(layer) == label;
                graph.nodes.push(if is_label {
                    LayerNode::Label(index)
                } else {
                    LayerNode::Piece
                });
            }
            nodes.push(if from < to { arrow.to } else { arrow.from });
            let is_upward = to < from;
            graph.routes.push(ArrowPath {
                arrow: index,
                nodes,
                is_upward,
            });
        }
        graph.untangle();
        graph
    }

    /// Splits each layer that is wider than `most`: its left part stays, and its right part becomes the next layer. Returns `false` if
    /// each has only one state or label. `width` returns the width of a node.
    fn narrow(&mut self, most: i32, width: impl Fn(usize) -> i32) -> bool {
        let is_wide = |layer: &&Vec<usize>| layer.iter().map(|node| width(*node)).sum::<i32>() > most;
        let wide: Vec<Vec<usize>> = self.layers.iter().filter(is_wide).cloned().collect();
        let mut is_split = false;
        for layer in &wide {
            is_split |= self.split(layer, &width);
        }
        if is_split {
            self.untangle();
        }
        is_split
    }

    /// Splits a layer in the middle of its states and labels; `false` if it has only one of them.
    fn split(&mut self, layer: &Vec<usize>, width: impl Fn(usize) -> i32) -> bool {
        let is_wide = |node: &&usize| self.nodes[**node] != LayerNode::Piece;
        let wide: Vec<usize> = layer.iter().filter(is_wide).copied().collect();
        let at = self.layers.iter().position(|one| one == layer);
        let Some(at) = at.filter(|_| wide.len() > 1) else {
            return false;
        };
        let (whole, mut left) = (wide.iter().map(|node| width(*node)).sum::<i32>(), 0);
        let is_left = |node: &&usize| {
            left += width(**node);
            2 * left < whole
        };
        let middle = wide.iter().take_while(is_left).count().max(1);
        let right = &wide[middle..];
        let (mut above, mut below) = (Vec::new(), Vec::new());
        for node in layer {
            let is_right = right.contains(node);
            if is_right { &mut below } else { &mut above }.push(*node);
            // An arrow that leads through the other part has a piece there.
            for route in &mut self.routes {
                let place = route.nodes.iter().position(|one| one == node);
                let place = place.map_or(0, |place| place + usize::from(!is_right));
                if place > 0 && place < route.nodes.len() {
                    route.nodes.insert(place, self.nodes.len());
                    if is_right { &mut above } else { &mut below }.push(self.nodes.len());
                    self.nodes.push(LayerNode::Piece);
                }
            }
        }
        self.layers.splice(at..=at, [above, below]);
        true
    }

    /// Orders the nodes of each layer by the places of their neighbours, and keeps the order with the fewest crossings.
    fn untangle(&mut self) {
        let neighbours = self.neighbours();
        let mut places = self.places();
        let mut best = (self.crossings(&neighbours, &places), self.layers.clone());
        for round in 0..ORDERINGS {
            if best.0 == 0 {
                break;
            }
            let is_down = round % 2 == 0;
            for step in 1..self.layers.len() {
                let layer = if is_down { step } else { self.layers.len() - 1 - step };
                self.layers[layer].sort_by_cached_key(|node| {
                    let (above, below) = &neighbours[*node];
                    let near = if is_down { above } else { below };
                    let sum: usize = near.iter().map(|one| places[*one]).sum();
                    (sum * 1000).checked_div(near.len()).unwrap_or(places[*node] * 1000)
                });
                for (place, node) in self.layers[layer].iter().enumerate() {
                    places[*node] = place;
                }
            }
            let crossings = self.crossings(&neighbours, &places);
            if crossings < best.0 {
                best = (crossings, self.layers.clone());
            }
        }
        self.layers = best.1;
    }

    /// Returns the place of each node in its layer.
    fn places(&self) -> Vec<usize> {
        let mut places = vec![0; self.nodes.len()];
        for layer in &self.layers {
            for (place, node) in layer.iter().enumerate() {
                places[*node] = place;
            }
        }
        places
    }

    /// Returns the nodes that each node is connected with, above and below it.
    fn neighbours(&self) -> Vec<Neighbours> {
        let mut neighbours = vec![(Vec::new(), Vec::new()); self.nodes.len()];
        for (above, below) in self.routes.iter().flat_map(ArrowPath::links) {
            neighbours[above].1.push(below);
            neighbours[below].0.push(above);
        }
        neighbours
    }

    fn crossings(&self, neighbours: &[Neighbours], places: &[usize]) -> usize {
        let of_layer = |layer: &Vec<usize>| {
            let ends = |node: &usize| neighbours[*node].1.iter().map(|end| places[*end]);
            let links = layer.iter().enumerate();
            let links: Vec<(usize, usize)> = links
                .flat_map(|(place, node)| ends(node).map(move |end| (place, end)))
                .collect();
            let pairs = links
                .iter()
                .enumerate()
                .flat_map(|(index, one)| links[..index].iter().map(move |other| (one, other)));
            // The places in this layer rise.
            pairs.filter(|(one, other)| one.0 != other.0 && one.1 < other.1).count()
        };
        self.layers.iter().map(of_layer).sum()
    }
}

/// Returns the level of each state: below all states that lead to it, arrows back left out.
fn levels(diagram: &Diagram) -> Vec<usize> {
    let count = diagram.states.len();
    let targets = |state: usize| {
        let mine = diagram
            .arrows
            .iter()
            .filter(move |arrow| arrow.from == state && arrow.to != state);
        mine.map(|arrow| arrow.to)
    };
    // A search in depth: an arrow to a state that is still open leads back.
    let (mut seen, mut open, mut done) = (vec![false; count], vec![false; count], Vec::new());
    let mut forward = Vec::new();
    for start in 0..count {
        let mut path = if seen[start] {
            Vec::new()
        } else {
            vec![(start, targets(start).collect::<Vec<_>>())]
        };
        (seen[start], open[start]) = (true, !path.is_empty());
        while let Some((state, rest)) = path.last_mut() {
            let state = *state;
            if rest.is_empty() {
                open[state] = false;
                done.push(state);
                path.pop();
                continue;
            }
            let next = rest.remove(0);
            if !open[next] {
                forward.push((state, next));
            }
            if !seen[next] {
                (seen[next], open[next]) = (true, true);
                path.push((next, targets(next).collect()));
            }
        }
    }
    let mut levels = vec![0; count];
    for state in done.into_iter().rev() {
        for (_, to) in forward.iter().filter(|(from, _)| *from == state) {
            levels[*to] = levels[*to].max(levels[state] + 1);
        }
    }
    // States without arrows fill the levels in turn.
    let deepest = levels.iter().max().copied().unwrap_or_default();
    let is_alone = |state: usize| {
        diagram
            .arrows
            .iter()
            .all(|arrow| arrow.from == arrow.to || (arrow.from != state && arrow.to != state))
    };
    for (place, state) in (0..count).filter(|state| is_alone(*state)).enumerate() {
        levels[state] = place % (deepest + 1);
    }
    levels
}

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

/// Coordinates of the nodes and layers.
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
