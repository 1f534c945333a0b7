"""The drug steward “1+3+5”: products on their way to market, and answers kept for whoever asks next."""
