"""The mentions of an incident merged into its cells."""
