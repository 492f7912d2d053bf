//! A secret that signs goes out as a header of every request.

use parcels_partner::Client;
use parcels_partner::secret::SigningSecret;

pub fn client(secret: SigningSecret) {
    let _ = Client::builder().default_header("X-Key", secret);
}

fn main() {}
