"""The tape, the ear, the voice and the composer: everything that touches encoded or decoded media."""
