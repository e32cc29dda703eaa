"""The documents in a text: where each begins and ends, what it prints about itself, its divisions, when it holds."""
