"""What two processes of ours say to each other. Pure: shapes, versions and codecs, no sockets."""
