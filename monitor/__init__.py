"""ClassPulse's capture agent: a class on the screen becomes stored readings."""

__version__ = "0.1.0"
