"""What make_office.py writes and reads the sample's office documents with."""
