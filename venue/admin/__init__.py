"""The lists of venue in /beheer/, by subject."""

