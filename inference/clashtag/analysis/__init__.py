"""From event mentions to records an analyst can use: incidents, actors, dates, tolls, codes."""
