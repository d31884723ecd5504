"""Charts, each in three steps: query, tuple of what will be drawn, figure."""
