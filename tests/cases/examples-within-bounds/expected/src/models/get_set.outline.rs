pub enum GetSetSet { Empty, Mini, Master, Unknown(String), }
impl GetSetSet { pub fn as_str(&self) -> &str; }
glue::is_text!(GetSetSet);
impl glue::Enum for GetSetSet {
    const TABLE: &'static [(&'static str, Self)] = &[
        ("", Self::Empty),
        ("mini", Self::Mini),
        ("master", Self::Master),
    ];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
}
impl From<&str> for GetSetSet { }
impl glue::ToParam for GetSetSet { }
glue::model!(GetSetSet);
