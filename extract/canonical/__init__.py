"""Document-independent names: official short forms, local aliases, bodies of a locality."""
