"""Scoring of conflict events, entities and role fillers, with intervals, results and reports."""
