//! Cost of signing beyond its cryptography: a signed request against SHA-256 plus HMAC alone, over the same bytes.
#![allow(missing_docs, reason = "criterion makes public functions")]
#![allow(clippy::panic, reason = "a benchmark that cannot start stops")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use sdkwright_benches::signatures::Signer;

fn signing(criterion: &mut Criterion) {
    let signer = Signer::new().unwrap_or_else(|error| panic!("{error}"));
    let mut group = criterion.benchmark_group("sign");
    for size in [1024, 64 * 1024, 10 * 1024 * 1024] {
        let body = vec![b'x'; size];
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_with_input(BenchmarkId::new("hash", size), &body, |bencher, body| {
            bencher.iter(|| signer.hash_alone(black_box(body)));
        });
        group.bench_with_input(BenchmarkId::new("signature", size), &body, |bencher, body| {
            bencher.iter(|| signer.signature(black_box(body)));
        });
        group.bench_with_input(BenchmarkId::new("stamp", size), &body, |bencher, body| {
            bencher.iter(|| signer.stamp(black_box(body)));
        });
    }
    group.finish();
}

criterion_group!(benches, signing);
criterion_main!(benches);
