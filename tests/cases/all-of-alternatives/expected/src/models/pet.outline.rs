pub enum Pet { Cat(Cat), Dog(Dog), Unknown(JsonValue), }
impl Pet {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["kind"], constants: &[("kind", &["cat"])], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["kind"], constants: &[("kind", &["dog"])], }, ],
    ];
}
impl glue::Json for Pet { }
glue::model!(Pet);
