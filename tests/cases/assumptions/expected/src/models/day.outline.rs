pub type Day = Date;
