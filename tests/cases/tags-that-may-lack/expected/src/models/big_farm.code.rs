pub struct BigFarm { pub kind: Option<String>, pub name: Option<String>, pub acres: Option<i64>, extra: Extra, }
impl Default for BigFarm { fn default() -> Self { Self::new() } }
impl BigFarm {
    pub fn new() -> Self {
        Self { kind: Some(<String>::from("big")), name: None, acres: None, extra: Extra::default(), }
    }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(BigFarm { kind: "kind", name: "name", acres: "acres", });
glue::model!(BigFarm);
