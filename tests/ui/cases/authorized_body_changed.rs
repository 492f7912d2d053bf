//! The body is changed after it was approved.

use parcels_partner::{calls::Authorized, operations::shipments::BookShipment};

pub fn heavier(body: &mut Authorized<BookShipment>) {
    body.weight_grams = 5000;
}

fn main() {}
