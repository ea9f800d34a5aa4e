"""From the ink of a picture to the pieces of its writing, in lines and in reading order."""
