pub type SelfType = Object;
