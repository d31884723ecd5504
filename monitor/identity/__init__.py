"""Who is who: faces become sightings of students."""
