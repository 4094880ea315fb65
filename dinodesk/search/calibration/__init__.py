"""Calibration: how sure a score is, from what stands out of a query's own background."""
