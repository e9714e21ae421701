"""sitegen turns raw news articles into a published digest."""

__version__ = "0.1.0"
