"""The base of every error this program raises on purpose."""


class PolicyKGError(Exception):
    """A fault that a user can act on: the text says the place, what is wrong, and what would be right."""
