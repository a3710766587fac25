"""The command line: one file per group. Commands talk to a running server over its API, or work on a data directory."""
