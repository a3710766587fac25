"""What is true about bots, meetings and recordings, without I/O, clocks or frameworks."""
