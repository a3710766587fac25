"""Speech to text: engines behind one base, and the one recognition process of a host that every bot shares."""
