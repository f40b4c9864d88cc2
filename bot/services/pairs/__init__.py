"""What two people do together besides meeting: agree, learn, change something, thank, part."""
