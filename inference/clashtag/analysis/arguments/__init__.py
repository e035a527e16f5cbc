"""The arguments of events, cleaned, completed and kept near their triggers."""
