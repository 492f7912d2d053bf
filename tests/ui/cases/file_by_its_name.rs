//! The name of a file is sent instead of the file.

use parcels_partner::{PaperKind, UploadPaper};

fn main() {
    let _ = UploadPaper::new("invoice.pdf", PaperKind::Invoice);
}
