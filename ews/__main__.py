"""`python -m ews` is the `ews` command."""

from ews.cli import main

if __name__ == "__main__":
    main()
