//! Decodes and encodes documents with generated types and with their twins of serde's derive.
//!
//! Lines `type<TAB>document<TAB>the same, pretty` come in, the latter with record separators for line breaks. `check` says
//! for each what is wrong, or nothing: both sides must read it and write the same JSON. `time ROUNDS` prints figures;
//! `work SIDE TASK TIMES` only works, so that instructions can be counted.

use std::hint::black_box;
use std::io::BufRead;
use std::time::{Duration, Instant};

/// A batch is timed as a whole; it is much shorter than the slice of time that a process gets.
const BATCH: Duration = Duration::from_micros(60);

struct Document {
    compact: Vec<u8>,
    pretty: Vec<u8>,
}

struct Type {
    check: fn(&[u8]) -> Result<(), String>,
    time: fn(&Document, u32) -> [f64; 6],
    work: fn(&Document, &str, &str, usize),
}

const fn of<T: ours::Codec, U: twin::Codec>() -> Type {
    Type { check: check::<T, U>, time: time::<T, U>, work: work::<T, U> }
}

fn type_of(name: &str) -> Option<Type> {
    Some(match name {
//TYPES//
        _ => return None,
    })
}

/// Equal as JSON, numbers by value: the twin's floats have lost their text.
fn same(one: &serde_json::Value, other: &serde_json::Value) -> bool {
    use serde_json::Value::{Array, Number, Object};
    match (one, other) {
        (Number(one), Number(other)) => one.as_f64() == other.as_f64(),
        (Array(one), Array(other)) => one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other)),
        (Object(one), Object(other)) => {
            one.len() == other.len() && one.iter().all(|(name, value)| other.get(name).is_some_and(|twin| same(value, twin)))
        }
        _ => one == other,
    }
}

fn check<T: ours::Codec, U: twin::Codec>(text: &[u8]) -> Result<(), String> {
    let ours = T::decode(text).and_then(|value| value.encode()).map_err(|error| format!("ours: {error}"))?;
    let twin = U::decode(text).and_then(|value| value.encode()).map_err(|error| format!("twin: {error}"))?;
    let read = |text: &[u8]| serde_json::from_slice::<serde_json::Value>(text).map_err(|error| error.to_string());
    if same(&read(&ours)?, &read(&twin)?) {
        return Ok(());
    }
    Err(format!("differ: {} and {} bytes", ours.len(), twin.len()))
}

/// Nanoseconds of one call, as the quickest of the batches has it: decode, decode what is pretty, encode; ours, then twin.
fn time<T: ours::Codec, U: twin::Codec>(document: &Document, rounds: u32) -> [f64; 6] {
    let (Ok(ours), Ok(twin)) = (T::decode(&document.compact), U::decode(&document.compact)) else { return [0.0; 6] };
    let tasks: [&dyn Fn(); 6] = [
        &|| drop(black_box(T::decode(black_box(&document.compact)))),
        &|| drop(black_box(U::decode(black_box(&document.compact)))),
        &|| drop(black_box(T::decode(black_box(&document.pretty)))),
        &|| drop(black_box(U::decode(black_box(&document.pretty)))),
        &|| drop(black_box(black_box(&ours).encode())),
        &|| drop(black_box(black_box(&twin).encode())),
    ];
    let times = tasks.map(|task| {
        let start = Instant::now();
        for _ in 0..4 {
            task();
        }
        (BATCH.as_nanos() * 4 / start.elapsed().as_nanos().max(1)).clamp(1, 200)
    });
    let mut best = [f64::MAX; 6];
    for _ in 0..rounds {
        for (at, task) in tasks.iter().enumerate() {
            task();
            let start = Instant::now();
            for _ in 0..times[at] {
                task();
            }
            best[at] = best[at].min(start.elapsed().as_nanos() as f64 / times[at] as f64);
        }
    }
    best
}

fn work<T: ours::Codec, U: twin::Codec>(document: &Document, side: &str, task: &str, times: usize) {
    let text = if task == "pretty" { &document.pretty } else { &document.compact };
    let (Ok(ours), Ok(twin)) = (T::decode(text), U::decode(text)) else { return };
    for _ in 0..times {
        match (side, task) {
            ("ours", "encode") => drop(black_box(black_box(&ours).encode())),
            ("twin", "encode") => drop(black_box(black_box(&twin).encode())),
            ("ours", _) => drop(black_box(T::decode(black_box(text)))),
            _ => drop(black_box(U::decode(black_box(text)))),
        }
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let argument = |at: usize| arguments.get(at).map_or("", String::as_str);
    let number = |at: usize| argument(at).parse().unwrap_or(1);
    for (place, line) in std::io::stdin().lock().lines().map_while(Result::ok).enumerate() {
        let mut cells = line.splitn(3, '\t');
        let (Some(name), Some(text), Some(pretty)) = (cells.next(), cells.next(), cells.next()) else { continue };
        let Some(ty) = type_of(name) else { continue };
        if argument(0) == "check" {
            let said = (ty.check)(text.as_bytes());
            println!("{place}\t{}", said.err().unwrap_or_default());
            continue;
        }
        let document = Document {
            compact: text.as_bytes().to_vec(),
            pretty: pretty.replace('\x1e', "\n").into_bytes(),
        };
        if argument(0) == "time" {
            let figures = (ty.time)(&document, number(1) as u32).map(|figure| figure.to_string());
            println!("{place}\t{}", figures.join("\t"));
        } else {
            (ty.work)(&document, argument(1), argument(2), number(3));
        }
    }
}
