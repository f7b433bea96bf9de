"""`python -m utility_looker_refresh`."""

from __future__ import annotations

import sys

from utility_looker_refresh.cli import main

sys.exit(main())
