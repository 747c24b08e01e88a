"""`python -m nnmath_tui` is the same as `nnmath-tui`."""

import sys

from nnmath_tui.cli import main

sys.exit(main())
