//! What signing costs beyond its cryptography: a signed request against SHA-256 plus HMAC alone, over the same bytes.
#![allow(missing_docs, reason = "criterion makes public functions")]
#![allow(clippy::panic, reason = "a benchmark that cannot start stops")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sdk_runtime::{
    Secret,
    secret::SecretEncoding,
    signing::{BodyEncoding, Component, MacEncoding, Parts, base_string, body_sha256, encode, sign},
};
use sha2::{Digest as _, Sha256};

const SECRET: &str = "a-client-secret-of-32-characters";
const COMPONENTS: &[Component] = &[
    Component::Method,
    Component::Target,
    Component::Body(BodyEncoding::Hex),
    Component::Timestamp,
    Component::Nonce,
    Component::IdempotencyKey,
];

fn parts(digest: &[u8; 32]) -> Parts<'_> {
    Parts {
        method: "POST",
        target: "/partner/v1/customers/3f1a7c52-8d0e-4b6f-9a21-5c7e0d4b8f10/fiat-withdrawals",
        body_sha256: digest,
        timestamp: "2026-06-28T09:48:00Z",
        nonce: "0123456789abcdef0123456789abcdef",
        idempotency_key: Some("wd-9001:create"),
        client_id: None,
    }
}

fn signing(criterion: &mut Criterion) {
    let key = Secret::new(SECRET)
        .key(SecretEncoding::Utf8)
        .unwrap_or_else(|error| panic!("{error}"));
    let mut group = criterion.benchmark_group("sign");
    for size in [1024, 64 * 1024, 1024 * 1024] {
        let body = vec![b'x'; size];
        let base = base_string(COMPONENTS, "\n", &parts(&body_sha256(&body)));
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_with_input(
            BenchmarkId::new("sha256 and hmac alone", size),
            &body,
            |bencher, body| {
                bencher.iter(|| {
                    let digest = Sha256::digest(black_box(body));
                    let mut mac =
                        Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
                    mac.update(black_box(base.as_bytes()));
                    (digest, mac.finalize())
                });
            },
        );
        group.bench_with_input(BenchmarkId::new("the whole signature", size), &body, |bencher, body| {
            bencher.iter(|| {
                let digest = body_sha256(black_box(body));
                let base = base_string(COMPONENTS, "\n", &parts(&digest));
                encode(&sign(&key, &base), MacEncoding::Hex)
            });
        });
    }
    group.finish();
}

criterion_group!(benches, signing);
criterion_main!(benches);
