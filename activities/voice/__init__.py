"""A voice: questions to the municipality, what is done with them, and the sessions where officials are guests."""
