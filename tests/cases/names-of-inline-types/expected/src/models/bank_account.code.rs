pub struct BankAccount {
    pub account_type: Option<BankAccountType>,
    pub account: Option<BankAccountAccount>,
    extra: Extra,
}
impl BankAccount { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(BankAccount { account_type: "accountType", account: "account", });
glue::model!(BankAccount);
pub struct BankAccountType { pub a: Option<String>, extra: Extra, }
impl BankAccountType { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(BankAccountType { a: "a", });
glue::debug!(BankAccountType);
pub struct BankAccountAccount { pub b: Option<String>, extra: Extra, }
impl BankAccountAccount { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(BankAccountAccount { b: "b", });
glue::debug!(BankAccountAccount);
