"""What `compare.py` consists of: the two processes it drives, the measurements, the bars, the report."""
