pub struct Address { pub street: String, pub city: String, pub flat: Option<AddressFlat>, pub additional: Map<String>, }
pub struct AddressRequired { pub street: String, pub city: String, }
impl Address {
    pub fn new(required: AddressRequired) -> Self {
        Self { street: required.street, city: required.city, flat: None, additional: Map::new(), }
    }
}
impl glue::Json for Address {
    fn read(v: glue::Value) -> Self {
        Self { street: v.get("street"), city: v.get("city"), flat: v.get("flat"), additional: v.rest_as(), }
    }
    fn write(&self, w: &mut glue::Writer) {
        w.begin("Address")
            .sensitive("street", &self.street)
            .sensitive("city", &self.city)
            .sensitive("flat", &self.flat)
            .sensitive_rest_as(&["street", "city", "flat"], &self.additional);
    }
}
glue::model!(Address);
pub struct AddressFlat { pub floor: Option<i64>, pub bell: Option<String>, extra: Extra, }
impl Default for AddressFlat { fn default() -> Self { Self::new() } }
impl AddressFlat {
    pub fn new() -> Self { Self { floor: None, bell: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
impl glue::Json for AddressFlat {
    fn read(v: glue::Value) -> Self { Self { floor: v.get("floor"), bell: v.get("bell"), extra: v.rest(), } }
    fn write(&self, w: &mut glue::Writer) {
        w.begin("AddressFlat")
            .sensitive("floor", &self.floor)
            .sensitive("bell", &self.bell)
            .rest(&self.extra);
    }
}
glue::debug!(AddressFlat);
