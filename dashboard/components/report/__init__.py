"""Parts of the report on one class."""
