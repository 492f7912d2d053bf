pub struct Sixth(String);
impl Sixth { pub fn as_str(&self) -> &str; }
impl From<&str> for Sixth { }
impl From<String> for Sixth { }
impl From<&Sixth> for Sixth { }
glue::is_text!(Sixth);
impl std::fmt::Display for Sixth { }
impl glue::ToParam for Sixth { }
impl glue::Json for Sixth { }
glue::model!(Sixth);
