"""Cards: plain functions, data in, component out."""
