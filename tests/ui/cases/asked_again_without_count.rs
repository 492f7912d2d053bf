//! A quote is asked for again under the key of the first question: the old answer would come back.

use sdkwright_journal::Keys;

pub fn key(keys: &Keys) {
    let _ = keys.refresh("rate", "order-551");
}

fn main() {}
