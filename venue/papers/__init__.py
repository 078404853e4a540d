"""Papers of rooms and money, set by typst as PDF/UA-1: tagged, with a language and a title."""
