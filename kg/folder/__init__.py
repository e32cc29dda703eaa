"""The output folder: what its graph is made of, how it grows, and what makes sure that nothing is lost."""
