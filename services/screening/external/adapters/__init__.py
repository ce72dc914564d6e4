"""services.screening.external.adapters"""
