"""Begin het zelf: from a wish in one sentence to something that stays, or to what we learned from it."""
