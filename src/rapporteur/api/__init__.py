"""HTTP for programs: the dialects, our own API, the bots' internal channel and the downloads."""
