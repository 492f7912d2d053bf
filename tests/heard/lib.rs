//! tokio, as the examples name it, and nothing of our own but that a program is listened to from the moment its runtime is
//! built. Never: anything that an example would have to know.

pub use real_tokio::*;

/// tokio's, but for the builder that `#[tokio::main]` names.
pub mod runtime {
    pub use real_tokio::runtime::Runtime;

    /// Makes tokio's own builder.
    #[derive(Debug)]
    pub struct Builder;

    impl Builder {
        /// Listens, and gives tokio's own.
        pub fn new_multi_thread() -> real_tokio::runtime::Builder {
            sdkwright_watch::listen();
            real_tokio::runtime::Builder::new_multi_thread()
        }
    }
}
