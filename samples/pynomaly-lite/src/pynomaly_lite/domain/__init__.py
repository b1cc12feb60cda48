"""What an anomaly is. No input, no output."""
