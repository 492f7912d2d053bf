//! In: how many states there are and which follow which. Out: a column and a row for each state, and a way for each arrow that passes
//! between states. Never: floats, or another layout for the same states.

use std::collections::BTreeMap;

/// A place in the picture: rows are counted in halves, so that columns of different heights can be centred.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spot {
    pub(super) column: i32,
    pub(super) half_row: i32,
}

/// States in columns: an arrow goes to the right, unless it closes a circle.
#[derive(Debug)]
pub(super) struct Layers {
    pub(super) columns: i32,
    /// The row of the lowest point.
    pub(super) half_rows: i32,
    /// The spots of the states.
    pub(super) spots: Vec<Spot>,
    /// The spots that each arrow passes, its ends included.
    pub(super) ways: Vec<Vec<Spot>>,
}

/// Number of times that the rows of the columns are put in order, there and back.
const SWEEPS: usize = 8;

impl Layers {
    pub(super) fn of(states: usize, arrows: &[(usize, usize)], first: usize) -> Self {
        let forward = forward(states, arrows, first);
        let mut column = columns(states, &forward);
        // Arrows that are longer than one column pass through points of their own.
        let mut near: Vec<(usize, usize)> = Vec::new();
        let mut passed: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
        for &(from, to) in &forward {
            if passed.contains_key(&(from, to)) {
                continue;
            }
            let mut way = vec![from];
            for between in column[from] + 1..column[to] {
                way.push(column.len());
                column.push(between);
            }
            way.push(to);
            near.extend(way.windows(2).map(|pair| (pair[0], pair[1])));
            passed.insert((from, to), way);
        }
        let spots = rows(&column, &near);
        let way = |&(from, to): &(usize, usize)| -> Vec<Spot> {
            if from == to {
                return vec![spots[from]];
            }
            let there = passed.get(&(from, to)).cloned();
            let back = || passed.get(&(to, from)).map(|way| way.iter().rev().copied().collect());
            let points: Vec<usize> = there.or_else(back).unwrap_or_default();
            points.into_iter().map(|point| spots[point]).collect()
        };
        Self {
            columns: column.iter().max().map_or(1, |last| last + 1),
            half_rows: spots.iter().map(|spot| spot.half_row).max().unwrap_or_default(),
            ways: arrows.iter().map(way).collect(),
            spots: spots[..states].to_vec(),
        }
    }
}

/// The arrows without those from a state to itself, and with those that close a circle turned round.
fn forward(states: usize, arrows: &[(usize, usize)], first: usize) -> Vec<(usize, usize)> {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        No,
        Open,
        Done,
    }
    let mut seen = vec![Seen::No; states];
    let mut out = Vec::new();
    for start in std::iter::once(first).chain(0..states) {
        if seen.get(start) != Some(&Seen::No) {
            continue;
        }
        seen[start] = Seen::Open;
        // A stack of states, each with the number of arrows that were followed.
        let mut stack = vec![(start, 0)];
        while let Some((state, followed)) = stack.last_mut() {
            let state = *state;
            let next = arrows
                .iter()
                .filter(|(from, to)| *from == state && to != from)
                .nth(*followed);
            *followed += 1;
            match next {
                None => {
                    seen[state] = Seen::Done;
                    stack.pop();
                }
                Some(&(from, to)) if seen[to] == Seen::Open => out.push((to, from)),
                Some(&(from, to)) => {
                    out.push((from, to));
                    if seen[to] == Seen::No {
                        seen[to] = Seen::Open;
                        stack.push((to, 0));
                    }
                }
            }
        }
    }
    out
}

/// The column of each state: one behind the last of those that lead to it.
fn columns(states: usize, forward: &[(usize, usize)]) -> Vec<i32> {
    let mut column = vec![0; states];
    // Without circles each round settles one more column.
    for _ in 0..states {
        for &(from, to) in forward {
            column[to] = column[to].max(column[from] + 1);
        }
    }
    column
}

/// The rows of all points, ordered so that neighbours stand near each other.
fn rows(column: &[i32], near: &[(usize, usize)]) -> Vec<Spot> {
    let last = column.iter().max().copied().unwrap_or_default();
    let mut order: Vec<Vec<usize>> = (0..=last)
        .map(|number| (0..column.len()).filter(|&point| column[point] == number).collect())
        .collect();
    let mut place = vec![0_i64; column.len()];
    let settle = |line: &[usize], place: &mut Vec<i64>| {
        for (row, &point) in line.iter().enumerate() {
            place[point] = 1000 * i64::try_from(row).unwrap_or_default();
        }
    };
    for line in &order {
        settle(line, &mut place);
    }
    for sweep in 0..SWEEPS {
        let is_there = sweep % 2 == 0;
        let numbers: Vec<usize> = if is_there {
            (1..order.len()).collect()
        } else {
            (0..order.len()).rev().skip(1).collect()
        };
        for number in numbers {
            let mean = |point: usize| {
                let others = near.iter().filter_map(|&(from, to)| {
                    let (other, end) = if is_there { (from, to) } else { (to, from) };
                    (end == point).then_some(other)
                });
                let places: Vec<i64> = others.map(|other| place[other]).collect();
                let count = i64::try_from(places.len()).unwrap_or(1);
                if count == 0 {
                    place[point]
                } else {
                    places.iter().sum::<i64>() / count
                }
            };
            let mut line = order[number].clone();
            line.sort_by_key(|&point| mean(point));
            settle(&line, &mut place);
            order[number] = line;
        }
    }
    let most = order.iter().map(Vec::len).max().unwrap_or(1);
    let mut spots = vec![Spot { column: 0, half_row: 0 }; column.len()];
    for (number, line) in (0..).zip(&order) {
        let above = most - line.len();
        for (row, &point) in line.iter().enumerate() {
            spots[point] = Spot {
                column: number,
                half_row: i32::try_from(above + 2 * row).unwrap_or_default(),
            };
        }
    }
    spots
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_points_share_a_spot_and_every_arrow_has_its_ends() {
        // A ring, a shortcut, a double arrow, one to itself, and a state that nothing leads to.
        let arrows = [(0, 1), (1, 2), (2, 3), (3, 0), (0, 3), (0, 1), (2, 2), (4, 2)];
        let layers = Layers::of(6, &arrows, 0);
        let spots: BTreeSet<&Spot> = layers.spots.iter().collect();
        assert_eq!(spots.len(), 6, "{layers:?}");
        for ((from, to), way) in arrows.iter().zip(&layers.ways).filter(|((from, to), _)| from != to) {
            assert_eq!(way.first(), Some(&layers.spots[*from]), "{from} {to}");
            assert_eq!(way.last(), Some(&layers.spots[*to]), "{from} {to}");
            for pair in way.windows(2) {
                assert_eq!((pair[0].column - pair[1].column).abs(), 1, "{from} {to}");
            }
        }
        assert_eq!(layers.columns, 4);
        let again = Layers::of(6, &arrows, 0);
        assert_eq!((again.spots, again.ways), (layers.spots, layers.ways));
    }
}
