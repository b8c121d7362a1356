"""Pages over the same queries and jobs as the commands; no rule of the field lives here."""
