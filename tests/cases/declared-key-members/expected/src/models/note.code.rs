pub type NoteRequest = IdempotencyKeyObject;
