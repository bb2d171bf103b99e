"""What breaks between a village and the server, and what must hold all the same."""
