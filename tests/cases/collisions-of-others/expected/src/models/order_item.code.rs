pub struct OrderItem { pub foo_bar_camel: Option<String>, pub foo_bar: Option<String>, extra: Extra, }
impl OrderItem { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(OrderItem { foo_bar_camel: "fooBar", foo_bar: "foo_bar", });
glue::model!(OrderItem);
