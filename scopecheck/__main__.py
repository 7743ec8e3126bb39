"""`python -m scopecheck`: what can be done beside a run."""

import sys

from scopecheck.commands import main

if __name__ == "__main__":
    sys.exit(main())
