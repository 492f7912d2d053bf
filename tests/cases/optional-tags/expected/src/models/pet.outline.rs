pub enum Pet { Cat(Cat), Dog(Dog), Unknown(JsonValue), }
impl Pet {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &[], constants: &[], }, ],
    ];
}
impl From<Cat> for Pet { }
impl From<Dog> for Pet { }
impl glue::Json for Pet { }
glue::model!(Pet);
