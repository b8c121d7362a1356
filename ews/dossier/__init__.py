"""Draft notices with the evidence behind each sentence."""
