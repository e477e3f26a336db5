"""Readers of the transcripts that people already have: one module a family of formats."""
