pub enum Farm { BigFarm(BigFarm), Base(FarmBase), Unknown(JsonValue), }
impl Farm {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &[], constants: &[], }, ],
    ];
}
impl From<BigFarm> for Farm { }
impl From<FarmBase> for Farm { }
impl glue::Json for Farm { }
glue::model!(Farm);
pub struct FarmBase { pub kind: Option<String>, pub name: Option<String>, extra: Extra, }
impl Default for FarmBase { }
impl FarmBase { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(FarmBase { kind: "kind", name: "name", });
glue::debug!(FarmBase);
