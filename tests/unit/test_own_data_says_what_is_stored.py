"""What a person stores a minute ago is not said to be missing in the window of their own data, under any name."""
