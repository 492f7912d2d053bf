pub type MaybeEvidence = Evidence;
