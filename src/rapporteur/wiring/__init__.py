"""The composition roots: the only files that know every adapter."""
