pub struct EarlierId(String);
impl EarlierId { pub fn as_str(&self) -> &str; }
impl From<&str> for EarlierId { }
impl From<String> for EarlierId { }
impl From<&EarlierId> for EarlierId { }
glue::is_text!(EarlierId);
impl std::fmt::Display for EarlierId { }
impl glue::ToParam for EarlierId { }
impl glue::Json for EarlierId { }
glue::model!(EarlierId);
