"""Listen: one running front per platform. Files here do not import each other."""
