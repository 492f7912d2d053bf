pub struct Card { pub card_type: Option<CardCardType>, pub type_: Option<CardType>, extra: Extra, }
impl Card { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(Card { card_type: "cardType", type_: "type", });
glue::model!(Card);
pub struct CardCardType { pub c: Option<String>, extra: Extra, }
impl CardCardType { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(CardCardType { c: "c", });
glue::debug!(CardCardType);
pub struct CardType { pub d: Option<String>, extra: Extra, }
impl CardType { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(CardType { d: "d", });
glue::debug!(CardType);
