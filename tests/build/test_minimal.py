"""Which pages are rendered after each kind of edit."""
