"""Benchmarks: sitegen beside other generators, on one machine, in one run (`python -m bench`)."""
