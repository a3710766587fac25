"""Zoom's Realtime Media Streams, seen from the receiving end: numbers, connections, people and sound."""
