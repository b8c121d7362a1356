"""One job a file: gather, decide, apply."""
