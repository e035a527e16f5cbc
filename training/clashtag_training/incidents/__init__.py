"""Weights and predictions for the grouping of events into incidents."""
