"""My working time: the window and its forms."""
