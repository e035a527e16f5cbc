"""Archives to tables of events: many articles, in parts that survive a killed run."""
