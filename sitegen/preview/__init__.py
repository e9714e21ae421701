"""The live preview: a watcher, one loop that builds, and a server that shows the last good site."""
