"""Early Warning System for care discontinuity, for Dutch zorgkantoren."""

__version__ = "0.1.0"
