"""What these tests share: a site with a mail server beside it."""

from posts import authority, open_at

__all__ = ["authority", "open_at"]
