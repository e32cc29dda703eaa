"""Training of the statistical part; nothing here runs when texts are read."""
