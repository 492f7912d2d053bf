//! A hand-over that repeats no approval.

use parcels_partner::HandOverShipment;

fn main() {
    let _ = HandOverShipment::new();
}
