"""The planner of the rooms, its paper and its screens: what staff see of who uses what, and when."""
