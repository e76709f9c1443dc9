"""Limits and names that writing, reading and importing calendar files share."""

OURS = "@pixie"
"""What the UIDs of our own feed end with, after the row's id."""
MOST_EVENTS = 10_000
"""That are imported from one file."""
