"""Environment and config/ into one frozen Settings, every fault at once."""
