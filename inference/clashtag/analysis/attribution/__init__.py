"""Who is said to report an event, and who claims it."""
