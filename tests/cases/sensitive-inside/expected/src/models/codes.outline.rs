pub type Codes = Vec<String>;
