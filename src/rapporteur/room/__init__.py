"""The built-in meeting room: signalling, the rules of a room, and its page. Media goes between the browsers alone."""
