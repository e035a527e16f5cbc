"""Benchmarks: public data, a recipe and the published figures, from data to report."""
