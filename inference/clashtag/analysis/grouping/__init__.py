"""Event mentions grouped into incidents."""
