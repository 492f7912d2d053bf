//! A status is taken for a problem code.

use parcels_partner::Error;

pub fn is_missing(error: &Error) -> bool {
    error.is(404)
}

fn main() {}
