//! Keys and helpers of all tests of the asymmetric signatures. The keys `rfc9421-*` are those of RFC 9421, appendix B.1; OpenSSL
//! generated the others.

/// Returns the text of a key in `tests/keys`.
macro_rules! key {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/tests/keys/", $name, ".pem"))
    };
}
pub(crate) use key;

/// Runs a future of a local key, which is ready at once.
pub(crate) fn ready<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match future.as_mut().poll(&mut context) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => panic!("a local key is ready at once"),
    }
}
