"""Measures and targets: quantities, what they measure, what kind of statement they make, for when."""
