"""Measuring the extraction against gold annotations."""
