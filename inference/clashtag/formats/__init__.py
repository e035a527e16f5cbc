"""Formats that tagged and analysed articles are written in."""
