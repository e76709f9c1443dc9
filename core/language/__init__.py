"""The built-in understanding: English sentences become the same tool calls that a model makes."""
