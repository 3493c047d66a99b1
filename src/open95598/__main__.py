"""``python -m open95598``: the command line."""

from open95598.project.cli import main

if __name__ == "__main__":
    main()
