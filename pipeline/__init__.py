"""The work: one module a stage, from a recording to drafts."""
