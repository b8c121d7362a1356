"""One module a page: gather by the queries and jobs of the command line, show by a template."""
