//! The text of a secret that signs is taken out of it.

use parcels_partner::secret::SigningSecret;

pub fn text(secret: &SigningSecret) -> String {
    secret.expose().to_owned()
}

fn main() {}
