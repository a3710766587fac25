"""What leaves for users' endpoints."""
