pub struct Pair { pub first: String, pub second: String, pub file: Upload, pub third: Option<Code>, }
impl std::fmt::Debug for Pair { }
pub struct PairRequired { pub first: String, pub second: String, pub file: Upload, }
impl Pair { pub fn new(required: PairRequired) -> Self; }
