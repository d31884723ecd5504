"""What leaves the database for people: CSV files and, later, pages."""
