"""`python -m clashtag`, for where scripts are not on the path."""

from clashtag.cli import main

if __name__ == "__main__":
    main()
