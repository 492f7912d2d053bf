pub struct Maybe { pub x: sdkwright_runtime::Maybe<String>, extra: Extra, }
impl Maybe { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(Maybe { x: "x", });
glue::model!(Maybe);
