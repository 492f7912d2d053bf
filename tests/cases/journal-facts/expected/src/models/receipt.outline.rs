pub struct Receipt { pub a: ReceiptA, extra: Extra, }
impl Receipt { pub fn extra(&self) -> &Extra; }
glue::object!(Receipt { a: "a", });
glue::model!(Receipt);
pub struct ReceiptA { pub first: First, pub b: Option<ReceiptAB>, extra: Extra, }
impl ReceiptA { pub fn extra(&self) -> &Extra; }
glue::object!(ReceiptA { first: "first", b: "b", });
glue::debug!(ReceiptA);
pub struct ReceiptAB { pub second: Second, pub c: ReceiptABC, extra: Extra, }
impl ReceiptAB { pub fn extra(&self) -> &Extra; }
glue::object!(ReceiptAB { second: "second", c: "c", });
glue::debug!(ReceiptAB);
pub struct ReceiptABC { pub third: Third, extra: Extra, }
impl ReceiptABC { pub fn extra(&self) -> &Extra; }
glue::object!(ReceiptABC { third: "third", });
glue::debug!(ReceiptABC);
