//! Decoding and encoding through our codec against serde's derive on the same type and the same text.
#![allow(missing_docs, reason = "criterion makes public functions")]
#![allow(clippy::panic, reason = "a benchmark that cannot start stops")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use sdkwright_runtime::glue;

/// The type as the generator writes it.
#[derive(Clone)]
struct Ours {
    id: String,
    reference: String,
    status: String,
    amount: String,
    fee: Option<String>,
    currency: String,
    count: i64,
    live: bool,
    lines: Vec<OurLine>,
    extra: glue::Extra,
}

#[derive(Clone)]
struct OurLine {
    name: String,
    quantity: i64,
    note: Option<String>,
    extra: glue::Extra,
}

impl glue::Json for Ours {
    #[inline]
    fn read(v: glue::Value<'_>) -> Self {
        Self {
            id: v.get("id"),
            reference: v.get("reference"),
            status: v.get("status"),
            amount: v.get("amount"),
            fee: v.get("fee"),
            currency: v.get("currency"),
            count: v.get("count"),
            live: v.get("live"),
            lines: v.get("lines"),
            extra: v.rest(),
        }
    }

    #[inline]
    fn write(&self, w: &mut glue::Writer) {
        w.begin("Ours");
        w.put("id", &self.id);
        w.put("reference", &self.reference);
        w.put("status", &self.status);
        w.put("amount", &self.amount);
        w.put("fee", &self.fee);
        w.put("currency", &self.currency);
        w.put("count", &self.count);
        w.put("live", &self.live);
        w.put("lines", &self.lines);
        w.rest(&self.extra);
    }
}

impl glue::Json for OurLine {
    #[inline]
    fn read(v: glue::Value<'_>) -> Self {
        Self {
            name: v.get("name"),
            quantity: v.get("quantity"),
            note: v.get("note"),
            extra: v.rest(),
        }
    }

    #[inline]
    fn write(&self, w: &mut glue::Writer) {
        w.begin("OurLine");
        w.put("name", &self.name);
        w.put("quantity", &self.quantity);
        w.put("note", &self.note);
        w.rest(&self.extra);
    }
}

/// The same, as serde derives it (unknown members are dropped).
#[derive(serde::Serialize, serde::Deserialize)]
struct Derived {
    id: String,
    reference: String,
    status: String,
    amount: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fee: Option<String>,
    currency: String,
    count: i64,
    live: bool,
    lines: Vec<DerivedLine>,
}

#[derive(serde::Serialize, serde::Deserialize)]
struct DerivedLine {
    name: String,
    quantity: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

fn document() -> Vec<u8> {
    let line = r#"{"name":"A line with a name of usual length","quantity":12,"note":"left at the door"}"#;
    let lines = vec![line; 20].join(",");
    format!(
        "[{}]",
        vec![
            format!(
                r#"{{"id":"3f1a7c52-8d0e-4b6f-9a21-5c7e0d4b8f10","reference":"wd-9001","status":"COMPLETED","amount":"250.00","fee":"1.50","currency":"EUR","count":42,"live":true,"lines":[{lines}]}}"#
            );
            10
        ]
        .join(",")
    )
    .into_bytes()
}

fn json(criterion: &mut Criterion) {
    let text = document();
    let ours: Vec<Ours> = glue::from_slice(&text).unwrap_or_else(|error| panic!("{error}"));
    let derived: Vec<Derived> = serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(
        glue::to_vec(&ours).ok(),
        serde_json::to_vec(&derived).ok(),
        "both write the same bytes"
    );
    let mut group = criterion.benchmark_group("json");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("decode, serde derive", |bencher| {
        bencher.iter(|| serde_json::from_slice::<Vec<Derived>>(black_box(&text)));
    });
    group.bench_function("decode, ours", |bencher| {
        bencher.iter(|| glue::from_slice::<Vec<Ours>>(black_box(&text)));
    });
    group.bench_function("encode, serde derive", |bencher| {
        bencher.iter(|| serde_json::to_vec(black_box(&derived)));
    });
    group.bench_function("encode, ours", |bencher| {
        bencher.iter(|| glue::to_vec(black_box(&ours)));
    });
    group.finish();
}

criterion_group!(benches, json);
criterion_main!(benches);
