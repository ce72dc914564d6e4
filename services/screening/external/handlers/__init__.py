"""services.screening.external.handlers"""
