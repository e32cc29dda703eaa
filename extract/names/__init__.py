"""Names in a text: what rules and the statistical tagger propose, how it is weighed, what is settled on."""
