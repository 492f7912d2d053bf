//! The id of one thing is compared with that of another: they are never the same.

use parcels_partner::{RateId, SenderId};

pub fn is_same(sender: &SenderId, rate: &RateId) -> bool {
    sender == rate
}

fn main() {}
