"""The built-in understanding: everyday English becomes the tool calls that a model would make."""
