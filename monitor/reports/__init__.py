"""What leaves the database for people: files of rows, and sentences for pages."""
