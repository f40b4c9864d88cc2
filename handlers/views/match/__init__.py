"""What HR sees of a matching: the draft, its pairs, the people left over, the managers to fill in, the release."""
