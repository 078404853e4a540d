"""What hangs on the wall, lies on the table and goes along to the door: PDF, from the same data as the pages."""
