"""Decide: values, time, language, tools and the engine. Imports no SDK."""
