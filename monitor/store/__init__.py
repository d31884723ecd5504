"""The database: one SQLite file, one transaction a sample."""
