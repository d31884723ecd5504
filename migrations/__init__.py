"""The database's history; configured in code by `monitor.store.schema`."""
