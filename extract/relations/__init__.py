"""Relations: frames as data, clauses, who acts, what is stated."""
