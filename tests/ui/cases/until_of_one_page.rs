//! Waiting for a list by its first page.

use parcels_partner::{Call, operations::shipments::ListShipments};

pub fn wait(call: Call<ListShipments>) {
    let _ = call.poll_until(|_| true);
}

fn main() {}
