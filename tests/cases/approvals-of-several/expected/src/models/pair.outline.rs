pub struct Pair { pub plain: Option<PairPlain>, pub later: Option<PairLater>, extra: Extra, }
impl Pair { pub fn extra(&self) -> &Extra; }
glue::object!(Pair { plain: "plain", later: "later", });
glue::model!(Pair);
pub struct PairPlain { pub approval: Option<Evidence>, extra: Extra, }
impl PairPlain { pub fn extra(&self) -> &Extra; }
glue::object!(PairPlain { approval: "approval", });
glue::debug!(PairPlain);
pub struct PairLater { approval: Option<Evidence>, extra: Extra, }
impl PairLater { pub fn approval(&self) -> &Option<Evidence>; pub fn extra(&self) -> &Extra; }
glue::object!(PairLater { approval: "approval", });
glue::debug!(PairLater);
