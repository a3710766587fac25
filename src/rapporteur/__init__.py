"""Rapporteur: a self-hosted meeting-bot server."""

__version__ = "0.1.0"
