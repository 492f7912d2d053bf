//! A state that the contract adds tomorrow is forgotten.

use parcels_partner::ShipmentState;

pub fn is_gone(state: &ShipmentState) -> bool {
    match state {
        ShipmentState::Booked | ShipmentState::HandedOver | ShipmentState::InTransit | ShipmentState::Held => false,
        ShipmentState::Delivered | ShipmentState::Lost | ShipmentState::Cancelled => true,
        ShipmentState::Unknown(_) => false,
    }
}

fn main() {}
