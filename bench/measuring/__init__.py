"""What the benches share: a meeting of packets encoded beforehand, both sides that attend it, CPU meters, result files."""
