pub struct Share { pub copies: Copies, pub share: Float, extra: Extra, }
impl Share {
    pub fn new(copies: impl glue::Typed<Copies>, share: impl Into<Float>) -> Self;
    pub fn extra(&self) -> &Extra;
}
glue::object!(Share { copies: "copies", share: "share", });
glue::model!(Share);
