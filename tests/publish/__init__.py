"""Publishing: promises 12 to 19."""
