pub struct Things {
    pub shift: Option<Shift>,
    pub login: Option<Login>,
    pub animal: Option<Animal>,
    pub order: Option<Order>,
    extra: Extra,
}
impl Things { pub fn extra(&self) -> &Extra; }
glue::object!(Things { shift: "shift", login: "login", animal: "animal", order: "order", });
glue::model!(Things);
