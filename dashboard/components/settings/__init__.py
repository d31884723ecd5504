"""The page of settings and privacy, a part a module."""
