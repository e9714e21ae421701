"""From `output/` to where readers find it. `target.py` says what a target is."""
