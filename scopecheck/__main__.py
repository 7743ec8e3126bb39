"""`python -m scopecheck`, which is `canvas-scope-check` where that is installed."""

import sys

from scopecheck.commands.main import main

if __name__ == "__main__":
    sys.exit(main())
