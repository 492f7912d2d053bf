//! A diagram to layers of nodes with few crossings.
//!
//! In: a [`Diagram`]. Out: a [`Graph`]: each state in a layer below all states that lead to it; for each arrow a node in each
//! layer that it passes, one of which has its label. An arrow therefore never passes through a state or a label.

use crate::diagram::{Diagram, label_size};

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
pub(crate) type Neighbours = (Vec<usize>, Vec<usize>);

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
    pub(crate) fn narrow(&mut self, most: i32, width: impl Fn(usize) -> i32) -> bool {
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
    pub(crate) fn neighbours(&self) -> Vec<Neighbours> {
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
