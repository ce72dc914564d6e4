"""services.extraction.exchange.api"""
