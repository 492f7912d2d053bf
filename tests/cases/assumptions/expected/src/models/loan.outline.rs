pub struct Loan {
    pub id: Option<String>,
    pub sort: Option<LoanSort>,
    pub state: Option<State>,
    pub due: Option<Date>,
    extra: Extra,
}
impl Loan { pub fn extra(&self) -> &Extra; }
glue::object!(Loan { id: "id", sort: "sort", state: "state", due: "due", });
glue::model!(Loan);
pub enum LoanSort { A, B, Unknown(String), }
impl LoanSort { pub fn as_str(&self) -> &str; }
glue::is_text!(LoanSort);
impl glue::Enum for LoanSort {
    const TABLE: &'static [(&'static str, Self)] = &[("a", Self::A), ("b", Self::B)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
}
glue::debug!(LoanSort);
