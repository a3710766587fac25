"""One bot, in a process of its own: it attends one meeting and hands over what it recorded."""
