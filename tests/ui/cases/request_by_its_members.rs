//! A request written out, so that the next optional member breaks it.

use parcels_partner::{BookShipment, Receiver};

pub fn request(receiver: Receiver) -> BookShipment {
    BookShipment { reference: "order-551".to_owned(), rate_id: None, weight_grams: 1200, receiver }
}

fn main() {}
