"""From what was known to a level with reasons that add up."""
