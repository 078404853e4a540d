"""A made-up neighbourhood, to show and try the house with. Nobody in it exists."""
