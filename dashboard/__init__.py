"""The teacher's dashboard: pages over the stored sessions, live and afterwards."""
