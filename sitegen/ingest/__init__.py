"""Seeds → content: raw articles become Markdown with front matter, never overwritten."""
