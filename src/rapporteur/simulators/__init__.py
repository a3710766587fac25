"""Simulated people and meetings: real browsers and real media whose content is known beforehand."""
