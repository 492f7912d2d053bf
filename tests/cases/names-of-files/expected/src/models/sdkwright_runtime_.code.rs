pub struct SdkwrightRuntime { pub a: Option<String>, extra: Extra, }
impl SdkwrightRuntime { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(SdkwrightRuntime { a: "a", });
glue::model!(SdkwrightRuntime);
