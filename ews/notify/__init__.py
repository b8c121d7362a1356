"""Messages to people: routing, text, digest, delivery."""
