"""`python -m lianqiao` is the `lianqiao` command."""

import sys

from lianqiao.command_line.main import main

sys.exit(main())
