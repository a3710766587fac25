"""The live feed: what happens in a meeting, told to the user's endpoints while it happens."""
