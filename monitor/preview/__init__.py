"""Pictures to be looked at: from memory, on loopback, only while somebody asks."""
