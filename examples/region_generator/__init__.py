"""The example region: fictitious providers, what happens to them, and the files a zorgkantoor gets.

Seeded and complete in itself: nothing of `ews` is imported, so the region knows no norm or threshold of
the engine that will judge it.
"""
