"""How Dutch writes a number, for every floor that speaks to people."""


def thousands(number: int) -> str:
    """`1.234.567`."""
    return f"{number:,}".replace(",", ".")
