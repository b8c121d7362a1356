"""What a zorgkantoor hears: contracts, parsing, indicators and the quality of data."""
