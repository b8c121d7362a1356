"""From levels to alert changes and the escalation steps that are due."""
