"""What holds for every test."""

from __future__ import annotations

import signal

# Where the tests were started in the background, a shell has told them to be deaf to
# Ctrl-C, and so would be every program that they start and want to end with it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
