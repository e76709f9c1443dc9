"""Speak: one dialect or vendor per file. Files here do not import each other."""
