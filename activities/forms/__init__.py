"""The forms of the activities."""
