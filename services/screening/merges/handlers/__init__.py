"""services.screening.merges.handlers"""
