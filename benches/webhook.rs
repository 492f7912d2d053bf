//! Cost of a delivery: verified and read by the generated crate, against SHA-256, HMAC and serde alone.
#![allow(missing_docs, reason = "criterion makes public functions")]
#![allow(clippy::panic, reason = "a benchmark that cannot start stops")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use sdkwright_benches::deliveries::Delivered;

fn webhook(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("webhook");
    for size in [1024, 64 * 1024] {
        let delivered = Delivered::new(size).unwrap_or_else(|error| panic!("{error}"));
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_with_input(BenchmarkId::new("by hand", size), &delivered, |bencher, delivered| {
            bencher.iter(|| black_box(delivered).by_hand());
        });
        group.bench_with_input(BenchmarkId::new("ours", size), &delivered, |bencher, delivered| {
            bencher.iter(|| black_box(delivered).ours());
        });
    }
    group.finish();
}

criterion_group!(benches, webhook);
criterion_main!(benches);
