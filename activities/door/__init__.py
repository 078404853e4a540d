"""At the door on the day itself: who came, how many heads, what was paid; and when names are forgotten."""
