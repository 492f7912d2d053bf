pub type Told = String;
