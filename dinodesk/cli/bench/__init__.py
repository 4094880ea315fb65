"""`dinodesk bench`: measurements, each against the plain way."""
