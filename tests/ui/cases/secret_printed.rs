//! A secret on its way into a log.

use parcels_partner::settings::Secret;

pub fn note(secret: &Secret) {
    println!("signing with {secret}");
}

fn main() {}
