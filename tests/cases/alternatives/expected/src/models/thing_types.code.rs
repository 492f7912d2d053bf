pub struct ThingBothCatWithOld { pub climbs: bool, pub old: Option<String>, extra: Extra, }
impl ThingBothCatWithOld {
    pub fn new(climbs: bool) -> Self { Self { climbs, old: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(ThingBothCatWithOld { climbs: "climbs", old: "old", });
glue::debug!(ThingBothCatWithOld);
pub struct ThingBothCatWithNew { pub climbs: bool, pub new: Option<i64>, extra: Extra, }
impl ThingBothCatWithNew {
    pub fn new(climbs: bool) -> Self { Self { climbs, new: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(ThingBothCatWithNew { climbs: "climbs", new: "new", });
glue::debug!(ThingBothCatWithNew);
pub struct ThingBothDogWithOld { pub barks: bool, pub old: Option<String>, extra: Extra, }
impl ThingBothDogWithOld {
    pub fn new(barks: bool) -> Self { Self { barks, old: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(ThingBothDogWithOld { barks: "barks", old: "old", });
glue::debug!(ThingBothDogWithOld);
pub struct ThingBothDogWithNew { pub barks: bool, pub new: Option<i64>, extra: Extra, }
impl ThingBothDogWithNew {
    pub fn new(barks: bool) -> Self { Self { barks, new: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(ThingBothDogWithNew { barks: "barks", new: "new", });
glue::debug!(ThingBothDogWithNew);
