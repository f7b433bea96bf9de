"""An invented group of three Nordic manufacturers, whose books obey double entry."""
