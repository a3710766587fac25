"""Durable work: every call of DBOS is in this package, and nothing outside knows which engine it is."""
