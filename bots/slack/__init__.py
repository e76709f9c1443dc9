"""Pixie's ears on Slack."""
