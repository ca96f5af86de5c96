"""What wraps every request of the site."""
