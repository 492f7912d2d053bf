pub struct Pair {
    pub first: Option<One>,
    pub second: Option<One>,
    pub free: Option<PairFree>,
    pub held: Option<PairHeld>,
    extra: Extra,
}
impl Default for Pair { fn default() -> Self { Self::new() } }
impl Pair {
    pub fn new() -> Self { Self { first: None, second: None, free: None, held: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(Pair { first: "first", second: "second", free: "free", held: "held", });
glue::model!(Pair);
pub struct PairFree { pub by: Option<String>, extra: Extra, }
impl Default for PairFree { fn default() -> Self { Self::new() } }
impl PairFree {
    pub fn new() -> Self { Self { by: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(PairFree { by: "by", });
glue::debug!(PairFree);
pub struct PairHeld { pub by: Option<String>, extra: Extra, }
impl Default for PairHeld { fn default() -> Self { Self::new() } }
impl PairHeld {
    pub fn new() -> Self { Self { by: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(PairHeld { by: "by", });
glue::debug!(PairHeld);
