pub enum Either { Cat(Cat), Dog(Dog), Unknown(JsonValue), }
impl Either {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for Either { }
glue::model!(Either);
