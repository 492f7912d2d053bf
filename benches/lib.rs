//! Benchmarks. `cargo bench -p sdk-benches` prints each figure beside the one it is to be compared with.
