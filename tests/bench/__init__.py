"""Speed and memory, measured and printed: ``python -m tests.bench``.

Nothing here is asserted: machines differ. Each line stands beside the aim that the
project has set itself for 2 cores and a 1080p gallery.
"""
