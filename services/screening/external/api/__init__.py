"""services.screening.external.api"""
