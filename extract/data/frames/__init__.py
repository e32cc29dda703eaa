"""Relation frames (one TOML file a family of predicates) and the closed-class cue words."""
