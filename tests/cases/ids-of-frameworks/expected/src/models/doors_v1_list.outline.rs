pub type DoorsV1ListResponse = AObject;
