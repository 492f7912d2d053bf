pub type Secret = Fine;
