"""What people do about a provider: the continuïteitsdossier."""
