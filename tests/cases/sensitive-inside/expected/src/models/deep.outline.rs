pub struct Deep { pub one: Option<DeepOne>, pub ring: Option<DeepRing>, extra: Extra, }
impl Deep { pub fn extra(&self) -> &Extra; }
impl glue::Json for Deep { }
glue::model!(Deep);
pub struct DeepOne { pub two: Option<DeepOneTwo>, extra: Extra, }
impl DeepOne { pub fn extra(&self) -> &Extra; }
impl glue::Json for DeepOne { }
glue::debug!(DeepOne);
pub struct DeepOneTwo { pub three: Option<DeepOneTwoThree>, extra: Extra, }
impl DeepOneTwo { pub fn extra(&self) -> &Extra; }
impl glue::Json for DeepOneTwo { }
glue::debug!(DeepOneTwo);
pub struct DeepOneTwoThree { pub text: Option<String>, extra: Extra, }
impl DeepOneTwoThree { pub fn extra(&self) -> &Extra; }
impl glue::Json for DeepOneTwoThree { }
glue::debug!(DeepOneTwoThree);
pub struct DeepRing { pub ring: Option<Box<DeepRing>>, extra: Extra, }
impl DeepRing { pub fn extra(&self) -> &Extra; }
impl glue::Json for DeepRing { }
glue::debug!(DeepRing);
glue::boxed!(DeepRing);
