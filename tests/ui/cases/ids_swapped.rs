//! Two ids in each other's place.

use parcels_partner::{RateId, ShipmentId};
use sdkwright_runtime::glue::Typed;

/// An argument of generated code where two arguments are ids of text.
pub fn pay(rate: impl Typed<RateId>, shipment: impl Typed<ShipmentId>) {
    let _ = (rate.typed(), shipment.typed());
}

pub fn call(rate: RateId, shipment: ShipmentId) {
    pay(shipment, rate);
}

fn main() {}
