"""What training and importing need beside the program itself."""

from __future__ import annotations

INSTALL = 'in ClassPulse\'s folder, pip install ".[train]" (Python 3.11 to 3.13)'
