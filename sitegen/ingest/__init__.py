"""Seeds → content: each raw article becomes Markdown with front matter, and is never overwritten."""
