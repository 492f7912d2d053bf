//! A member that the contract requires.

use parcels_partner::{Receiver, ReceiverRequired};

fn main() {
    let _ = Receiver::new(ReceiverRequired { name: "Kari Nordmann".to_owned(), street: "Storgata 1".to_owned() });
}
