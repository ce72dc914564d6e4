"""services.screening.external.domain"""
