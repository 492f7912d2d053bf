pub struct RoyalBoxSeat {
    pub kind: String,
    pub row: i64,
    pub box_: Option<i64>,
    pub curtain: Option<bool>,
    extra: Extra,
}
impl RoyalBoxSeat { pub fn extra(&self) -> &Extra; }
glue::object!(RoyalBoxSeat { kind: "kind", row: "row", box_: "box", curtain: "curtain", });
glue::model!(RoyalBoxSeat);
